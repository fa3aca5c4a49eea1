import { jsonLeaves } from '../values/json.ts';
import { readNode } from '../values/read-dotenv/node.ts';
import { unquoted } from '../values/read-dotenv/text.ts';
import { decoded, likelyIn, secretsIn } from './places.ts';
import { isTellingLine, isTrivial } from './trivial.ts';

/** A text to hide; of several lines only as what base64 and JSON make of it. */
export type Part = string;

export interface PartsOf {
  readonly value: string;
  /** A SecureString, or a secret of Secrets Manager. */
  readonly secret: boolean;
  /** A StringList: its items are values too. */
  readonly list?: boolean;
}

/** As many parts of one value as are hidden: a mask costs time in every line of the log. */
export const MAX_PARTS = 500;
const DEEPEST = 4;
const LINE_BREAK = /\r\n?|\n/;

/**
 * What to hide of a value: itself, and every part that may be printed alone. Each line is looked at for itself, so that one line that
 * cannot be read leaves no other one open: a .env, an INI file, .npmrc, .properties, YAML and broken JSON are alike here.
 */
export function partsOf({ value, secret, list = false }: PartsOf): readonly Part[] {
  const parts = new Set<string>();
  const seen = new Set<string>();
  const look = (text: string, depth: number): void => {
    const part = text.trim();
    if (parts.size >= MAX_PARTS || seen.has(part) || part === '') return;
    seen.add(part);
    if (!isTrivial(part, { secret })) parts.add(part);
    if (depth === DEEPEST) return;
    for (const inner of innerOf(part, { secret })) look(inner, depth + 1);
  };
  look(value, 0);
  if (list) for (const item of value.split(',')) look(item, 1);
  return [...parts];
}

/** The texts in a text. @param secret whether it is a secret as a whole, so that what looks like one in it is one */
function innerOf(text: string, { secret }: Pick<PartsOf, 'secret'>): string[] {
  const leaves = jsonLeaves(text, MAX_PARTS);
  if (leaves.length > 0) return leaves;
  const lines = text.split(LINE_BREAK);
  const likely = secret ? lines.flatMap(likelyIn) : [];
  if (lines.length === 1) {
    const written = text.includes('\\n') ? [unquoted(text)] : [];
    return [...entryIn(text), ...secretsIn(text), ...written, ...decoded(text), ...likely];
  }
  return [
    ...quotedOverLines(text),
    ...lines.flatMap((line) => {
      const inner = [...entryIn(line), ...secretsIn(line)];
      return inner.length > 0 ? inner : isTellingLine(line) ? [line] : [];
    }),
    ...decoded(lines.join('')),
    ...likely,
  ];
}

/** `export NAME=value`, `name: value`, `"name": "value",`, `//host/:_authToken=value`; the name is not a secret. */
const ENTRY = /^\s*(?:export\s+|set\s+|-\s+)?(["']?)[\w./:@[\]-]{1,200}?\1\s*(?:=|:\s|:$)\s*(.*)$/s;

/** What is behind the name: to the end of the line, without quotes, and as far as readers go for which a `#` ends it. */
function entryIn(line: string): string[] {
  const value = (ENTRY.exec(line)?.[2] ?? /^\s*-\s+(.*)$/s.exec(line)?.[1])?.trim();
  if (!value || /^[a-z][\w+.-]*:\/\//i.test(line.trim())) return [];
  const bare = value.replace(/[,;]$/, '').trim();
  const cut = /^[^#]*/.exec(value)?.[0].trim() ?? '';
  const quoted = /^(["'`])(.*?)\1\s*(?:[,;]\s*)?(#.*)?$/s.exec(value);
  // Java's .properties escape what could end a name.
  if (!quoted) return [value, bare, cut, value.replaceAll(/\\([:=#! ])/g, '$1')];
  const inside = quoted[2] ?? '';
  return [inside, ...(quoted[1] === '"' ? [unquoted(inside)] : [])];
}

/** Values in quotes that go over several lines: each of them as one. */
function quotedOverLines(text: string): string[] {
  return readNode(text)
    .entries.map(({ value }) => value)
    .filter((value) => value.includes('\n'));
}
