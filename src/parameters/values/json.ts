import { Problem } from '../../base/problem.ts';
import { quote } from '../../base/quote.ts';
import type { JsonPath } from '../line.ts';
import { Scanner } from './read-dotenv/text.ts';

/** The reviver's third argument: the text of a number, a string, a boolean or null as it stands in the JSON. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
interface ExactJson {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): { readonly rawJSON: string };
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}
/** https://github.com/tc39/proposal-json-parse-with-source, which TypeScript's library does not know yet. */
const exact = JSON as unknown as ExactJson;

/**
 * The fields of a JSON object with the path to each: numbers with exactly their text (`1.10`, `12345678901234567890`),
 * strings unescaped, `true`, `false` and `null` as they are, lists and empty objects as JSON.
 * @throws Problem when the text is not a JSON object, is a very deep one, or says something twice; without V8's message, which quotes the text
 */
export function readJson(text: string): [path: string[], value: string][] {
  const value = readExact(text);
  if (!isObject(value)) {
    throw new Problem({ what: 'the value is JSON, but not an object with fields', fix: 'leave "as json" out' });
  }
  return fields(value, []);
}

/**
 * One value of a JSON text, as `readJson` gives it; `undefined` when it is not there.
 * @throws Problem as `readJson` does
 */
export function readJsonAt(text: string, path: JsonPath): string | undefined {
  let value = readExact(text);
  for (const step of path) {
    if (typeof value !== 'object' || value === null || exact.isRawJSON(value) || !Object.hasOwn(value, step))
      return undefined;
    if (typeof step === 'string' && Array.isArray(value)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return textOf(value, path.map(String));
}

/** Every string and number in a JSON text, however deep, up to a limit; none when it is not a JSON object, list or string. */
export function jsonLeaves(text: string, limit: number): string[] {
  if (!/^\s*[[{"]/.test(text)) return [];
  const leaves: string[] = [];
  const waiting: unknown[] = [parseExact(text)];
  while (waiting.length > 0 && leaves.length < limit) {
    const value = waiting.pop();
    if (typeof value === 'string') leaves.push(value);
    else if (exact.isRawJSON(value)) leaves.push(value.rawJSON);
    else if (typeof value === 'object' && value !== null)
      waiting.push(...Object.values(value).slice(0, limit).reverse());
  }
  return leaves;
}

/** A byte order mark before JSON is ignored, as RFC 8259 allows. */
function readExact(text: string): unknown {
  const value = parseExact(text.replace(/^\uFEFF/, ''));
  if (value === undefined) {
    throw new Problem({ what: 'the value is not JSON', fix: 'store valid JSON, or leave "as json" out' });
  }
  if (typeof value === 'string' && /^\s*[[{]/.test(value)) {
    throw new Problem({
      what: 'the value is JSON that was encoded twice: a text in quotes, which holds the object',
      fix: 'store the object itself: encode it once (Terraform: one jsonencode)',
    });
  }
  refuseDuplicates(text);
  return value;
}

function parseExact(text: string): unknown {
  try {
    return exact.parse(text, (_key, value, { source }) =>
      typeof value === 'number' && source !== undefined ? exact.rawJSON(source) : value,
    );
  } catch {
    return undefined;
  }
}

/** The last of two equal keys wins in most readers, and the first in some: nobody can tell which is meant. */
function refuseDuplicates(json: string): void {
  const scanner = new Scanner(json);
  const open: (Set<string> | undefined)[] = [];
  while (!scanner.done) {
    const one = scanner.next();
    if (one === '{') open.push(new Set());
    else if (one === '[') open.push(undefined);
    else if (one === '}' || one === ']') open.pop();
    else if (one === '"') {
      const text = scanner.take(/(?:[^"\\]|\\.)*"/y);
      const keys = open.at(-1);
      if (!keys || scanner.take(/\s*:/y) === '') continue;
      const key = JSON.parse(`"${text}`) as string;
      if (keys.has(key)) {
        throw new Problem({
          what: `the JSON has the field ${quote(key)} twice in one object`,
          fix: 'take one of them out of the stored value',
        });
      }
      keys.add(key);
    }
  }
}

const DEEPEST = 64;

function fields(object: Readonly<Record<string, unknown>>, path: readonly string[]): [string[], string][] {
  if (path.length === DEEPEST) {
    throw new Problem({ what: `the value is nested deeper than ${DEEPEST} levels`, fix: 'leave "as json" out' });
  }
  return Object.entries(object).flatMap(([key, value]): [string[], string][] => {
    const at = [...path, key];
    if (isObject(value) && Object.keys(value).length > 0) return fields(value, at);
    return [[at, textOf(value, at)]];
  });
}

/** @throws Problem for half of a surrogate pair (`"\ud800"`): no variable and no file can hold it, and it would become U+FFFD */
function textOf(value: unknown, path: readonly string[]): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value.isWellFormed()) return value;
  throw new Problem({
    what: `the field ${quote(path.join('.').toWellFormed())} holds half of a surrogate pair, which UTF-8 cannot hold`,
    fix: 'store the whole character',
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !exact.isRawJSON(value);
}
