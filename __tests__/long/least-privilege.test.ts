import { cpSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type StepResult, startJob } from '../../harness/runner.ts';
import type { PolicyDocument, PolicyStatement } from '../../sandbox/iam/policy.ts';
import { startSandbox } from '../../sandbox/index.ts';
import type { Editable, World } from '../../sandbox/world.ts';
import { OF_FAILURE } from '../end-to-end/deploy/scene.ts';
import type { Outcome, Played } from '../examples/play.ts';
import { SCENES } from '../examples/scenes.ts';
import { ROLLOUT_SCENES } from '../examples/scenes-of-rollouts.ts';
import { playScene, type Scene, worldOf } from '../examples/stands.ts';

// A step for each action of a policy, on a machine that others use too.
jest.setTimeout(240_000);

/**
 * The output iam-policy is least in the strict sense: with exactly it the step works, and without any one of its actions it
 * fails with a message that names the action.
 */
describe.each(Object.entries(SCENES))('%s', (name, scene) => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await playScene(`examples/${name}.yml`, scene);
  });
  afterAll(() => outcome?.end());

  /** A step that finds its work done needs less, and what it needs is as strict. */
  describe.each([
    ['the first run', false],
    ['the same again', true],
  ])('%s', (_, repeated) => {
    test('works with exactly iam-policy', async () => {
      for (const played of distinct(outcome)) {
        const { errors } = await again(scene, played, {
          policy: await policyOf(scene, played, { repeated }),
          repeated,
        });
        expect(errors).toEqual([]);
      }
    });

    test('fails without any one action of it, and names that action', async () => {
      const wrong: string[] = [];
      for (const played of distinct(outcome)) {
        for (const { action, resources, policy } of without(await policyOf(scene, played, { repeated }))) {
          // A rollout that succeeds never asks for what a failing one needs (deploy-permissions.test.ts).
          if (name in ROLLOUT_SCENES && OF_FAILURE.includes(action)) continue;
          const { code, errors, warnings } = await again(scene, played, { policy, repeated });
          // The bucket is served as well, with tags as before; that nothing shows it any more is told, with what would.
          const isTold = TOLD.includes(action) && warnings.some((text) => text.includes(action));
          if (code === 0 && isTold) continue;
          if (code === 0) wrong.push(`works without ${action} on ${resources}`);
          else if (!errors.join('\n').includes(action)) wrong.push(`without ${action} says: ${errors.join('\n')}`);
        }
      }
      expect(wrong).toEqual([]);
    });
  });
});

/** Steps of this action; of a matrix, one for each kind of job. */
function distinct({ steps }: Outcome): Played[] {
  return [...new Map(steps.map((played) => [played.job, played])).values()];
}

const TOLD = ['s3:GetBucketOwnershipControls', 's3:GetObjectTagging'];

type Policy = PolicyDocument & { readonly Statement: readonly PolicyStatement[] };

async function policyOf(scene: Scene, played: Played, { repeated }: { readonly repeated: boolean }): Promise<Policy> {
  const { outputs } = repeated ? await again(scene, played, { repeated }) : played.result;
  return JSON.parse(outputs['iam-policy'] ?? '');
}

interface Reduced {
  readonly action: string;
  readonly resources: string;
  readonly policy: PolicyDocument;
}

/** The policy without one action of one statement, for each of them. */
function without(policy: Policy): Reduced[] {
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

interface Again {
  /** The only one of the step's role. */
  readonly policy?: PolicyDocument;
  /** The step ran there once already, with all that its role may do. */
  readonly repeated: boolean;
}

/** Runs the same step in a world as it was before. */
async function again(
  scene: Scene,
  { inputs, env, workspace }: Played,
  { policy, repeated }: Again,
): Promise<StepResult> {
  const sandbox = await startSandbox(worldOf(scene));
  const job = startJob({ env: { ...sandbox.env(scene.as), ...(await scene.env?.(sandbox)) } });
  try {
    await scene.before?.(sandbox);
    if (env.ACTIONS_ID_TOKEN_REQUEST_URL === undefined) delete job.env.ACTIONS_ID_TOKEN_REQUEST_URL;
    cpSync(workspace, job.workspace, { recursive: true });
    if (repeated) await (await job.step(inputs)).post();
    const roles = (inputs['role-to-assume'] ?? '').trim().split('\n').filter(Boolean);
    if (policy) setPolicy(sandbox.world, roles.at(-1)?.trim() ?? Object.keys(scene.roles)[0]!, policy);
    return await job.step(inputs);
  } finally {
    job.end();
    await sandbox.stop();
  }
}

function setPolicy(world: Editable<World>, role: string, policy: PolicyDocument): void {
  const found = world.accounts[role.split(':')[4] ?? '']?.roles?.[role.slice(role.indexOf('/') + 1)];
  if (!found) throw new Error(`world: no role ${role}`);
  found.policies = { least: policy as Editable<PolicyDocument> };
}
