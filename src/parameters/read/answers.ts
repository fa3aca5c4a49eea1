import { Problem } from '../../base/problem.ts';
import { sourceText } from '../line.ts';
import { SECRET_REFERENCE } from '../secret.ts';
import { bareName, nameToAsk, parameterArn } from './arn.ts';
import type { ParameterSource } from './batches.ts';
import type { Place } from './place.ts';

export const OTHER_SERVER = 'run the job again; check AWS_ENDPOINT_URL_SSM and AWS_ENDPOINT_URL if it stays';

/** A parameter's value with where it came from. */
export interface Fetched {
  /** As SSM names it, without a selector. */
  readonly name: string;
  readonly arn: string;
  /** `:3`, `:live` as SSM repeats it, or empty. */
  readonly selector: string;
  readonly value: string;
  readonly version: number;
  readonly type: string;
  /** A SecureString, or a secret of Secrets Manager. */
  readonly secret: boolean;
  /** A secret of Secrets Manager. */
  readonly reference: boolean;
}

/** The parameter that answers a source. */
export interface ParameterAnswer {
  readonly source: ParameterSource;
  readonly found: Fetched;
}

/** What one `GetParameters` answered. */
interface Answered {
  readonly found: readonly Fetched[];
  /** `InvalidParameters`: names that do not exist, or not in that version or label. */
  readonly missing: readonly string[];
}

/**
 * Which parameter answers which source. SSM answers an ARN with the bare name, so that only the ARN of the answer tells
 * whether it is the one of this account and region or of another.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 * @throws Problem when the answer says of a source neither its value nor that it is missing
 */
export function answersTo(asked: readonly ParameterSource[], answered: Answered, place: Place): ParameterAnswer[] {
  const arns = new Set(asked.map(({ name }) => parameterArn(name, place)));
  return asked.flatMap((source) => {
    if (answered.missing.includes(nameToAsk(source.name) + source.selector)) return [];
    const found = answerTo(source, { found: answered.found, arns }, place);
    if (found) return [{ source, found }];
    const names = [source.name, bareName(source.name)].flatMap((name) => [name, name + source.selector]);
    if (answered.missing.some((name) => names.includes(name))) return [];
    throw new Problem({
      on: sourceText(source),
      what: 'AWS answered neither with its value nor that it is missing',
      why: 'something between this step and AWS answers in its place: a proxy, a firewall, another server',
      fix: OTHER_SERVER,
    });
  });
}

function answerTo(
  source: ParameterSource,
  { found, arns }: { readonly found: readonly Fetched[]; readonly arns: ReadonlySet<string> },
  place: Place,
): Fetched | undefined {
  const arn = parameterArn(source.name, place);
  // A server that is not AWS may write ARNs in its own way: a name takes an answer of its name that no ARN asked for.
  const byName = source.name.startsWith('arn:')
    ? []
    : found.filter((it) => !arns.has(it.arn) && isNamed(it, source.name));
  const exact = found.filter((it) => it.arn === arn);
  // `/x` and `x` have one ARN.
  const named = exact.filter((it) => isNamed(it, source.name));
  const able = [named, exact, byName].find((some) => some.length > 0) ?? [];
  // moto repeats no selector: a version, or being the newest, tells too.
  const newestFirst = [...able].sort((a, b) => b.version - a.version);
  return newestFirst.find((it) => (it.selector || selectorOf(it, source.selector)) === source.selector);
}

function isNamed({ name, reference }: Fetched, asked: string): boolean {
  return name === asked || (reference && SECRET_REFERENCE + name === asked);
}

function selectorOf({ version }: Fetched, asked: string): string {
  return asked === `:${version}` ? asked : '';
}
