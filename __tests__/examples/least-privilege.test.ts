import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PolicyDocument, PolicyStatement } from '../../sandbox/iam/policy.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { Editable, World } from '../../sandbox/world.ts';
import { type StepResult, startJob } from '../harness/runner.ts';
import { type Outcome, type Played, play } from './play.ts';
import { SCENES } from './scenes.ts';
import { type Scene, worldOf } from './stands.ts';

/**
 * The output iam-policy is least in the strict sense: with exactly it the step works, and without any one of its actions it
 * fails with a message that names the action.
 */
describe.each(Object.entries(SCENES))('%s', (name, scene) => {
  let outcome: Outcome;
  beforeAll(async () => {
    const sandbox = await startSandbox(worldOf(scene));
    try {
      await scene.before?.(sandbox);
      outcome = await playScene(name, scene, sandbox);
    } finally {
      await sandbox.stop();
    }
  });
  afterAll(() => outcome?.end());

  test('works with exactly iam-policy', async () => {
    for (const played of distinct(outcome)) {
      const { errors } = await again(scene, played, policyOf(played));
      expect(errors).toEqual([]);
    }
  });

  test('fails without any one action of it, and names that action', async () => {
    const wrong: string[] = [];
    for (const played of distinct(outcome)) {
      for (const { action, resources, policy } of without(policyOf(played))) {
        const { code, errors } = await again(scene, played, policy);
        if (code === 0) wrong.push(`works without ${action} on ${resources}`);
        else if (!errors.join('\n').includes(action)) wrong.push(`without ${action} says: ${errors.join('\n')}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function playScene(name: string, { as, files, tools, env }: Scene, sandbox: Sandbox): Promise<Outcome> {
  const stage = async () => ({
    sandbox,
    files: (await files?.()) ?? {},
    env: (await env?.(sandbox)) ?? {},
    ...(as ? { as } : {}),
    ...(tools ? { tools } : {}),
  });
  return stage().then((it) => play(`examples/${name}.yml`, it));
}

/** Steps of this action; of a matrix, one for each kind of job. */
function distinct({ steps }: Outcome): Played[] {
  return [...new Map(steps.map((played) => [played.job, played])).values()];
}

function policyOf({ result }: Played): PolicyDocument & { Statement: readonly PolicyStatement[] } {
  return JSON.parse(result.outputs['iam-policy'] ?? '');
}

interface Reduced {
  readonly action: string;
  readonly resources: string;
  readonly policy: PolicyDocument;
}

/** The policy without one action of one statement, for each of them. */
function without(policy: ReturnType<typeof policyOf>): Reduced[] {
  return policy.Statement.flatMap((statement, at) =>
    [statement.Action ?? []].flat().map((action) => {
      const rest = [statement.Action ?? []].flat().filter((it) => it !== action);
      const Statement = policy.Statement.flatMap((it, index) =>
        index !== at ? [it] : rest.length > 0 ? [{ ...it, Action: rest }] : [],
      );
      return { action, resources: [statement.Resource].join(), policy: { ...policy, Statement } };
    }),
  );
}

/** Runs the same step once more, in a world as it was before, with this as the only policy of its role. */
async function again(scene: Scene, { inputs, env, workspace }: Played, policy: PolicyDocument): Promise<StepResult> {
  const sandbox = await startSandbox(worldOf(scene));
  try {
    await scene.before?.(sandbox);
    const roles = (inputs['role-to-assume'] ?? '').trim().split('\n').filter(Boolean);
    setPolicy(sandbox.world, roles.at(-1)?.trim() ?? Object.keys(scene.roles)[0]!, policy);
    const job = startJob({ env: { ...sandbox.env(scene.as), ...(await scene.env?.(sandbox)) } });
    if (env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined) delete job.env.ACTIONS_ID_TOKEN_REQUEST_URL;
    cpSync(workspace, job.workspace, { recursive: true });
    const result = await job.step(inputs);
    job.end();
    return result;
  } finally {
    await sandbox.stop();
  }
}

function setPolicy(world: Editable<World>, role: string, policy: PolicyDocument): void {
  const found = world.accounts[role.split(':')[4] ?? '']?.roles?.[role.slice(role.indexOf('/') + 1)];
  if (!found) throw new Error(`world: no role ${role}`);
  found.policies = { least: policy as Editable<PolicyDocument> };
}
