import { readDotenv } from './dotenv-read.ts';
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
const COMMON = /^(true|false|yes|no|on|off|null|none|undefined)$/i;
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
    if (text.length >= SHORTEST) masks.add(text);
  };
  const addWithForms = (text: string) => {
    add(text);
    for (const form of formsOf(text)) add(form);
  };
  const parts = partsOf(whole, list).filter((part) => !isTrivial(part));
  for (const part of parts) addWithForms(part);
  if (secret || !isTrivial(whole)) {
    // The runner would register each line of a text of several lines, also `{`. Its lines are parts already.
    if (!/[\r\n]/.test(whole)) {
      if (whole !== '') masks.add(whole);
      addWithForms(whole);
    } else for (const form of formsOf(whole)) if (!/[\r\n]/.test(form)) add(form);
  }
  return [...masks];
}

function partsOf(value: string, list: boolean): string[] {
  const parts = /[\r\n]/.test(value) ? value.split(/[\r\n]+/) : [];
  parts.push(...jsonLeaves(value));
  const { entries, strayLines } = readDotenv(value);
  if (strayLines.length === 0) parts.push(...entries.map(([, text]) => text));
  if (list) parts.push(...value.split(','));
  return parts.flatMap((part) => (part === value ? [] : part.split(/[\r\n]+/))).map((part) => part.trim());
}

/** The forms of a text in which it stands in logs, and in which the runner does not know it. */
function formsOf(text: string): string[] {
  const json = jsonForms(text);
  const encoded = [text, ...json].flatMap((one) => base64Forms(Buffer.from(one)));
  // A .dockerconfigjson is base64 of JSON that holds `user:password` as base64.
  const twice = stemsOf(Buffer.from(text)).flatMap((stem) => stemsOf(Buffer.from(stem)));
  return [...encoded, ...twice, ...shellForms(text), ...urlForms(text), ...json];
}

/** `base64` and `openssl base64` break lines, so the lines of the text on its own are masked too. */
function base64Forms(bytes: Buffer): string[] {
  const stems = stemsOf(bytes);
  const forms = stems.flatMap((stem) => [stem, stem.replaceAll('+', '-').replaceAll('/', '_')]);
  for (const columns of [76, 64]) {
    const lines = stems[0]?.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
    if (lines.length > 1) forms.push(...lines);
  }
  return forms;
}

/**
 * What base64 shows of the bytes wherever they stand in a larger text: at each of three offsets, the characters that they
 * alone determine.
 */
function stemsOf(bytes: Buffer): string[] {
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
  const forms = [
    component,
    strict,
    strict.replaceAll('%2F', '/'),
    encodeURI(text),
    new URLSearchParams([['', text]]).toString().slice(1),
  ];
  return forms.flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())]);
}

/** JSON as Go writes it (docker, kubectl, terraform), and with escaped slashes. */
function jsonForms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const html: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  return [json, json.replaceAll(/[<>&]/g, (one) => html[one] ?? one), json.replaceAll('/', '\\/')];
}
