import type { InputReader } from '../base/inputs.ts';
import type { Runner } from '../base/runner.ts';
import { INPUT_DEFAULTS, INPUT_NAMES } from './input-names.ts';

/** The input without which a job has nothing to do, by the inputs that only say how it does it. */
const GOES_WITH: readonly (readonly [RegExp, string])[] = [
  [/^(s3|cloudfront)-/, 's3-upload'],
  [/^(image-|ecr-(create-)?repository)/, 'images'],
  [/^ssm-/, 'ssm-parameters'],
  [/^deploy-/, 'deploy'],
];

/** What asks for more than a way of doing it: without it nothing happens, and that must not be green. */
const ASKS: Readonly<Record<string, string>> = {
  'cloudfront-distribution': 'nothing is invalidated',
  's3-redirects': 'no redirect is written',
  'deploy-first': 'no task is run',
  'ssm-env-file': 'there is nothing to write',
};

/**
 * An input whose job is not asked for does nothing, and a step that does nothing is green: so `s3-upload` may be fed from a variable
 * that is empty.
 */
export function checkWithoutEffect(inputs: InputReader, { warning }: Pick<Runner, 'warning'>): void {
  const why = (main: string) => `${main} is not given, or gets an empty value`;
  for (const name of INPUT_NAMES) {
    const [, main] = GOES_WITH.find(([form]) => form.test(name)) ?? [];
    const given = inputs.text(name);
    if (!main || name === main || inputs.text(main) !== undefined) continue;
    if (given === undefined || given === INPUT_DEFAULTS[name] || given.toLowerCase() === INPUT_DEFAULTS[name]) continue;
    const what = ASKS[name];
    if (what) inputs.wrong(name, undefined, { what, why: why(main), fix: `give ${main}, or leave ${name} out` });
    else warning(`Input ${name} has no effect: ${why(main)}`);
  }
}
