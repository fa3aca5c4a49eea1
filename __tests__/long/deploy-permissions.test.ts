import { expect, test } from '@jest/globals';
import { OF_FAILURE, type Scene, scene } from '../end-to-end/deploy/scene.ts';

interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: unknown;
}

/** Lets the role do what a policy says, and nothing else. */
function restrict({ sandbox }: Scene, statements: readonly Statement[]): void {
  const policy = { Version: '2012-10-17', Statement: statements.map((it) => ({ Effect: 'Allow', ...it })) };
  sandbox.world.accounts['111122223333']!.roles!.publish!.policies = { only: policy } as never;
}

async function policyOf(it: Scene, inputs: Record<string, string>): Promise<Statement[]> {
  const dry = await it.step({ ...inputs, 'dry-run': 'true' });
  expect(dry.errors).toEqual([]);
  return (JSON.parse(dry.outputs['iam-policy']!) as { Statement: Statement[] }).Statement;
}

const FIRST = { 'deploy-first': 'ecs:prod/web/web => rake db:migrate' };

test.each<[string, Record<string, string>]>([
  ['ECS with a task that runs first', { deploy: 'shop:1 => ecs:prod/web', ...FIRST }],
  ['Lambda with an alias', { deploy: 'shop:1 => lambda:resize:live' }],
  ['an Auto Scaling group', { deploy: 'template:7 => asg:web' }],
  ['CodeDeploy', { deploy: 's3://shop-artifacts/web.zip => codedeploy:shop/web' }],
])(
  'the policy of a dry run is enough for %s, and without any one action of it the step says which is missing',
  async (_, inputs) => {
    const begin = async () => {
      const it = await scene({ files: { 'web.zip': Buffer.from('bundle') } });
      const published = await it.step({ images: 'oci:one => shop:1', 's3-upload': 'web.zip => s3://shop-artifacts/' });
      expect(published.errors).toEqual([]);
      return it;
    };
    const whole = await begin();
    const policy = await policyOf(whole, inputs);
    const actions = policy.flatMap(({ Action }) => Action).filter((action) => !OF_FAILURE.includes(action));
    for (const missing of actions) {
      const it = await begin();
      const less = policy.map((one) => ({ ...one, Action: one.Action.filter((action) => action !== missing) }));
      restrict(
        it,
        less.filter(({ Action }) => Action.length > 0),
      );
      const result = await it.step(inputs);
      expect([missing, result.code]).toEqual([missing, 1]);
      expect(result.errors.join()).toContain(missing);
    }
    restrict(whole, policy);
    expect((await whole.step(inputs)).errors).toEqual([]);
  },
  240_000,
);

test('the policy is enough for a rollout that fails: to look at its tasks, and to roll it back', async () => {
  const it = await scene({ world: { ecs: { '111122223333': { prod: { web: { breaker: null } } } } } });
  const inputs = { deploy: 'shop:1 => ecs:prod/web' };
  expect((await it.step({ images: 'oci:one => shop:1' })).errors).toEqual([]);
  it.sandbox.world.runs = { [it.one]: { exitCode: 3 } };
  const policy = await policyOf(it, inputs);
  restrict(it, policy);
  const enough = await it.step(inputs);
  expect(enough.errors.join()).toContain('exited with code 3');
  expect(enough.errors.join()).toContain('(web:1) serves again');
  for (const missing of ['ecs:ListTasks', 'ecs:StopServiceDeployment']) {
    restrict(
      it,
      policy
        .map((one) => ({ ...one, Action: one.Action.filter((action) => action !== missing) }))
        .filter(({ Action }) => Action.length > 0),
    );
    const result = await it.step({ ...inputs, 'deploy-busy': 'replace' });
    expect([missing, result.code]).toEqual([missing, 1]);
    expect(result.errors.join()).toContain(missing);
  }
});
