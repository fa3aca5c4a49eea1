import { Problem } from '../../base/problem.ts';
import type { Format } from '../line.ts';
import { type NameCase, nameFrom } from '../variable-names.ts';
import { readJson, readJsonAt } from './json.ts';
import { readDotenv } from './read-dotenv/index.ts';

/** One variable in a value. */
export type NamedPart = readonly [name: string, value: string];

/** Where the names of the variables in a value start, and how they are written. */
export interface NamePattern {
  readonly prefix: string;
  readonly nameCase: NameCase;
}

/**
 * The variables in one value, in its order: a .env file gives its entries under their names, a JSON object its fields
 * under theirs, nested ones joined by `_`.
 * @throws Problem that tells where the value cannot be read, and quotes none of it
 */
export function expand(
  value: string,
  format: Exclude<Format, { kind: 'text' }>,
  naming: NamePattern,
): readonly NamedPart[] {
  const { prefix, nameCase } = naming;
  if (format.kind === 'dotenv') return readDotenv(value, format.reader).map((it) => [prefix + it.name, it.value]);
  return readJson(value).map(([path, text]) => [prefix + nameFrom(path.join('_'), nameCase), text]);
}

/**
 * What a line with one name takes from a value: all of it, or one field of JSON; `undefined` when it has no such field.
 * @throws Problem as `expand` does
 */
export function pick(value: string, format: Format): string | undefined {
  if (format.kind === 'text') return value;
  if (format.kind === 'json' && format.path) return readJsonAt(value, format.path);
  throw new Problem({ what: 'it has several values', fix: 'name a field: as json .password' });
}
