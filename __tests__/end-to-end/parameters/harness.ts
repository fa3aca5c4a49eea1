import { afterEach } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import type { WorldChange } from '../../../sandbox/world.ts';
import { type Job, type JobOptions, type StepOptions, type StepResult, startJob } from '../../harness/runner.ts';

export const ACCOUNT = '111122223333';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/publish`;

export interface Scene {
  readonly sandbox: Sandbox;
  readonly job: Job;
  /** A step with these lines as `ssm-parameters`. */
  read(parameters: string, inputs?: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepResult>;
}

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

/** A job beside a sandbox. `parameters` are put into the account of the role. */
export async function scene(
  { parameters = {}, ...change }: Readonly<Record<string, unknown>> = {},
  options: JobOptions = {},
): Promise<Scene> {
  const world: WorldChange = { ...change, parameters: { [ACCOUNT]: parameters } };
  const sandbox = await startSandbox({ world });
  const secrets = [...sandbox.secrets, ...(options.secrets ?? [])];
  const job = startJob({ ...options, env: { ...sandbox.env(), ...options.env }, secrets });
  ended.push(sandbox.stop, job.end);
  return {
    sandbox,
    job,
    read: (lines, inputs, step) => job.step({ 'role-to-assume': ROLE, 'ssm-parameters': lines, ...inputs }, step),
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
