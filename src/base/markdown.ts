import { grouped } from './units.ts';

/**
 * A name that others chose, as code in a paragraph or a table of GitHub's markdown: text, never a link, an image or HTML. A code span
 * cannot hold every `|` in a table, so a name with one is HTML, whose every sign is a reference, and in pieces for what makes links
 * of text. https://github.github.com/gfm/#code-spans, https://github.github.com/gfm/#tables-extension-
 */
export function inCode(name: string): string {
  const text = name.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, ' ');
  if (text.trim() === '') return '';
  if (text.includes('|')) {
    const references = text.replaceAll(/[^A-Za-z0-9 ]/gu, (sign) => `&#${sign.codePointAt(0)};<!-- -->`);
    return `<code>${references}</code>`;
  }
  const fence = '`'.repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** What is not a word of a sentence: a name, an address, a sign of markdown. */
const NO_WORD = /[^\p{L}\p{N}.,;:!?'"()/%=+…–·→-]|\S[:/]\S|www\./u;

/**
 * Running text: words stay, and what is not a word is code, so that nothing is read as markdown. Every character stays what it is,
 * as the runner hides masked values in a summary by their text.
 */
export function prose(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => {
      const lead = /^ */.exec(line)?.[0].length ?? 0;
      const words = line.slice(lead).split(/\s+/).map(word);
      return `${'&nbsp;'.repeat(lead)}${words.join(' ').replace(/^([-+=#]|\d+(?=[.)]))/, (sign) => (/\d/.test(sign) ? `${sign}\\` : `\\${sign}`))}`;
    })
    .join('<br>\n');
}

function word(text: string): string {
  const [, before = '', inner = '', after = ''] = /^(["'(]*)(.*?)(["').,;:!?]*)$/u.exec(text) ?? [];
  return NO_WORD.test(inner) ? `${before}${inCode(inner)}${after}` : text;
}

/** A link with a text and an address of our own making. */
export function link(text: string, address: string): string {
  return `[${text}](${address.replaceAll(/[()\s<>]/g, encodeURIComponent)})`;
}

export interface Table {
  /** A column whose head ends in `:` is of numbers. */
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function table({ heads, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(heads.map((head) => head.replace(/:$/, ''))),
    line(heads.map((head) => (head.endsWith(':') ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}

/** Rows that are seen at once; a longer table opens by a click. */
const GLANCE = 10;

/** A table, folded when it is long; rows after `most` are counted, not shown: GitHub takes 1 MiB for all of a summary. */
export function longTable(
  { heads, rows }: Table,
  { most, what, total = rows.length }: { readonly most: number; readonly what: string; readonly total?: number },
): string {
  const rest = total - most;
  const shown = table({ heads, rows: rows.slice(0, most) });
  const all = rest > 0 ? `${shown}\n\n… and ${grouped(rest)} more, in the outputs` : shown;
  return total > GLANCE ? folded(`${grouped(total)} ${what}`, all) : all;
}

/** https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/organizing-information-with-collapsed-sections */
export function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

/** A block with GitHub's button to copy it. */
export function block(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
