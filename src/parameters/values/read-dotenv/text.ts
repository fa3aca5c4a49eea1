/** An entry of a .env text. */
export interface DotenvEntry {
  readonly name: string;
  readonly value: string;
  /** From 1, where it begins. */
  readonly line: number;
}

/** What keeps a line from being read. Quotes nothing of it. */
export interface DotenvFault {
  readonly line: number;
  readonly why: string;
}

/** What a .env text holds for one reader: its entries in order, and the lines that it cannot be read by. */
export interface DotenvText {
  readonly entries: readonly DotenvEntry[];
  readonly faults: readonly DotenvFault[];
}

/** A place in a text that only moves on, and counts its steps: what reads with it takes a time that grows with the text. */
export class Scanner {
  readonly text: string;
  at = 0;
  line = 1;
  steps = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, or one further on; empty at the end. */
  peek(further = 0): string {
    this.steps++;
    return this.text[this.at + further] ?? '';
  }

  /** Takes one character. */
  next(): string {
    const one = this.peek();
    if (one === '\n') this.line++;
    this.at++;
    return one;
  }

  /** Takes all that a sticky pattern (`/…/y`) matches here; empty when it does not. It must look no further than it takes. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.steps += found.length + 1;
    this.at += found.length;
    for (const one of found) if (one === '\n') this.line++;
    return found;
  }
}

/** What Go's `unicode.IsSpace` takes for a blank; JavaScript's `\s` has U+FEFF too, and not U+0085. */
export const GO_BLANK = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
export const GO_BLANKS = new RegExp(`${GO_BLANK.source}+`, 'y');

/** Takes blanks, empty lines and lines of comment. @param blanks a sticky pattern */
export function skipComments(scanner: Scanner, blanks: RegExp): void {
  while (scanner.take(blanks) !== '' || scanner.take(/#[^\n]*/y) !== '');
}

/** Inside of double quotes, with the escapes that most readers have. */
export function unquoted(inside: string): string {
  const names: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
  return inside.replaceAll(/\\(.)/gs, (_, one: string) => names[one] ?? one);
}
