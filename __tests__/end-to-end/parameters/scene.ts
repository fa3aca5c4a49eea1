import type { JobOptions, StepOptions, StepResult } from '../../../harness/runner.ts';
import { ROLE, type Scene as Stage, scene as stage } from '../../../harness/scene.ts';

export const ACCOUNT = '111122223333';

export interface Scene extends Stage {
  /** A step with these lines as `ssm-parameters`. */
  read(parameters: string, inputs?: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepResult>;
}

/** A job and its sandbox. `parameters` are put into the account of the role, `published` are AWS's own. */
export async function scene(
  { parameters = {}, ...change }: Readonly<Record<string, unknown>> = {},
  options: JobOptions = {},
  published: Readonly<Record<string, unknown>> = {},
): Promise<Scene> {
  const world = { ...change, parameters: { [ACCOUNT]: parameters, public: published } };
  const made = await stage({ ...options, world });
  return {
    ...made,
    read: (lines, inputs, more) => made.step({ 'role-to-assume': ROLE, 'ssm-parameters': lines, ...inputs }, more),
  };
}

/** A world in which the role has exactly these permissions. */
export function allowing(...Statement: readonly object[]): Readonly<Record<string, unknown>> {
  const policies = { parameters: { Version: '2012-10-17', Statement } };
  return { accounts: { [ACCOUNT]: { roles: { publish: { policies } } } } };
}

/** One statement: `allow('ssm:GetParameters', 'parameter/shop/*')`; a resource without `arn:` is one of SSM. */
export function allow(action: string, ...resources: readonly string[]): object {
  const arn = (resource: string) =>
    resource === '*' || resource.startsWith('arn:') ? resource : `arn:aws:ssm:eu-west-1:${ACCOUNT}:${resource}`;
  return { Effect: 'Allow', Action: action, Resource: resources.map(arn) };
}

/** `count` parameters below a path. */
export function many(path: string, count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, n) => `${path}/p${String(n).padStart(3, '0')}`);
  return Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
}
