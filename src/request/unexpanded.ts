import type { Environment } from '../base/environment.ts';
import type { InputReader } from '../base/inputs.ts';
import { INPUT_NAMES } from './input-names.ts';

/** A command that a shell in a container may read, and an address whose password may hold anything. */
const AS_IT_IS = ['deploy-first', 'http-proxy'];

/** As sh, PowerShell and cmd write a variable. In lower case it may well be part of a name, as in `routes/$id.js`. */
const VARIABLE = /\$(?:env:)?(?:\{([A-Z][A-Z0-9_]+)\}|([A-Z][A-Z0-9_]+))|%([A-Z][A-Z0-9_]+)%/g;

/**
 * A variable of the shell in an input stays as it is, since no shell reads inputs: `s3://bucket/$GITHUB_SHA/` is a folder of that name,
 * and the step green. It ends the step where the job has the variable: then it was meant.
 */
export function checkUnexpanded(inputs: InputReader): void {
  for (const name of INPUT_NAMES.filter((it) => !AS_IT_IS.includes(it))) {
    const lines = inputs.lines(name);
    for (const { text, line } of lines) {
      for (const { written, variable } of variablesIn(text, inputs.env)) {
        inputs.wrong(name, lines.length > 1 ? line : undefined, {
          what: `${written} is not filled in: no shell reads an input`,
          fix: `write ${expressionFor(variable)}`,
        });
      }
    }
  }
}

/** The variables in a text that the environment has, once each. */
export function variablesIn(text: string, env: Environment): readonly { written: string; variable: string }[] {
  const found = [...text.matchAll(VARIABLE)].map(([written, ...names]) => ({
    written,
    variable: names.find((it) => it !== undefined) ?? '',
  }));
  const there = found.filter(({ variable }) => env[variable] !== undefined);
  return there.filter(({ written }, at) => there.findIndex((it) => it.written === written) === at);
}

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts */
function expressionFor(variable: string): string {
  const [, context, property] = /^(GITHUB|RUNNER)_(\w+)$/.exec(variable) ?? [];
  if (context) return `\${{ ${context.toLowerCase()}.${property?.toLowerCase()} }}`;
  if (variable === 'HOME' || variable === 'USERPROFILE')
    return 'the path itself; ssm-env-file takes ~ for the home folder';
  return `\${{ env.${variable} }}, or \${{ vars.… }} or \${{ inputs.… }}, where it comes from`;
}
