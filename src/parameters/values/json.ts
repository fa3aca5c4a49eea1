import { Problem } from '../../base/problem.ts';

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
 * @throws Problem when the text is no JSON object, or a very deep one; without V8's message, which quotes the text
 */
export function readJson(text: string): [path: string[], value: string][] {
  const value = parseExact(text);
  if (value === undefined) {
    throw new Problem({ what: 'the value is no JSON', fix: 'store valid JSON, or leave "as json" out' });
  }
  if (!isObject(value)) {
    throw new Problem({ what: 'the value is JSON, but no object with fields', fix: 'leave "as json" out' });
  }
  return fields(value, []);
}

/** Every string and number in a JSON text, however deep; none when it is no JSON object or list. */
export function jsonLeaves(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  const leaves = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    if (exact.isRawJSON(value)) return [value.rawJSON];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [];
  };
  return leaves(parseExact(text));
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

const DEEPEST = 64;

function fields(object: Readonly<Record<string, unknown>>, path: readonly string[]): [string[], string][] {
  if (path.length === DEEPEST) {
    throw new Problem({ what: `the value is nested deeper than ${DEEPEST} levels`, fix: 'leave "as json" out' });
  }
  return Object.entries(object).flatMap(([key, value]): [string[], string][] => {
    const at = [...path, key];
    if (isObject(value) && Object.keys(value).length > 0) return fields(value, at);
    return [[at, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !exact.isRawJSON(value);
}
