/**
 * Reads a .env file by the rules of Docker Compose, as far as a writer may meet them.
 * https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 * @throws Error where compose ends with one
 */
export function readCompose(file: string, host: Readonly<Record<string, string>> = {}): Record<string, string> {
  const read: Record<string, string> = {};
  let rest = file.replace(/^\uFEFF/, '');
  for (;;) {
    rest = rest.replace(new RegExp(`^(${SPACE}+|#[^\\n]*)+`), '');
    if (rest === '') return read;
    const name = /^(?:export[ \t]+)?([\w.[\]-]+)[ \t]*([=:\n]|$)/.exec(rest);
    if (!name) throw new Error('unexpected character in variable name');
    rest = rest.slice(name[0].length).replace(/^[\t\v\f\r \x85\xa0]+/, '');
    if (name[2] !== '=' && name[2] !== ':') continue;
    const { value, after } = readValue(rest, { ...host, ...read });
    read[name[1] ?? ''] = value;
    rest = after;
  }
}

/** Of Go's `unicode.IsSpace`. */
const SPACE = '[\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';

function readValue(text: string, variables: Readonly<Record<string, string>>): { value: string; after: string } {
  const quote = text[0];
  if (quote !== '"' && quote !== "'") {
    const line = text.split('\n')[0] ?? '';
    const value = (line.split(' #')[0] ?? '').replace(new RegExp(`${SPACE}+$`), '');
    return { value: interpolate(value, variables), after: text.slice(line.length) };
  }
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const one = text[at] ?? '';
    if (one === quote) {
      const after = text.slice(at + 1);
      return { value: quote === '"' ? interpolate(unescaped(value), variables) : value, after };
    }
    const next = text[at + 1];
    if (one !== '\\' || next === undefined) value += one;
    else {
      // An escaped quote loses its backslash; everything else keeps it until escapes are read.
      value += next === quote ? next : one + next;
      at++;
    }
  }
  throw new Error('unterminated quoted value');
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  $: '$$',
};

function unescaped(text: string): string {
  return text.replaceAll(/\\(?:([abfnrtv$"\\])|0(\d{0,3}))/g, (_, one: string | undefined, digits: string) => {
    if (one !== undefined) return ESCAPES[one] ?? one;
    return /^[0-3][0-7]{2}$/.test(digits) ? String.fromCharCode(Number.parseInt(digits, 8)) : `\\${digits}`;
  });
}

function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$(?:(\$)|\{([A-Za-z_]\w*)(?::?-([^}]*))?[^}]*\}|([A-Za-z_]\w*))/g,
    (_, dollar, braced, otherwise, bare) => (dollar ? '$' : (variables[braced ?? bare] ?? otherwise ?? '')),
  );
}
