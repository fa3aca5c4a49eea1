import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { cancelWhen } from '../../harness/runner.ts';
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
      // The group's template tags what it launches, which needs a permission of its own.
      const world = { autoscaling: { '111122223333': { web: { tags: true } } } };
      const it = await scene({ world, files: { 'web.zip': Buffer.from('bundle') } });
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

interface Ending {
  readonly world?: Record<string, unknown>;
  /** How what is deployed runs: by the image `one`, and by the version of the launch template. */
  readonly run?: Record<string, unknown>;
  readonly inputs?: Record<string, string>;
  /** The step is cancelled when it prints this. */
  readonly cancelAt?: RegExp;
}

const STUCK = {
  ecs: { '111122223333': { prod: { web: { stuck: 'placement' } } } },
  lambda: { '111122223333': { resize: { stuck: true } } },
  autoscaling: { '111122223333': { web: { stuck: true }, floating: { stuck: true } } },
  codedeploy: { '111122223333': { shop: { web: { stuck: true } } } },
};
const ENDINGS: Readonly<Record<string, Ending>> = {
  fails: {
    world: { ecs: { '111122223333': { prod: { web: { breaker: null } } } } },
    run: { exitCode: 3, lambda: 'InvalidImage', unhealthy: true, event: 'AfterInstall' },
  },
  'passes the time-out': { world: STUCK, inputs: { 'deploy-timeout-minutes': '1' } },
  'is cancelled': { world: STUCK, cancelAt: /PENDING|IN_PROGRESS|Pending|InProgress|: Created|\(SCALE_UP\)/ },
};
const TARGETS: readonly string[] = [
  'shop:1 => ecs:prod/web',
  'shop:1 => lambda:resize',
  'template:7 => asg:web',
  'template:2 => asg:floating',
  's3://shop-artifacts/web.zip => codedeploy:shop/web',
];
const CASES = TARGETS.flatMap((deploy) => Object.keys(ENDINGS).map((ending): [string, string] => [deploy, ending]));

test.each(CASES)(
  '%s: the policy is enough for a rollout that %s, and what is missing of it is named',
  async (deploy, ending) => {
    const { world = {}, run, inputs = {}, cancelAt } = ENDINGS[ending]!;
    const begin = async () => {
      const it = await scene({ world, files: { 'web.zip': Buffer.from('bundle') } });
      const published = await it.step({ images: 'oci:one => shop:1', 's3-upload': 'web.zip => s3://shop-artifacts/' });
      expect(published.errors).toEqual([]);
      const bundle = createHash('md5').update('bundle').digest('hex');
      if (run)
        it.sandbox.world.runs = Object.fromEntries(
          [it.one, bundle, 'template:7', 'template:2'].map((key) => [key, run]),
        );
      return it;
    };
    const roll = async (it: Scene, statements: readonly Statement[]) => {
      restrict(it, statements);
      it.sandbox.log.clear();
      // Lambda says nothing while it works on an update.
      const watching =
        cancelAt &&
        cancelWhen(
          (printed) => cancelAt.test(printed) || it.sandbox.log.of('lambda', 'GetFunctionConfiguration').length > 0,
        );
      const result = await it.step({ deploy, ...inputs }, watching);
      expect(result.code).toBe(1);
      const called = it.sandbox.log.entries.map(({ service, action }) => `${service}:${action}`);
      return { text: result.errors.join(), called: new Set(called) };
    };
    const whole = await begin();
    const policy = await policyOf(whole, { deploy, ...inputs });
    const enough = await roll(whole, policy);
    expect(enough.text).not.toMatch(/was refused|is not allowed/);
    const missable = policy
      .flatMap(({ Action }) => Action)
      .filter((it) => /^(ecs|autoscaling|codedeploy):/.test(it) && OF_FAILURE.includes(it) && enough.called.has(it));
    for (const missing of missable) {
      const less = policy.map((one) => ({ ...one, Action: one.Action.filter((action) => action !== missing) }));
      const { text } = await roll(
        await begin(),
        less.filter(({ Action }) => Action.length > 0),
      );
      expect(text).toContain(missing);
    }
  },
  240_000,
);
