import type { Entry } from '../values/entries.ts';
import { type Hider, MANY_PATTERNS } from './index.ts';
import { MAX_PARTS, partsOf } from './parts.ts';
import { isTrivial } from './trivial.ts';

/** Which values `ssm-mask` wants hidden. */
export interface MaskRequest {
  readonly which: 'all' | 'secure';
  /** Names of variables, with `*` for any characters, whose values are hidden whatever they are. */
  readonly always: readonly string[];
}

/** What a person has to know about the masks. */
export interface MaskReport {
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
}

/** Hides what is forced, and what the budget allows; reports what was left readable, and why. */
export function hideRest(entries: readonly Entry[], hider: Hider, { which, always }: MaskRequest): MaskReport {
  const forced = entries.filter(({ name }) => always.some((pattern) => matches(pattern, name)));
  for (const { value } of forced) for (const line of value.split(/[\r\n]+/)) hider.force(line.trim());
  const patterns = hider.finish();
  const left = entries.filter(({ value, parameter, name }) => {
    if (!parameter || value === '' || isPublic(parameter.arn) || always.some((it) => matches(it, name))) return false;
    return (which === 'all' || parameter.secret) && isTrivial(value, parameter);
  });
  const cut = entries.filter(
    ({ value, parameter }) => parameter && partsOf({ value, secret: true }).length >= MAX_PARTS,
  );
  const idle = always.filter((pattern) => !entries.some(({ name }) => matches(pattern, name)));
  return {
    notices: left.length === 0 ? [] : [leftText(left.map(({ name }) => name))],
    warnings: [
      ...(cut.length === 0
        ? []
        : [`Only the first ${MAX_PARTS} parts are masked of: ${cut.map(({ name }) => name).join(', ')}`]),
      ...(idle.length === 0 ? [] : [`Input ssm-mask: no value has the name ${idle.join(', ')}`]),
      ...(patterns <= MANY_PATTERNS ? [] : [manyText(patterns)]),
    ],
  };
}

function leftText(names: readonly string[]): string {
  return `Not masked, since their values are too short or too common to hide: ${names.join(', ')}. To mask one all the same, add a line "${names[0]} => always" to ssm-mask`;
}

function manyText(patterns: number): string {
  return `GitHub's runner now searches each line of the log for ${patterns} texts, which takes about ${Math.round(patterns / 20_000)} ms a line: export fewer values, or set ssm-mask: secure`;
}

/** Parameters that AWS publishes have no account in their ARN. */
export function isPublic(arn: string): boolean {
  return arn.split(':')[4] === '' && arn.includes(':parameter/aws/service/');
}

function matches(pattern: string, name: string): boolean {
  const [start = '', end] = pattern.split('*');
  return end === undefined ? name === start : name.startsWith(start) && name.endsWith(end);
}
