import { resolve } from 'node:path';
import type { InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/text.ts';
import { type Export, refusedName } from './deliver/check.ts';
import { DIALECTS, type Dialect } from './deliver/dotenv.ts';
import { powerOf } from './deliver/guard.ts';
import { type ParameterLine, parseLine } from './line.ts';

export interface ParametersRequest {
  readonly lines: readonly ParameterLine[];
  readonly exportTo: Export;
  /** A .env file to write as well. */
  readonly file?: { readonly path: string; readonly dialect: Dialect; readonly keep: boolean };
  /** `secure`: values that are no secret are not masked. */
  readonly mask: 'all' | 'secure';
  /** Names, with `*` for any characters, that the guard lets through. */
  readonly allowedNames: readonly string[];
}

/** `undefined`: the step has nothing to do with parameters. */
export function parametersRequest(inputs: InputReader): ParametersRequest | undefined {
  const allowedNames = inputs.parsed('ssm-allow-names', readAllowedName);
  const lines = inputs.parsed('ssm-parameters', (text) => checkedLine(text, allowedNames));
  const exportTo = inputs.oneOf('ssm-export', ['env', 'outputs', 'none'], 'env');
  const mask = inputs.oneOf('ssm-mask', ['all', 'secure'], 'all');
  const dialect = inputs.oneOf('ssm-env-file-format', DIALECTS, 'portable');
  const keep = inputs.boolean('ssm-env-file-keep', false);
  const path = inputs.text('ssm-env-file');
  if (inputs.text('ssm-parameters') === undefined) {
    if (path)
      inputs.wrong('ssm-env-file', undefined, { what: 'there is nothing to write', fix: 'give ssm-parameters' });
    return undefined;
  }
  if (exportTo === 'none' && !path) {
    const what = 'the values would go nowhere';
    inputs.wrong('ssm-export', undefined, { what, fix: 'give ssm-env-file, or write env or outputs' });
  }
  const file = path && { path: resolve(inputs.env.GITHUB_WORKSPACE ?? '', path), dialect, keep };
  return { lines, exportTo, mask, allowedNames, ...(file ? { file } : {}) };
}

function checkedLine(text: string, allowedNames: readonly string[]): ParameterLine {
  const line = parseLine(text);
  const name = 'name' in line.target ? line.target.name : undefined;
  const why = name && powerOf(name, allowedNames);
  if (why) throw refusedName(undefined, why, name);
  return line;
}

function readAllowedName(text: string): string {
  if (/^\w+\*?$|^\*\w+$/.test(text)) return text;
  throw new Problem({ what: `${quote(text)} is no name of a variable`, fix: 'write a name, or its start and *' });
}
