import { type DotenvEntry, type DotenvFault, type DotenvText, Scanner } from './text.ts';

/** Ends a line for JavaScript's regular expressions, which npm's dotenv is made of. */
const LINE_END = /[\n\u2028\u2029]/;
const BLANK = /\s/;

/**
 * Reads a .env file as npm's dotenv does: `export`, `KEY: value`, a byte order mark, CRLF, comments with and without a space
 * before, quotes of three kinds over several lines, `\n` and `\r` in double quotes. Unlike it, this tells which lines
 * it could not read, and takes a time that grows with the text.
 * https://github.com/motdotla/dotenv/blob/master/lib/main.js, `LINE`
 */
export function readNode(text: string): DotenvText {
  const scanner = new Scanner(text.replaceAll(/\r\n?/g, '\n'));
  const entries: DotenvEntry[] = [];
  const faults: DotenvFault[] = [];
  while (!scanner.done) {
    const { line } = scanner;
    scanner.take(/[^\S\n]+/y);
    const start = scanner.at;
    const found = (scanner.take(/export\s+/y) !== '' && readEntry(scanner)) || readEntry(backTo(scanner, start, line));
    if (found) entries.push({ ...found, line });
    else backTo(scanner, start, line);
    // What is left of a line whose entry ended before its end is nothing: an entry ends where a line does.
    const rest = scanner.take(/[^\n\u2028\u2029]*/y);
    if (!found && !/^\s*(#|$)/.test(rest)) faults.push({ line, why: 'it is neither NAME=value nor a comment' });
    scanner.take(/[\n\u2028\u2029]/y);
  }
  return { entries, faults };
}

function backTo(scanner: Scanner, at: number, line: number): Scanner {
  scanner.at = at;
  scanner.line = line;
  return scanner;
}

/** `NAME=value` or `NAME: value` and what ends its line; `undefined` when there is none here. */
function readEntry(scanner: Scanner): { name: string; value: string } | undefined {
  const name = scanner.take(/[\w.-]+/y);
  if (name === '' || (scanner.take(/\s*=/y) === '' && scanner.take(/:\s/y) === '')) return undefined;
  const { at, line } = scanner;
  const quoted = readQuoted(scanner);
  if (quoted === undefined) backTo(scanner, at, line);
  const raw = quoted ?? scanner.take(/[^#\n]*/y);
  const end = endOf(scanner, scanner.at) ?? scanner.at;
  while (scanner.at < end) scanner.next();
  return { name, value: unquote(raw.trim()) };
}

/** A value in quotes with nothing but a comment behind it, and the quotes. A backslash may or may not escape a quote. */
function readQuoted(scanner: Scanner): string | undefined {
  scanner.take(/\s+/y);
  const start = scanner.at;
  const quote = scanner.next();
  if (!/['"`]/.test(quote)) return undefined;
  const escaped: number[] = [];
  while (!scanner.done) {
    const one = scanner.next();
    if (one === '\\' && scanner.peek() === quote) {
      escaped.push(scanner.at);
      scanner.next();
    } else if (one === quote) {
      escaped.push(scanner.at - 1);
      break;
    }
  }
  const close = escaped.findLast((at) => endOf(scanner, at + 1) !== undefined);
  if (close === undefined) return undefined;
  const raw = scanner.text.slice(start, close + 1);
  scanner.line -= scanner.text.slice(close + 1, scanner.at).split('\n').length - 1;
  scanner.at = close + 1;
  return raw;
}

/** Where an entry ends that has nothing more here: after blanks and a comment, at the end of a line; `undefined` when it has. */
function endOf(scanner: Scanner, from: number): number | undefined {
  const { text } = scanner;
  let at = from;
  let lineEnd: number | undefined;
  while (at < text.length && BLANK.test(text[at] ?? '')) {
    if (LINE_END.test(text[at] ?? '')) lineEnd = at;
    at++;
    scanner.steps++;
  }
  if (text[at] === '#') while (at < text.length && !LINE_END.test(text[at] ?? '')) at++;
  else if (at < text.length) return lineEnd;
  scanner.steps += at - from;
  return at;
}

function unquote(raw: string): string {
  const bare = raw.replaceAll(/^(['"`])([\s\S]*)\1$/gm, '$2');
  return raw.startsWith('"') ? bare.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : bare;
}
