import { resolve, sep } from 'node:path';
import type { InputReader } from '../base/inputs.ts';
import { Problem } from '../base/problem.ts';
import { quote } from '../base/quote.ts';
import { type Export, refusedName } from './deliver/check.ts';
import { powerOf } from './deliver/check-names.ts';
import { DIALECTS, type Dialect } from './deliver/write-dotenv.ts';
import { type ParameterLine, parseLine } from './line.ts';
import type { MaskRequest } from './masks/ssm-mask.ts';
import { NAME_CASES, type NameCase } from './variable-names.ts';

export interface ParametersRequest {
  readonly lines: readonly ParameterLine[];
  readonly exportTo: Export;
  /** A .env file to write as well. */
  readonly file?: { readonly path: string; readonly dialect: Dialect; readonly keep: boolean };
  readonly mask: MaskRequest;
  /** How names are written that are made from names of parameters. */
  readonly nameCase: NameCase;
  /** Names, with `*` for any characters, that the guard lets through. */
  readonly allowedNames: readonly string[];
}

/** `undefined`: the step has nothing to do with parameters. */
export function parametersRequest(inputs: InputReader): ParametersRequest | undefined {
  const allowedNames = inputs.parsed('ssm-allow-names', readAllowedName);
  const nameCase = inputs.oneOf('ssm-name-case', NAME_CASES, 'upper');
  const lines = inputs.parsed('ssm-parameters', (text) => checkedLine(parseLine(text, nameCase), allowedNames));
  const exportTo = inputs.oneOf('ssm-export', ['env', 'outputs', 'none'], 'env');
  const mask = readMask(inputs);
  const dialect = inputs.oneOf('ssm-env-file-format', DIALECTS, 'portable');
  const keep = inputs.boolean('ssm-env-file-keep', false);
  const path = inputs.text('ssm-env-file');
  if (inputs.text('ssm-parameters') === undefined) return undefined;
  if (exportTo === 'none' && !path) {
    const what = 'the values would go nowhere';
    inputs.wrong('ssm-export', undefined, { what, fix: 'give ssm-env-file, or write env or outputs' });
  }
  const file = path && { path: absolute(path, inputs.env), dialect, keep };
  if (file) checkPath(inputs, path, file.path);
  return { lines, nameCase, exportTo, mask, allowedNames, ...(file ? { file } : {}) };
}

/** `all` or `secure`, and a line `NAME => always` for each name whose value is masked whatever it is. */
function readMask(inputs: InputReader): MaskRequest {
  const lines = inputs.parsed('ssm-mask', (text) => {
    if (text === 'all' || text === 'secure') return text;
    const name = /^(\S+)\s*=>\s*always$/.exec(text)?.[1];
    if (name === undefined) {
      throw new Problem({ what: `${quote(text)} is not accepted`, fix: 'write all, secure, or NAME => always' });
    }
    return { always: readAllowedName(name) };
  });
  const which = lines.filter((it) => typeof it === 'string');
  if (which.length > 1)
    inputs.wrong('ssm-mask', undefined, { what: 'all or secure is given twice', fix: 'write one of them' });
  return { which: which[0] ?? 'all', always: lines.flatMap((it) => (typeof it === 'string' ? [] : [it.always])) };
}

/** Paths that would be written, but not where they are looked for. */
function checkPath(inputs: InputReader, given: string, path: string): void {
  const ofRunner = ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_PATH', 'GITHUB_STATE', 'GITHUB_STEP_SUMMARY'];
  if (ofRunner.some((name) => inputs.env[name] === path)) {
    inputs.wrong('ssm-env-file', undefined, {
      what: "it is the runner's own file",
      fix: 'leave it out: ssm-export: env makes variables, ssm-export: outputs makes outputs',
    });
  }
  if (sep === '/' && given.includes('\\')) {
    inputs.wrong('ssm-env-file', undefined, {
      what: `${quote(given)} has a backslash, which is a part of a name on this machine`,
      fix: 'write / between folders, which Windows takes as well',
    });
  }
}

/** In the workspace; `~` is what a shell takes it for. */
function absolute(path: string, { GITHUB_WORKSPACE, HOME, USERPROFILE }: InputReader['env']): string {
  const home = HOME || USERPROFILE;
  return resolve(GITHUB_WORKSPACE ?? '', home ? path.replace(/^~(?=[\\/]|$)/, () => home) : path);
}

function checkedLine(line: ParameterLine, allowedNames: readonly string[]): ParameterLine {
  const name = 'name' in line.target ? line.target.name : undefined;
  const why = name && powerOf(name, { spelled: true, allowed: allowedNames });
  if (why) throw refusedName(undefined, why, name);
  return line;
}

function readAllowedName(text: string): string {
  if (/^\w+\*?$|^\*\w+$/.test(text)) return text;
  throw new Problem({ what: `${quote(text)} is not the name of a variable`, fix: 'write a name, or its start and *' });
}
