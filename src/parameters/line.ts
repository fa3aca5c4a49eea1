import { REGION_FORM } from '../aws/partition.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';
import { wrong } from './line-forms.ts';
import { isSecretArn, readSecret, SECRET_REFERENCE, SECRETS, secretForm } from './secret.ts';
import { DOTTED, type NameCase, nameFrom, VARIABLE } from './variable-names.ts';

/** Where a value comes from. */
export type Source =
  | {
      readonly kind: 'parameter';
      /** As `GetParameters` takes it, without a selector: `/shop/prod/db`, `db`, or an ARN. */
      readonly name: string;
      /** `:3` (a version), `:live` (a label), or empty: the latest. */
      readonly selector: string;
      /** Only of an ARN. */
      readonly region?: string;
    }
  /** All parameters below a path, which has no slash at its end but for `/` itself. */
  | { readonly kind: 'path'; readonly path: string; readonly label?: string };

/** Who a stored .env file was written for; `dotenv` is all of them alike. */
export const READERS = ['dotenv', 'compose', 'docker', 'node', 'shell'] as const;
export type DotenvReader = (typeof READERS)[number];

/** The way to one value in JSON: names of fields, indexes of lists. */
export type JsonPath = readonly (string | number)[];

/** What a value is read as. */
export type Format =
  /** Itself. */
  | { readonly kind: 'text' }
  /** A JSON object with fields, or the one value at `path`. */
  | { readonly kind: 'json'; readonly path?: JsonPath }
  /** A whole `.env` file, written for a reader. */
  | { readonly kind: 'dotenv'; readonly reader: DotenvReader };

/** One line of `ssm-parameters`. */
export interface ParameterLine {
  readonly source: Source;
  readonly format: Format;
  /** The variable's name; or what stands before the names of several. */
  readonly target: { readonly name: string } | { readonly prefix: string };
  /** Nothing there is fine. */
  readonly optional: boolean;
  /** The value when nothing is there. */
  readonly fallback?: string;
}

/** Parameters that AWS publishes for everybody. */
export const PUBLIC_PATH = '/aws/service/';

const STARTS_AS_SOURCE = /^(\/|arn:|secretsmanager:)/;
/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html#systemsmanager-PutParameter-request-Name */
const NAME = /^\/?[\w.-]+(\/[\w.-]+)*$/;
/** What AWS publishes has no account: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html */
const ARN = new RegExp(
  String.raw`^arn:aws[\w-]*:ssm:(${REGION_FORM}):(?:\d{12}:parameter|:parameter(?=/aws/service/))(/[\w.-]+)+$`,
);
/** https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html */
const LABEL = /^(?!aws|ssm)[A-Za-z_.-][\w.-]{0,99}$/i;
const MAX_LEVELS = 15;

/**
 * The grammar of a line of `ssm-parameters`: `[TARGET=|TARGET?=]SOURCE [@LABEL] [as FORMAT [.FIELD]] [?? TEXT]`.
 * @throws Problem with the column (from 1) as `on`, what is not understood, and the forms
 */
export function parseLine(text: string, nameCase: NameCase = 'upper'): ParameterLine {
  try {
    return readLine(text, nameCase);
  } catch (thrown) {
    const [form, fix] = MISTAKES.find(([form]) => form.test(text)) ?? [];
    if (!(thrown instanceof Problem) || !form || !fix) throw thrown;
    throw new Problem({ ...thrown.details, fix: fix(form.exec(text) ?? []) });
  }
}

