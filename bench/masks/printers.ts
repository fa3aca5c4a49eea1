/** How tools write a text: by their documentation and source, and not by the code under test. */
export const PRINTERS: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  "Go's net/url userinfo": (value) =>
    [...Buffer.from(value.toWellFormed())]
      .map((byte) =>
        /[A-Za-z0-9$&+,;=_.~-]/.test(String.fromCharCode(byte)) && byte < 128
          ? String.fromCharCode(byte)
          : percent(byte),
      )
      .join(''),
  ".NET's System.Text.Json": (value) =>
    eachUnit(value, (unit, code) => {
      const named = NET_NAMES[unit];
      if (named) return named;
      return code < 32 || code > 126 || /["&'+<>`]/.test(unit)
        ? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`
        : unit;
    }),
  "Go's html.EscapeString": (value) =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll("'", '&#39;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&#34;'),
  'docker compose config': (value) => value.replaceAll('$', '$$$$'),
  "Python's shlex.quote": (value) => value.replaceAll("'", `'"'"'`),
  "Python's json.dumps": (value) =>
    eachUnit(
      value,
      (unit, code) => JSON_NAMES[unit] ?? (code < 32 || code > 127 ? `\\u${code.toString(16).padStart(4, '0')}` : unit),
    ),
  "PHP's json_encode": (value) =>
    eachUnit(value, (unit, code) =>
      unit === '/'
        ? '\\/'
        : (JSON_NAMES[unit] ?? (code < 32 || code > 127 ? `\\u${code.toString(16).padStart(4, '0')}` : unit)),
    ),
  "Go's encoding/json": (value) =>
    JSON.stringify(value)
      .slice(1, -1)
      .replaceAll('<', '\\u003c')
      .replaceAll('>', '\\u003e')
      .replaceAll('&', '\\u0026')
      .replaceAll('\u2028', '\\u2028')
      .replaceAll('\u2029', '\\u2029'),
  'JSON of JavaScript': (value) => JSON.stringify(value).slice(1, -1),
  encodeURIComponent: (value) => encodeURIComponent(value),
  'a form': (value) => new URLSearchParams([['k', value]]).toString().slice(2),
  'a shell that quotes': (value) => value.replaceAll("'", "'\\''"),
  'double quotes of a shell': (value) => value.replaceAll(/["\\$`]/g, '\\$&'),
  "Python's html.escape": (value) =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#x27;'),
};

const NET_NAMES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
  '\\': '\\\\',
};
const JSON_NAMES: Readonly<Record<string, string>> = { ...NET_NAMES, '"': '\\"' };

function eachUnit(value: string, write: (unit: string, code: number) => string): string {
  return Array.from({ length: value.length }, (_, at) => write(value.charAt(at), value.charCodeAt(at))).join('');
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

const bytes = (value: string) => Buffer.from(value);

/** Base64 of larger texts, whose masked part does not stand alone. */
export const BASE64: Readonly<Record<string, (value: string) => string>> = {
  'echo "$X" | base64 -w0': (value) => bytes(`${value}\n`).toString('base64'),
  'a field of JSON, in base64': (value) => bytes(JSON.stringify({ password: value })).toString('base64'),
  'base64 of UTF-16 (PowerShell)': (value) => Buffer.from(value, 'utf16le').toString('base64'),
  'base64 of base64 in JSON (.dockerconfigjson)': (value) =>
    bytes(JSON.stringify({ auth: bytes(`AWS:${value}`).toString('base64') })).toString('base64'),
  'base64url in a larger text': (value) => bytes(`x${value}yz`).toString('base64url'),
  hex: (value) => bytes(value).toString('hex'),
};
