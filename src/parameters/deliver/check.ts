import { Problem } from '../../base/problem.ts';
import { quote } from '../../base/quote.ts';
import type { Entry } from '../values/entries.ts';
import { DOTTED, VARIABLE } from '../variable-names.ts';
import { collisions, powerOf } from './check-names.ts';
import { environmentLimits, MAX_OUTPUT_BYTES, sizeInEnvironment, sizeOfEnvironment } from './limits.ts';
import { type Dialect, dialectsFor, writeValue } from './write-dotenv.ts';

/** Where the values go. */
export type Export = 'env' | 'outputs' | 'none';

export interface CheckOptions {
  readonly exportTo: Export;
  readonly dialect?: Dialect | undefined;
  /** Of `ssm-allow-names`. */
  readonly allowedNames: readonly string[];
  /** The job's environment as it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Everything that keeps these variables from being delivered, all of them or none. */
export function checkEntries(entries: readonly Entry[], options: CheckOptions): Problem[] {
  return [
    ...entries.flatMap((entry) => checkName(entry, options)),
    ...checkCollisions(entries, options),
    ...entries.flatMap((entry) => checkValue(entry, options)),
    ...checkTotal(entries, options),
  ];
}

function checkName({ name, from, spelled }: Entry, { allowedNames, exportTo, dialect }: CheckOptions): Problem[] {
  const on = placeOf(name, from);
  const dotted = exportTo === 'none' && dialect === 'docker';
  if (!(dotted ? DOTTED : VARIABLE).test(name)) {
    const fix = `rename it: letters, digits and _, no digit first${spelled ? '' : '; or give it a prefix (PRE_*=…)'}`;
    const docker = 'names with dots go into a file alone: ssm-export: none, ssm-env-file-format: docker';
    return [
      new Problem({ on, what: 'it is not the name of a variable', fix: DOTTED.test(name) ? `${fix}; ${docker}` : fix }),
    ];
  }
  const why = powerOf(name, { spelled, allowed: allowedNames });
  if (why) return [refusedName(on, why, name)];
  if (exportTo === 'env' && name.toUpperCase() === 'NODE_OPTIONS') {
    const fix = 'use ssm-export: outputs, and set it for the one step that needs it';
    return [new Problem({ on, what: "GitHub's runner takes no NODE_OPTIONS from a step", fix })];
  }
  if (exportTo === 'outputs' && OWN_OUTPUTS.has(name.toLowerCase())) {
    return [new Problem({ on, what: 'the action has an output of this name', fix: 'use another name' })];
  }
  return [];
}

/** A name that comes from a value may hold line breaks, or be long. */
function placeOf(name: string, from: string): string {
  return /^[\w.-]{1,120}$/.test(name) ? `${name} (from ${from})` : `${quote(name)} (from ${from})`;
}

/** Outputs of action.yml that a parameter's name could be. */
export const OWN_OUTPUTS = new Set(['plan', 'registry', 'registries', 'images', 'deployments', 'url']);

/** @param why of `powerOf` */
export function refusedName(on: string | undefined, why: string, name: string): Problem {
  return new Problem({
    on,
    what: `the name ${name} is refused`,
    why: `${why}, so a value there changes how later steps run`,
    fix: `use another name, or add ${name} to ssm-allow-names if that is what you want`,
  });
}

/** Outputs are looked up without case on every system, variables on Windows. */
function checkCollisions(entries: readonly Entry[], { exportTo, env }: CheckOptions): Problem[] {
  const ignoreCase = exportTo === 'outputs' || env.RUNNER_OS === 'Windows';
  return collisions(entries, { ignoreCase }).map((group) => {
    const names = [...new Set(group.map(({ name }) => name))];
    const sources = [...new Set(group.map(({ from }) => from))];
    return new Problem({
      on: names.join(', '),
      what: `${group.length} values want the same name`,
      why: `they come from ${sources.join(' and ')}`,
      fix:
        sources.length > 1
          ? 'give one of them another name (NAME=…), or a path a prefix (PRE_*=…)'
          : group.every(({ whole }) => whole)
            ? 'leave one of the lines out'
            : 'rename one of them in the stored value, or read one field by NAME=… as json .field',
    });
  });
}

function checkValue({ name, value, from }: Entry, { exportTo, dialect, env }: CheckOptions): Problem[] {
  const on = placeOf(name, from);
  const problems: Problem[] = [];
  if (value.includes('\0'))
    problems.push(
      new Problem({
        on,
        what: 'its value has a NUL, which no variable can hold',
        fix: 'store it without the NUL, or as base64',
      }),
    );
  if (!value.isWellFormed()) {
    const what = 'its value has half of a surrogate pair, which no variable and no file can hold';
    problems.push(new Problem({ on, what, fix: 'store the whole character' }));
  }
  const { one } = environmentLimits(env.RUNNER_OS);
  if (exportTo === 'env' && sizeInEnvironment(name, value) > one) {
    problems.push(
      new Problem({
        on,
        what: `its value has ${Buffer.byteLength(value)} bytes; later steps cannot start with a variable over ${one}`,
        fix: 'use ssm-export: none with ssm-env-file, or keep large values in S3',
      }),
    );
  }
  if (dialect && !value.includes('\0') && writeValue(value, dialect) === undefined) {
    const able = dialectsFor(value);
    problems.push(
      new Problem({
        on,
        what: `its value cannot be written in a ${dialect} file so that it reads back the same`,
        why: 'it has quotes, a backslash, a $, a line break or a carriage return that its readers treat differently',
        fix: `set ssm-env-file-format to one that can: ${able.join(', ')}`,
      }),
    );
  }
  return problems;
}

function checkTotal(entries: readonly Entry[], { exportTo, env }: CheckOptions): Problem[] {
  const values = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  const before = sizeOfEnvironment(env);
  const added = sizeOfEnvironment(values);
  const { all } = environmentLimits(env.RUNNER_OS);
  if (exportTo === 'env' && before + added > all) {
    return [
      new Problem({
        what: `the environment would have ${before + added} bytes; later steps cannot start with more than ${all}`,
        why: `these ${entries.length} values have ${added}, the job has ${before} already`,
        fix: 'export fewer values, or use ssm-export: none with ssm-env-file',
      }),
    ];
  }
  // GitHub counts UTF-16. https://docs.github.com/actions/reference/workflow-syntax-for-github-actions#jobsjob_idoutputs
  const outputs = entries.reduce((sum, { name, value }) => sum + 2 * (name.length + value.length), 0);
  if (exportTo === 'outputs' && outputs > MAX_OUTPUT_BYTES) {
    const what = `the outputs would have ${outputs} bytes; GitHub takes ${MAX_OUTPUT_BYTES} from a job`;
    return [new Problem({ what, fix: 'use ssm-export: env, or ssm-env-file' })];
  }
  return [];
}