/** As other actions and tools write it, and how it is written here. */
const MISTAKES: readonly (readonly [RegExp, (found: readonly string[]) => string])[] = [
  [/^\{/, () => 'write a line NAME=/path for each, and no JSON'],
  [/resolve:secretsmanager:([^:}]+):\w*:([^:}]+)/, ([, id, field]) => `write NAME=${SECRETS}${id} as json .${field}`],
  [
    /(?<!arn:[\w-]*:)\bssm(?:-secure)?:\/*([\w./-]+)(:\d+)?\}*$/,
    ([, name, version = '']) => `write NAME=/${name}${version}`,
  ],
  [/^((?:\w+=)?secretsmanager:[^#\s]+)#(\w+)$/, ([, source, field]) => `write ${source} as json .${field}`],
  // As aws-secretsmanager-get-secrets has it.
  [
    /^([A-Za-z_]\w*)\s*,\s*(\/\S+)$/,
    ([, name, source]) => `write ${name}=${source}; of a secret, ${name}=${SECRETS}${source}`,
  ],
  [/^([A-Za-z_]\w*)\s*,\s*([\w.-]\S*)$/, ([, name, id]) => `write ${name}=${SECRETS}${id}`],
  [/^[^,]*\/[\w./-]+,/, () => 'write one parameter a line'],
  [/^([A-Za-z_]\w*)\s*:\s*(\/\S+)$/, ([, name, source]) => `write ${name}=${source}`],
  [/^(\/\S+)\s*(?:=|>|->|\|)\s*([A-Za-z_]\w*)\s*;?$/, ([, source, name]) => `write ${name}=${source}`],
  [/^(?:\w+\s*=\s*)?["']\/[^"']*["']$/, () => 'write it without quotes'],
  [/^((?:\w+=)?\/.*\/)\*$/, ([, path]) => `write ${path}, which is all below it`],
  [/^export\s+(\w+=\S+)/, ([, line]) => `write ${line}`],
  [/^-\s+[\w/]/, () => 'leave out the dash: it is a text with lines, not a list of YAML'],
  [/\s#/, () => 'write a comment on a line of its own'],
];

function readLine(text: string, nameCase: NameCase): ParameterLine {
  const { target, optional, at } = splitTarget(text);
  const word = /^\S*/.exec(text.slice(at))?.[0] ?? '';
  if (word === '') wrong(at, 'a parameter, a path or a secret is missing here');
  const rest = splitOptions(text, at + word.length);
  const source = readSource(word, at, { label: rest.label, anyName: target?.endsWith('*') === true });
  const { format, fallback } = rest;
  if (rest.label && source.kind === 'parameter') {
    wrong(rest.labelAt, `@${rest.label} goes with a path`, `write ${word}:${rest.label}`);
  }
  if (source.kind === 'path' && format.kind !== 'text') {
    wrong(at, `"as ${rest.word}" goes with one parameter, not with a path`);
  }
  if (fallback !== undefined && isSeveral(source, format)) {
    wrong(at, 'a default goes with a single value', 'write ?= if it may be missing');
  }
  return {
    source,
    format,
    target: readTarget(target, { source, format, nameCase }),
    optional: optional || fallback !== undefined,
    ...(fallback === undefined ? {} : { fallback }),
  };
}

function isSeveral(source: Source, format: Format): boolean {
  return source.kind === 'path' || format.kind === 'dotenv' || (format.kind === 'json' && format.path === undefined);
}

/** What else a line says that decides how its source is read. */
interface SourceOptions {
  readonly label: string | undefined;
  /** `*=` or `PRE_*=`: several values are expected. */
  readonly anyName: boolean;
}

/** A source as its reader wrote it: for messages and tables. */
export function sourceText(source: Source): string {
  if (source.kind === 'path')
    return `${source.path === '/' ? '' : source.path}/${source.label ? ` @${source.label}` : ''}`;
  const { name, selector } = source;
  return name.startsWith(SECRET_REFERENCE)
    ? `${SECRETS}${name.slice(SECRET_REFERENCE.length)}${selector}`
    : name + selector;
}

function splitTarget(text: string): { target: string | undefined; optional: boolean; at: number } {
  const equals = STARTS_AS_SOURCE.test(text) ? -1 : text.indexOf('=');
  if (equals < 0) return { target: undefined, optional: false, at: 0 };
  const optional = text[equals - 1] === '?';
  const target = text.slice(0, optional ? equals - 1 : equals).trimEnd();
  if (!DOTTED.test(target) && !/^([A-Za-z_]\w*)?\*$/.test(target)) {
    wrong(
      0,
      `${quote(target)} is not the name of a variable`,
      'use letters, digits and _, no digit first; PRE_* is a prefix',
    );
  }
  const spaces = /^\s*/.exec(text.slice(equals + 1))?.[0].length ?? 0;
  return { target, optional, at: equals + 1 + spaces };
}

interface Options {
  readonly label: string | undefined;
  readonly labelAt: number;
  readonly format: Format;
  /** The format as it is written. */
  readonly word: string;
  readonly fallback: string | undefined;
}

