import { expect, test } from '@jest/globals';
import { EVERY_JOB, scene } from './deploy/scene.ts';

test.each([3, -3])("every job works on a runner whose clock is %s hours off: AWS's clock counts", async (hours) => {
  const it = await scene({ files: EVERY_JOB.files });
  it.sandbox.clock.skew(-hours * 3_600_000);
  const { errors } = await it.step(EVERY_JOB.inputs);
  expect(errors).toEqual([]);
  expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
});
