import { readNode } from './dotenv/node.ts';
import { jsonLeaves } from './json.ts';

/** What kind of value it is: a secret is always masked, other values unless they are trivial. */
export interface Maskable {
  readonly value: string;
  /** A SecureString, or a secret of Secrets Manager. */
  readonly secret: boolean;
  /** A StringList: its items are values too. */
  readonly list?: boolean;
}

/** A mask is a plain substring: a shorter one would turn half of the log into `***`. */
const SHORTEST = 4;
const COMMON =
  /^(true|false|yes|no|on|off|null|none|undefined|default|enabled|disabled|local|localhost|dev|development|test|testing|stage|staging|live|prod|production|main|latest|trace|debug|info|notice|warn|warning|error|fatal)$/i;
const SHORT_NUMBER = /^[+-]?[\d.]{1,5}$/;
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d$/;

/**
 * Too short or too common to be hidden: as a mask it would hide everything else that reads the same, and GitHub drops job
 * outputs that contain a mask.
 */
export function isTrivial(value: string): boolean {
  const text = value.trim();
  return text.length < SHORTEST || COMMON.test(text) || SHORT_NUMBER.test(text) || REGION.test(text);
}

/**
 * Everything to register as a mask for one value, before anything else is done with it. The runner masks a value and some
 * of its encodings (https://github.com/actions/runner/blob/main/src/Sdk/DTLogging/Logging/ValueEncoders.cs); this adds
 * the value's parts (lines, leaves of JSON, entries of a .env file) and the forms that the runner misses.
 */
export function masksOf({ value, secret, list = false }: Maskable): string[] {
  const whole = value.trim();
  const masks = new Set<string>();
  const add = (text: string) => {
    if (text.length >= SHORTEST && !LINE_BREAK.test(text)) masks.add(text);
  };
  const texts = leavesOf(whole, list).filter((leaf) => !isTrivial(leaf));
  if (secret || !isTrivial(whole)) texts.push(whole);
  for (const text of texts) {
    for (const form of [text, ...formsOf(text)]) add(form);
    // The runner would register every line, also `{`; a text of several lines is masked by those that say something.
    if (LINE_BREAK.test(text)) {
      for (const line of text.split(LINE_BREAK)) if (!isTrivial(line)) add(line.trim());
    }
  }
  if (secret && whole !== '' && !LINE_BREAK.test(whole)) masks.add(whole);
  return [...masks];
}

const LINE_BREAK = /[\r\n]+/;

/** The values inside a value: strings and numbers of JSON, entries of a .env file, items of a list. */
function leavesOf(value: string, list: boolean): string[] {
  const leaves = jsonLeaves(value, 1000);
  leaves.push(...readNode(value).entries.map((entry) => entry.value));
  if (list) leaves.push(...value.split(','));
  return leaves.map((leaf) => leaf.trim());
}

/** The forms of a text in which it stands in logs, and in which the runner does not know it. */
function formsOf(text: string): string[] {
  return [...base64Forms(text), ...shellForms(text), ...urlForms(text), ...jsonForms(text)];
}

/**
 * The text wherever it stands in base64, or as JSON in it; also twice, for a .dockerconfigjson is base64 of JSON that holds
 * `user:password` as base64. `base64` and `openssl base64` break lines: those of the text on its own are masked too.
 */
function base64Forms(text: string): string[] {
  const stems = stemsOf(text);
  const [fromStart = ''] = stems;
  const lines = [76, 64].flatMap((columns) => fromStart.match(new RegExp(`.{1,${columns}}`, 'g')) ?? []);
  const inJson = [JSON.stringify(text).slice(1, -1), ...jsonForms(text)].flatMap(stemsOf);
  const forms = [...stems, ...inJson, ...lines];
  const forUrls = forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...forms, ...forUrls, ...stems.flatMap(stemsOf)];
}

/**
 * What base64 shows of the bytes wherever they stand in a larger text: at each of three offsets, the characters that they
 * alone determine.
 */
function stemsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return padded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
}

/** Bash's `printf %q`, `${X@Q}` and `set -x`, and double quotes as a shell or compose writes them. */
function shellForms(text: string): string[] {
  return [
    text.replaceAll(/[ !"$&'()*,;<>?[\\\]^`{|}]|^[#~]|(?<=[:=])~/g, '\\$&'),
    ansiQuoted(text, /\p{Cc}/u),
    ansiQuoted(text, /[\p{Cc}\p{Cn}\p{Zl}\p{Zp}]/u),
    ansiQuoted(text, /[^ -~]/u),
    text.replaceAll("'", "'\\''"),
    text.replaceAll(/["\\$`]/g, '\\$&'),
  ];
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

/** Inside of `$'…'`, in which bash writes what its locale can't print: in a C locale everything that is not ASCII. */
function ansiQuoted(text: string, unprintable: RegExp): string {
  const written = [...text].map((character) => {
    const name = ANSI_NAMES[character.codePointAt(0) ?? 0];
    if (name || /['\\]/.test(character)) return `\\${name ?? character}`;
    if (!unprintable.test(character)) return character;
    return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  });
  return written.join('');
}

/** What the languages of CI write into a URL or a form; the runner knows only RFC 3986 with capital hex digits. */
function urlForms(text: string): string[] {
  if (!text.isWellFormed()) return [];
  const component = encodeURIComponent(text);
  const strict = component.replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams([['', text]]).toString().slice(1);
  const capital = [component, strict.replaceAll('%2F', '/'), encodeURI(text), form];
  const small = [strict, ...capital].map((it) => it.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
  return [...capital, ...small];
}

/** JSON as Go writes it (docker, kubectl, terraform), and with escaped slashes. */
function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const html: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  return [json.replaceAll(/[<>&]/g, (one) => html[one] ?? one), json.replaceAll('/', '\\/')];
}
