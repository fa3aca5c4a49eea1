import { jsonLeaves } from '../values/json.ts';
import { readNode } from '../values/read-dotenv/node.ts';
import { unquoted } from '../values/read-dotenv/text.ts';
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
    for (const inner of innerOf(part)) look(inner, depth + 1);
  };
  look(value, 0);
  if (list) for (const item of value.split(',')) look(item, 1);
  return [...parts];
}

/** The texts in a text. */
function innerOf(text: string): string[] {
  const leaves = jsonLeaves(text, MAX_PARTS);
  if (leaves.length > 0) return leaves;
  const lines = text.split(LINE_BREAK);
  if (lines.length === 1) return [...entryIn(text), ...secretsIn(text), ...decoded(text)];
  return [
    ...quotedOverLines(text),
    ...lines.flatMap((line) => {
      const inner = [...entryIn(line), ...secretsIn(line)];
      return inner.length > 0 ? inner : isTellingLine(line) ? [line] : [];
    }),
    ...decoded(lines.join('')),
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
  if (!quoted) return [value, bare, cut];
  const inside = quoted[2] ?? '';
  return [inside, ...(quoted[1] === '"' ? [unquoted(inside)] : [])];
}

/** Values in quotes that go over several lines: each of them as one. */
function quotedOverLines(text: string): string[] {
  return readNode(text)
    .entries.map(({ value }) => value)
    .filter((value) => value.includes('\n'));
}

const SECRET_NAME =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|private[-_ ]?key|client[-_ ]?secret|shared[-_ ]?access[-_ ]?(?:key|signature)|sig(?:nature)?|sas|authorization|auth';
/** `Password=…;`, `password …`, `token: …`, `&sig=…`, `password="…"`, `<password>…<`. */
const NAMED = new RegExp(
  `(?<![a-z])(?:${SECRET_NAME})["']?\\s*(?:[=:>]\\s*|\\s)(?:"([^"]+)"|'([^']+)'|([^\\s"'<>;&]+))`,
  'gi',
);
const SCHEME = /\b(?:bearer|basic|token|apikey|negotiate)\s+([\w.~+/=:-]{8,})/gi;

/** What stands where secrets stand: the userinfo of URLs, connection strings, headers. */
function secretsIn(text: string): string[] {
  const found = userinfoIn(text);
  for (const [, double, single, bare] of text.matchAll(NAMED)) {
    const value = double ?? single ?? bare ?? '';
    found.push(value, decodedUri(value));
  }
  for (const [, token = ''] of text.matchAll(SCHEME)) found.push(token, ...decoded(token));
  return found;
}

/** Of `scheme://user:password@host`: a password may hold a /, an @ or a # that should have been escaped. */
function userinfoIn(text: string): string[] {
  const found: string[] = [];
  // Each piece ends before the scheme of the next URL.
  for (const piece of text.split('://').slice(1)) {
    const authority = /^[^\s"'<>]*/.exec(piece)?.[0] ?? '';
    const [colon, at] = [authority.indexOf(':'), authority.lastIndexOf('@')];
    if (colon < 0 || at < colon) continue;
    const user = authority.slice(0, colon);
    // To the last @, and for addresses in a row to the first.
    const password = authority.slice(colon + 1, at);
    const first = /^[^@]*/.exec(password)?.[0] ?? '';
    found.push(...[password, first].flatMap((it) => [it, decodedUri(it), `${user}:${it}`]));
  }
  return found;
}

function decodedUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What base64 decodes to, where that is text; of `user:password` the password as well. */
function decoded(text: string): string[] {
  if (!/^[A-Za-z0-9+/_-]{8,}={0,2}$/.test(text)) return [];
  const bytes = Buffer.from(text, 'base64');
  const inside = bytes.toString('utf8');
  if (!Buffer.from(inside).equals(bytes) || /[^\P{Cc}\t\r\n]/u.test(inside) || inside.includes('\ufffd')) return [];
  const password = /^[^\s:]*:(.+)$/.exec(inside)?.[1];
  return [inside, ...(password ? [password] : [])];
}
