import { afterEach } from '@jest/globals';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/index.ts';
import type { Files } from '../../harness/image.ts';
import { type Puller, puller } from '../../harness/puller.ts';
import { type Job, type StepOptions, type StepResult, startJob } from '../../harness/runner.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/publish';

export interface Scene {
  readonly sandbox: Sandbox;
  readonly job: Job;
  readonly puller: Puller;
  /** Runs the action as the publisher. */
  step(inputs: Record<string, string>, options?: StepOptions): Promise<StepResult>;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of open.splice(0)) await end();
});

/** A sandbox and a job with these files in its workspace; both end with the test. */
export async function scene(
  files: Files,
  { env, ...options }: SandboxOptions & { env?: Record<string, string> } = {},
): Promise<Scene> {
  const sandbox = await startSandbox(options);
  const job = startJob({ env: { ...sandbox.env(), ...env }, files, secrets: sandbox.secrets });
  open.push(async () => {
    job.end();
    await sandbox.stop();
  });
  const pulls = await puller(sandbox);
  sandbox.log.clear();
  return { sandbox, job, puller: pulls, step: (inputs, more) => job.step({ 'role-to-assume': ROLE, ...inputs }, more) };
}

/** Requests to the registry, in order: `PutManifest`, … */
export function requests({ log }: Sandbox): string[] {
  return log.of('registry').map(({ action }) => action);
}
