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
