/**
 * GitHub's runner masks a value, its lines, and these encodings of each, as plain substrings; overlapping hits become one `***`.
 * https://github.com/actions/runner/blob/main/src/Sdk/DTLogging/Logging/ValueEncoders.cs and SecretMasker.cs,
 * AddMaskCommandExtension in src/Runner.Worker/ActionCommandManager.cs
 */
export interface Masker {
  /** As `::add-mask::VALUE` does. */
  add(value: string): void;
  mask(text: string): string;
  /** How many texts each line of the log is searched for. */
  readonly patterns: number;
}

export function makeMasker(): Masker {
  const masks = new Set<string>();
  const register = (value: string) => {
    for (const mask of [value, ...ENCODERS.map((encode) => encode(value))]) if (mask !== '') masks.add(mask);
  };
  return {
    get patterns() {
      return masks.size;
    },
    add: (value) => {
      if (value.trim() === '') return;
      register(value);
      for (const line of value.split(/[\r\n]+/)) if (line.trim() !== '') register(line.trim());
    },
    mask: (text) => {
      const hits: [from: number, to: number][] = [];
      for (const mask of masks) {
        for (let at = text.indexOf(mask); at >= 0; at = text.indexOf(mask, at + 1)) hits.push([at, at + mask.length]);
      }
      let shown = '';
      let end = 0;
      for (const [from, to] of hits.sort((a, b) => a[0] - b[0])) {
        // Hits that touch or overlap are one.
        if (end === 0 || from > end) shown += `${text.slice(end, from)}***`;
        end = Math.max(end, to);
      }
      return shown + text.slice(end);
    },
  };
}

type Encoder = (value: string) => string;

const ENCODERS: readonly Encoder[] = [
  (value) => base64From(value, 0),
  (value) => base64From(value, 1),
  (value) => base64From(value, 2),
  // CommandLineArgumentEscape, ExpressionStringEscape
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  newtonsoftJson,
  // UriDataEscape: RFC 3986
  (value) =>
    encodeURIComponent(value.toWellFormed()).replaceAll(
      /[!'()*]/g,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  // XmlDataEscape
  (value) =>
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
  // TrimDoubleQuotes
  (value) => (value.length > 8 && /^".*"$/s.test(value) ? value.slice(1, -1) : ''),
  // PowerShellPreAmpersandEscape, PowerShellPostAmpersandEscape
  (value) => atLeast6(value.slice(0, ampersandEnd(value))),
  (value) => (value.includes('&') ? atLeast6(value.slice(ampersandEnd(value) + (value.includes('&+') ? 1 : 0))) : ''),
];

/** JsonStringEscape: `JsonConvert.ToString` leaves lone surrogates as they are, and escapes three line ends of Unicode. */
function newtonsoftJson(value: string): string {
  const names: Readonly<Record<string, string>> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };
  return value.replaceAll(/["\\\x00-\x1f\u0085\u2028\u2029]/g, (one) =>
    one === '"' || one === '\\' ? `\\${one}` : (names[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** The bytes after the first `shift`, because what stands before a value shifts its base64. */
function base64From(value: string, shift: number): string {
  const bytes = Buffer.from(value);
  return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64');
}

function ampersandEnd(value: string): number {
  return value.includes('&+') ? value.indexOf('&+') + 2 : value.lastIndexOf('&') + 1;
}

function atLeast6(part: string): string {
  return part.length >= 6 ? part : '';
}
