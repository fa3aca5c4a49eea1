import { type DotenvEntry, type DotenvFault, type DotenvText, Scanner, skipComments } from './text.ts';

/**
 * Reads a file as `set -a; . ./file` does where it has assignments and nothing else. No command is run and nothing is
 * expanded: what a shell would expand is a fault.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function readShell(text: string): DotenvText {
  const scanner = new Scanner(text);
  const entries: DotenvEntry[] = [];
  const faults: DotenvFault[] = [];
  for (skipComments(scanner, BLANKS); !scanner.done; skipComments(scanner, BLANKS)) {
    const exports = scanner.take(/export[ \t]+/y) !== '';
    let why: string | undefined;
    const { line } = scanner;
    do {
      const start = scanner.line;
      const name = scanner.take(/[A-Za-z_]\w*=/y).slice(0, -1);
      const read = name === '' ? { why: NO_ASSIGNMENT } : readWord(scanner, { exports });
      if ('why' in read) why = read.why;
      else entries.push({ name, value: read.value, line: start });
      scanner.take(/[ \t]+/y);
    } while (why === undefined && /\w/.test(scanner.peek()));
    if (why === undefined) scanner.take(/;/y);
    scanner.take(/[ \t]+/y);
    if (why === undefined && !/[\n#\w]/.test(scanner.peek()) && !scanner.done) why = NO_ASSIGNMENT;
    if (why === undefined) continue;
    faults.push({ line, why });
    scanner.take(/[^\n]*/y);
  }
  return { entries, faults };
}

const BLANKS = /[ \t\n]+/y;
const NO_ASSIGNMENT = 'it is neither NAME=value nor a comment: a shell would run it as a command';
const EXPANDED = 'a shell expands it ($, a backtick, ~ or a pattern without quotes): put it in single quotes';

type ShellValue = { readonly value: string } | { readonly why: string };

/** A word of a shell: quoted and unquoted pieces side by side. */
function readWord(scanner: Scanner, { exports }: { readonly exports: boolean }): ShellValue {
  const parts: string[] = [];
  let before = ':';
  for (;;) {
    const one = scanner.peek();
    if (one === '' || /[ \t\n;]/.test(one)) return { value: parts.join('') };
    if (/[&|<>()]/.test(one)) return { why: NO_ASSIGNMENT };
    if (one === '\r') return { why: 'it ends in a carriage return, which a shell takes for a part of the value' };
    if (one === '`' || (one === '~' && before === ':') || (exports && /[*?[{]/.test(one))) return { why: EXPANDED };
    const piece = readPiece(scanner);
    if (piece === undefined)
      return {
        why:
          one === '$'
            ? EXPANDED
            : 'it has a quote that is not closed, or something in double quotes that a shell expands',
      };
    parts.push(piece);
    before = piece;
  }
}

function readPiece(scanner: Scanner): string | undefined {
  const one = scanner.next();
  if (one === "'") {
    const inside = scanner.take(/[^']*/y);
    return scanner.next() === "'" ? inside : undefined;
  }
  if (one === '"') return readDouble(scanner);
  if (one === '\\') {
    const escaped = scanner.next();
    return escaped === '\n' ? '' : escaped;
  }
  // A $ with nothing behind it that could be a name stands for itself.
  if (one === '$' && /[\w{('"*@#?$!-]/.test(scanner.peek())) return undefined;
  return one;
}

function readDouble(scanner: Scanner): string | undefined {
  const parts: string[] = [];
  while (!scanner.done) {
    const one = scanner.next();
    if (one === '"') return parts.join('');
    if (one === '`' || (one === '$' && /[\w{(*@#?$!-]/.test(scanner.peek()))) return undefined;
    if (one === '\\' && /[$`"\\]/.test(scanner.peek())) parts.push(scanner.next());
    else if (one === '\\' && scanner.peek() === '\n') scanner.next();
    else parts.push(one);
  }
  return undefined;
}
