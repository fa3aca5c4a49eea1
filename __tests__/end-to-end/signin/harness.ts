import { afterEach } from '@jest/globals';
import type { PolicyDocument } from '../../../sandbox/iam/policy.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/index.ts';
import type { Editable } from '../../../sandbox/world.ts';
import { type Job, type StepOptions, type StepResult, startJob } from '../../harness/runner.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/publish';
export const DEPLOY = 'arn:aws:iam::444455556666:role/deploy';

export interface Scene {
  readonly sandbox: Sandbox;
  readonly job: Job;
  step(inputs?: Record<string, string>, options?: StepOptions): Promise<StepResult>;
}

export interface SceneOptions extends SandboxOptions {
  /** The job of the world that runs. */
  readonly as?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of open.splice(0)) await end();
});

/** A sandbox, and a job in it; both end with the test. */
export async function scene({ as, env, files, ...options }: SceneOptions = {}): Promise<Scene> {
  const sandbox = await startSandbox(options);
  const job = startJob({
    env: { ...sandbox.env(as), ...env },
    ...(files ? { files } : {}),
    secrets: sandbox.secrets,
  });
  open.push(async () => {
    job.end();
    await sandbox.stop();
  });
  const step: Scene['step'] = (inputs = { 'role-to-assume': ROLE }, more) => job.step(inputs, more);
  return { sandbox, job, step };
}

/** The JSON documents in a message, in order: policies to paste. */
export function policiesIn(text: string): Editable<PolicyDocument>[] {
  const found: Editable<PolicyDocument>[] = [];
  for (const match of text.matchAll(/^ *\{\n[\s\S]*?^ *\}$/gm)) {
    const indent = /^ */.exec(match[0])![0];
    // A document ends at the brace that stands as far in as the one that began it.
    const whole = text.slice(match.index).split('\n');
    const end = whole.findIndex((line, index) => index > 0 && line === `${indent}}`);
    const document = whole.slice(0, end + 1).join('\n');
    try {
      const parsed = JSON.parse(document);
      if (parsed.Statement) found.push(parsed);
    } catch {
      // A brace inside a document that was read already.
    }
  }
  return found;
}
