import { expect, test } from '@jest/globals';
import { deployments, type Scene, scene } from '../end-to-end/deploy/scene.ts';

const KINDS: readonly (readonly [service: string, deploy: string])[] = [
  ['ecs', 'shop:1 => ecs:prod/web'],
  ['lambda', 'shop:1 => lambda:resize:live'],
  ['autoscaling', 'template:7 => asg:web'],
  ['codedeploy', 's3://shop-artifacts/web.zip => codedeploy:shop/web'],
];

/** Asked when ECS has called the rollout a success: without an answer it stays one, with a warning. */
const LOOKS_AFTER_SUCCESS = ['ListTasks'];

async function begin(): Promise<Scene> {
  const it = await scene({ files: { 'web.zip': Buffer.from('bundle') } });
  const published = await it.step({ images: 'oci:one => shop:1', 's3-upload': 'web.zip => s3://shop-artifacts/' });
  expect(published.errors).toEqual([]);
  it.sandbox.log.clear();
  return it;
}

test.each(KINDS)(
  '%s: whichever call never gets an answer, the step ends, and says so',
  async (service, deploy) => {
    const whole = await begin();
    expect((await whole.step({ deploy })).errors).toEqual([]);
    const actions = [...new Set(whole.sandbox.log.of(service).map(({ action }) => action))];
    expect(actions.length).toBeGreaterThan(2);
    await Promise.all(
      actions.map(async (action) => {
        const it = await begin();
        const target = deploy.split('=> ')[1]!;
        const before = it.sandbox.serving.get(target);
        it.sandbox.faults.add({ kind: 'hang', service, action });
        const result = await it.step({ deploy, 'deploy-timeout-minutes': '1', 'retry-max-attempts': '1' });
        const [outcome] = deployments(result.outputs);
        if (LOOKS_AFTER_SUCCESS.includes(action)) {
          expect([action, result.code, outcome?.state]).toEqual([action, 0, 'succeeded']);
          expect(result.warnings.join()).toMatch(/what runs could not be looked at: waited/);
          expect(it.sandbox.serving.get(target)).not.toBe(before);
          return;
        }
        expect([action, result.code, outcome?.state === 'succeeded']).toEqual([action, 1, false]);
        expect(result.errors.join()).toMatch(/got no answer|waited 1 minute for/);
        expect([action, it.sandbox.serving.get(target)]).toEqual([action, before]);
      }),
    );
  },
  240_000,
);
