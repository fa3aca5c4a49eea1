import { afterEach } from '@jest/globals';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/index.ts';
import { type Job, type JobOptions, type StepOptions, type StepResult, startJob } from './runner.ts';

/** Roles of the world: the publisher's, and one of the account that it publishes to. */
export const ROLE = 'arn:aws:iam::111122223333:role/publish';
export const DEPLOY = 'arn:aws:iam::444455556666:role/deploy';

export interface Scene {
  readonly sandbox: Sandbox;
  readonly job: Job;
  /** Runs the action; without inputs it signs in to `ROLE`. */
  step(inputs?: Readonly<Record<string, string>>, options?: StepOptions): Promise<StepResult>;
}

export interface SceneOptions extends SandboxOptions, JobOptions {
  /** The job of the world that runs. */
  readonly as?: string;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of open.splice(0)) await end();
});

/** A sandbox, and a job in it; both end with the test. */
export async function scene({ as, env, files, secrets = [], ...options }: SceneOptions = {}): Promise<Scene> {
  const sandbox = await startSandbox(options);
  const job = startJob({
    env: { ...sandbox.env(as), ...env },
    ...(files ? { files } : {}),
    secrets: both(sandbox.secrets, secrets),
  });
  open.push(async () => {
    job.end();
    await sandbox.stop();
  });
  const step: Scene['step'] = (inputs = { 'role-to-assume': ROLE }, more) => job.step(inputs, more);
  return { sandbox, job, step };
}

/** Secrets that are minted later are in it too. */
function both(minted: ReadonlySet<string>, given: Iterable<string>): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      yield* minted;
      yield* given;
    },
  };
}
