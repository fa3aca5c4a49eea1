import { expect, test } from '@jest/globals';
import { deployments, EVERY_JOB, scene } from './scene.ts';

const STEP = { ...EVERY_JOB.inputs, 'deploy-first': 'ecs:prod/web/web => rake db:migrate' };

test('one step publishes an image, files and parameters, and rolls all of it out; the second run has nothing to do', async () => {
  const it = await scene({ files: EVERY_JOB.files });
  const first = await it.step(STEP);
  expect(first.errors).toEqual([]);
  expect(first.exported).toMatchObject({ LEVEL: 'info' });
  expect(deployments(first.outputs).map(({ target, state }) => `${target} ${state}`)).toEqual([
    'ecs:prod/web succeeded',
    'lambda:resize succeeded',
    'asg:web succeeded',
    'codedeploy:shop/web succeeded',
  ]);
  expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
  expect(it.sandbox.serving.get('lambda:resize:live')).toBe(it.one.replace('sha256:', ''));
  expect(it.sandbox.serving.get('codedeploy:shop/web')).toBe('s3://shop-artifacts/releases/app.zip bundle');
  expect(it.sandbox.serving.get('asg:web')).toContain('template:7');
  expect(first.summary).toContain('### Rollout');

  const second = await it.step(STEP);
  expect(second.errors).toEqual([]);
  expect(deployments(second.outputs).map(({ state }) => state)).toEqual(Array(4).fill('unchanged'));
  expect(second.outputs['deploy-changed']).toBe('false');
  expect(second.log).toContain('ecs:prod/web: ');
  expect(second.log).toContain('serves already');
});

test('a target that fails does not stop the others, and is reported apart from them', async () => {
  const it = await scene({ files: EVERY_JOB.files });
  it.sandbox.world.runs = { [it.one]: { exitCode: 1 } };
  const result = await it.step({ ...STEP, 'deploy-first': '' });
  expect(result.code).toBe(1);
  expect(result.errors).toHaveLength(1);
  expect(deployments(result.outputs).map(({ target, state }) => `${target} ${state}`)).toEqual([
    'ecs:prod/web rolled back',
    'lambda:resize succeeded',
    'asg:web succeeded',
    'codedeploy:shop/web succeeded',
  ]);
  expect(result.outputs['deploy-changed']).toBe('true');
});
