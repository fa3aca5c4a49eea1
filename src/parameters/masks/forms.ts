/**
 * The forms of a text in which tools print it, and in which the runner does not know it: it registers a mask with its base64
 * at three offsets, `\"`, `''`, JSON as Newtonsoft writes it, RFC 3986 and XML.
 * https://github.com/actions/runner/blob/main/src/Sdk/DTLogging/Logging/ValueEncoders.cs
 */
export const FORMS = {
  /** What steps print every day: registered for every text. */
  likely: likelyForms,
  /** Base64 of a larger text that holds it: registered as long as the budget lasts, as are the following ones. */
  base64: missingStems,
  /** What some tools print. */
  common: commonForms,
  /** What is rarely printed. */
  rare: rareForms,
} as const;

function likelyForms(text: string): string[] {
  const several = /[\r\n]/.test(text);
  return [
    ...(several ? [jsonOf(text)] : []),
    goUserinfo(text),
    netJson(text),
    goHtml(text),
    text.replaceAll('$', '$$$$'),
    shlex(text),
    dashExport(text),
  ];
}

function commonForms(text: string): string[] {
  return [
    ...(/[\u0085\u2028\u2029]/.test(text) ? [jsonOf(text)] : []),
    ...[encodeUri(text), formEncoded(text), encodeUri(text).replaceAll('%2F', '/'), goJson(text), asciiJson(text)],
    ...[text.replaceAll("'", "'\\''"), text.replaceAll(/["\\$`]/g, '\\$&'), ...base64Lines(text, 76)],
  ];
}

function rareForms(text: string): string[] {
  const json = jsonOf(text);
  const inJson = json === text ? [] : stemsOf(json);
  const stems = [...stemsOf(text), ...inJson];
  const lower = [goUserinfo(text), encodeUri(text), formEncoded(text), strictUri(text)].map(lowerHex);
  return [
    ...[
      printfQ(text),
      ansiQuoted(text, /\p{Cc}/u),
      ansiQuoted(text, /[\p{Cc}\p{Cn}\p{Zl}\p{Zp}]/u),
      ansiQuoted(text, /[^ -~]/u),
    ],
    ...[
      json.replaceAll('/', '\\/'),
      asciiJson(text).replaceAll('/', '\\/'),
      htmlTemplate(text),
      pythonHtml(text),
      strictUri(text),
      encodeURI(text.toWellFormed()),
    ],
    ...inJson,
    ...stems.flatMap(forUrls),
    ...base64Lines(text, 64),
    ...base64Lines(text, 76).flatMap(forUrls),
    ...stemsOf(text).flatMap(stemsOf),
    ...stemsOf(Buffer.from(text, 'utf16le')),
    ...lower,
  ];
}

/**
 * What base64 shows of the bytes wherever they stand in a larger text: at each of three offsets, the characters that they
 * alone determine.
 */
function stemsOf(text: string | Uint8Array): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return padded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** The runner's own base64 of a text ends with padding but for one of the offsets, where it is a stem too, but for two bytes. */
function missingStems(text: string): string[] {
  const known = (3 - (Buffer.byteLength(text) % 3)) % 3;
  return stemsOf(text).filter((_, offset) => offset !== known);
}

/** `base64` breaks lines at 76 columns, `openssl base64` at 64. One line is a stem already. */
function base64Lines(text: string, columns: number): string[] {
  const [fromStart = ''] = stemsOf(text);
  if (fromStart.length <= columns) return [];
  return fromStart.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
}

function forUrls(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

const hex = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
const unicode = (one: string) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JavaScript's, and with more or fewer of them, most languages' escapes of a URL. */
function encodeUri(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function strictUri(text: string): string {
  return encodeUri(text).replaceAll(/[!'()*]/g, hex);
}

/** Go's `net/url` in `user:password@`. https://go.dev/src/net/url/url.go, `shouldEscape` */
function goUserinfo(text: string): string {
  return strictUri(text).replaceAll(/%(?:24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function lowerHex(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (it) => it.toLowerCase());
}

function jsonOf(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Go's `encoding/json` (docker, kubectl, terraform). */
function goJson(text: string): string {
  return jsonOf(text).replaceAll(/[<>&\u2028\u2029]/g, unicode);
}

/** Python's `json.dumps`, PHP's `json_encode` (but for its `\/`). */
function asciiJson(text: string): string {
  return jsonOf(text).replaceAll(/[\u0080-\uffff]/g, unicode);
}

/** .NET's `System.Text.Json`. https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/character-encoding */
function netJson(text: string): string {
  return jsonOf(text)
    .replaceAll(/\\u([0-9a-f]{4})/g, (_, code: string) => `\\u${code.toUpperCase()}`)
    .replaceAll('\\"', '\\u0022')
    .replaceAll(/[&'+<>`\u007f-\uffff]/g, (one) => unicode(one).toUpperCase().replace('U', 'u'));
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** Go's `html.EscapeString`. */
function goHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (one) => HTML[one] ?? one);
}

/** Go's `html/template`. */
function htmlTemplate(text: string): string {
  return goHtml(text).replaceAll('+', '&#43;');
}

/** Python's `html.escape`. */
function pythonHtml(text: string): string {
  return goHtml(text).replaceAll('&#34;', '&quot;').replaceAll('&#39;', '&#x27;');
}

/** dash's `export -p`: quotes in a row are one. */
function dashExport(text: string): string {
  return text.replaceAll(/'+/g, (run) => `'"${run}"'`);
}

/** Python's `shlex.quote`. */
function shlex(text: string): string {
  return text.replaceAll("'", `'"'"'`);
}

/** Bash's `printf %q`. */
function printfQ(text: string): string {
  return text.replaceAll(/[ !"$&'()*,;<>?[\\\]^`{|}]|^[#~]|(?<=[:=])~/g, '\\$&');
}

const ANSI_NAMES: Readonly<Record<number, string>> = {
  7: 'a',
  8: 'b',
  9: 't',
  10: 'n',
  11: 'v',
  12: 'f',
  13: 'r',
  27: 'E',
};

/** Inside of `$'…'`, in which bash writes what its locale cannot print: in a C locale everything that is not ASCII. */
function ansiQuoted(text: string, unprintable: RegExp): string {
  const written = [...text].map((character) => {
    const name = ANSI_NAMES[character.codePointAt(0) ?? 0];
    if (name || /['\\]/.test(character)) return `\\${name ?? character}`;
    if (!unprintable.test(character)) return character;
    return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  });
  return written.join('');
}
