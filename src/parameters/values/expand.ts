import { Problem } from '../../base/problem.ts';
import type { Format } from '../line.ts';
import { nameFrom } from '../names.ts';
import { readDotenv } from './dotenv-read.ts';
import { readJson } from './json.ts';

/**
 * The variables in one value, in its order: a .env file gives its entries under their names, a JSON object its fields
 * under theirs, nested ones joined by `_`.
 * @throws Problem that tells where the value can't be read, and quotes none of it
 */
export function expand(
  value: string,
  format: Exclude<Format, 'text'>,
  prefix: string,
): [name: string, value: string][] {
  if (format === 'json') return readJson(value).map(([path, text]) => [prefix + nameFrom(path.join('_')), text]);
  const { entries, strayLines } = readDotenv(value);
  if (strayLines.length > 0) {
    throw new Problem({
      what: `the value can't be read as a .env file: line ${strayLines.join(', ')} is neither NAME=value nor a comment`,
      fix: 'put values of several lines in quotes that are closed, or leave "as dotenv" out',
    });
  }
  return entries.map(([name, text]) => [prefix + name, text]);
}