function splitOptions(text: string, from: number): Options {
  const found =
    /^(\s+@(?<label>\S+))?(\s+as\s+(?<word>\S+)(\s+(?<field>[.[]((?!\s\?\?(\s|$)).)*?))?)?(\s+\?\?(?<fallback>(\s.*)?))?\s*$/s.exec(
      text.slice(from),
    );
  const after = from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
  // The other inputs are written so, from what is there to where it goes.
  const name = /^\s*=>\s*([\w.]+)\s*$/.exec(text.slice(from))?.[1];
  if (name !== undefined) wrong(after, 'the name stands first', `write ${name}=${text.slice(0, from)}`);
  if (!found?.groups) wrong(after, `${quote(/^\S*/.exec(text.slice(after))?.[0] ?? '')} is not understood here`);
  const { label, word = 'text', field, fallback } = found.groups;
  const labelAt = text.indexOf('@', from);
  if (label !== undefined && !LABEL.test(label)) wrong(labelAt, `${quote(label)} is not a label`);
  const format = readFormat(word, text.lastIndexOf(word));
  if (field === undefined) return { label, labelAt, format, word, fallback: fallback?.trim() };
  const fieldAt = text.indexOf(field, after + word.length);
  if (format.kind !== 'json') wrong(fieldAt, `${quote(field)} goes with "as json"`);
  return { label, labelAt, format: { ...format, path: readField(field, fieldAt) }, word, fallback: fallback?.trim() };
}

function readFormat(word: string, at: number): Format {
  const reader = READERS.find((it) => it === word);
  if (reader) return { kind: 'dotenv', reader };
  if (word === 'json' || word === 'text') return { kind: word };
  return wrong(at, `"as ${word}" is not known`, `write as json, ${READERS.map((it) => `as ${it}`).join(', ')}`);
}

/** `.a.b[0]["odd key"]`, as jq writes it. */
function readField(field: string, at: number): JsonPath {
  const step = /\.([A-Za-z_][\w-]*)|\.?\[(\d+)\]|\.?\[("(?:[^"\\]|\\.)*")\]/y;
  const path: (string | number)[] = [];
  while (step.lastIndex < field.length) {
    const here = step.lastIndex;
    const found = step.exec(field);
    if (!found)
      wrong(at + here, `${quote(field.slice(here))} is not a field`, 'write .name, .list[0].name or .["odd name"]');
    const [, name, index, text] = found;
    path.push(index === undefined ? (name ?? unquoted(text ?? '', at + here)) : Number(index));
  }
  return path;
}

function unquoted(text: string, at: number): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return wrong(at, `${quote(text)} is not a JSON string`);
  }
}

function readSource(word: string, at: number, { label, anyName }: SourceOptions): Source {
  const secret = [SECRETS, SECRET_REFERENCE].find((it) => word.startsWith(it));
  if (secret) return { kind: 'parameter', ...readSecret(word, secret.length, at) };
  // An empty variable in `/${{ vars.ENV }}/` must not bring everything that the account has.
  if (/^\/+$/.test(word) && !anyName) {
    wrong(
      at,
      `${quote(word)} is every parameter of the account in this region`,
      'write what is missing in the path, which may be an empty variable; *=/ if all of them are meant',
    );
  }
  if (word.endsWith('/')) {
    const path = word.length > 1 ? word.slice(0, -1) : word;
    if (path !== '/' && (!path.startsWith('/') || !NAME.test(path))) wrong(at, `${quote(word)} is not a path`);
    return { kind: 'path', path, ...(label ? { label } : {}) };
  }
  if (isSecretArn(word)) wrong(at, `${quote(word)} is not the ARN of a parameter`, `write ${secretForm(word)}`);
  const arn = word.startsWith('arn:');
  const slash = word.lastIndexOf('/');
  const colon = arn && slash < 0 ? -1 : word.indexOf(':', arn ? slash : 0);
  const [name, chosen] = colon < 0 ? [word, undefined] : [word.slice(0, colon), word.slice(colon + 1)];
  if (chosen !== undefined && !/^[1-9]\d{0,18}$/.test(chosen) && !LABEL.test(chosen)) {
    wrong(at + colon + 1, `${quote(chosen)} is neither a version nor a label`);
  }
  const region = ARN.exec(name)?.[1];
  if (arn && !region) {
    wrong(at, `${quote(word)} is not the ARN of a parameter`, 'write arn:aws:ssm:REGION:ACCOUNT:parameter/NAME');
  }
  if (!arn) checkName(name, at);
  const selector = chosen === undefined ? '' : `:${chosen}`;
  return { kind: 'parameter', name, selector, ...(region ? { region } : {}) };
}

function checkName(name: string, at: number): void {
  if (!NAME.test(name) || (!name.startsWith('/') && name.includes('/'))) {
    wrong(
      at,
      `${quote(name)} is not the name of a parameter`,
      'a name with levels starts with /, and has letters, digits, and . - _ /',
    );
  }
  if (name.split('/').length - 1 > MAX_LEVELS) wrong(at, `${quote(name)} has more than ${MAX_LEVELS} levels`);
}

function readTarget(
  target: string | undefined,
  { source, format, nameCase }: { source: Source; format: Format; nameCase: NameCase },
): ParameterLine['target'] {
  const several = isSeveral(source, format);
  if (target?.endsWith('*')) {
    if (several) return { prefix: target.slice(0, -1) };
    wrong(0, `${target} is a prefix, and this is one value`, 'write a name without *');
  }
  if (target !== undefined && source.kind === 'path') wrong(0, `a path gives several values`, `write ${target}_*=`);
  if (target !== undefined && format.kind === 'dotenv')
    wrong(0, `a .env file gives several values`, `write ${target}_*=`);
  if (source.kind === 'path' || format.kind === 'dotenv') return { prefix: '' };
  const field = format.kind === 'json' && format.path ? ['', ...format.path].join('_') : '';
  const name = target ?? nameFrom((source.name.split('/').pop() ?? '') + field, nameCase);
  if (target === undefined && !VARIABLE.test(name)) {
    wrong(0, `a variable cannot be named after ${quote(source.name)}`, 'write NAME= before it');
  }
  return several ? { prefix: `${name}_` } : { name };
}
