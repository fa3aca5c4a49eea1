import {
  type DotenvEntry,
  type DotenvFault,
  type DotenvText,
  GO_BLANK,
  GO_BLANKS,
  Scanner,
  skipComments,
} from './text.ts';

/**
 * Reads a .env file as Docker Compose 2 does, but for what depends on the machine that Compose runs on: a name alone, and `$NAME`.
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 * https://github.com/compose-spec/compose-go/blob/main/dotenv/parser.go
 */
export function readCompose(text: string): DotenvText {
  const scanner = new Scanner(text.replace(/^\uFEFF/, ''));
  const entries: DotenvEntry[] = [];
  const faults: DotenvFault[] = [];
  for (skipComments(scanner, GO_BLANKS); !scanner.done; skipComments(scanner, GO_BLANKS)) {
    const { line } = scanner;
    scanner.take(/export[ \t]+/y);
    const name = scanner.take(/[\w.[\]-]+/y);
    scanner.take(BLANKS);
    const sign = scanner.peek();
    const read =
      name === '' || !/[=:]/.test(sign)
        ? { why: name === '' || (sign !== '\n' && sign !== '') ? NO_ENTRY : ALONE }
        : readValue(scanner);
    if ('value' in read) entries.push({ name, value: read.value, line });
    else {
      faults.push({ line, why: read.why });
      scanner.take(/[^\n]*/y);
    }
  }
  return { entries, faults };
}

const NO_ENTRY = 'it is neither NAME=value nor a comment';
const ALONE = 'it has no =: Compose would take the value of the machine that it runs on';
const EXPANDED = 'Compose puts the value of another variable in place of $NAME: write $$ for a $, or single quotes';

type ComposeValue = { readonly value: string } | { readonly why: string };

/** Its `isSpace`. */
const BLANKS = /[\t\v\f\r \x85\xa0]+/y;

/** A pattern would begin again at each blank in the text. */
function trimmedEnd(text: string): string {
  let end = text.length;
  while (end > 0 && GO_BLANK.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** From the `=` on. */
function readValue(scanner: Scanner): ComposeValue {
  scanner.next();
  scanner.take(BLANKS);
  const quote = scanner.peek();
  if (quote !== '"' && quote !== "'") {
    const rest = scanner.take(/[^\n]*/y);
    return expanded(trimmedEnd(rest.split(' #', 1)[0] ?? ''));
  }
  const inside = readQuoted(scanner);
  if (inside === undefined) return { why: 'its quote is not closed' };
  scanner.take(BLANKS);
  if (!/[\n#]/.test(scanner.peek()) && !scanner.done) return { why: 'something follows its closing quote' };
  return quote === '"' ? expanded(unescaped(inside)) : { value: inside };
}

/** What is between the quotes, with the escape of the quote itself taken away; `undefined` without a closing one. */
function readQuoted(scanner: Scanner): string | undefined {
  const quote = scanner.next();
  const parts: string[] = [];
  while (!scanner.done) {
    const one = scanner.next();
    if (one === quote) return parts.join('');
    if (one !== '\\') parts.push(one);
    else parts.push(scanner.peek() === quote ? scanner.next() : one + (scanner.done ? '' : scanner.next()));
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\', $: '$$' },
};

/** `\0` and three octal digits are a character; with others, only the 0 goes. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(?:([abfnrtv"\\$])|0(\d{0,3}))/g, (_, one: string | undefined, digits: string) => {
    if (one !== undefined) return ESCAPES[one] ?? one;
    return /^[0-3][0-7]{2}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 8)) : `\\${digits}`;
  });
}

function expanded(text: string): ComposeValue {
  return text.replaceAll('$$', '').includes('$') ? { why: EXPANDED } : { value: text.replaceAll('$$', '$') };
}
