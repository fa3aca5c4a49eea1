import { expect, test } from '@jest/globals';
import { scene } from './deploy/scene.ts';

test.each([3, -3])("every job works on a runner whose clock is %s hours off: AWS's clock counts", async (hours) => {
  const it = await scene({ files: { 'build/app.zip': Buffer.from('bundle') } });
  it.sandbox.clock.skew(-hours * 3_600_000);
  const { errors } = await it.step({
    images: 'oci:one => shop:1',
    's3-upload': 'build => s3://shop-artifacts/releases/',
    'ssm-parameters': 'LEVEL=/shop/prod/log-level',
    deploy: [
      'shop:1 => ecs:prod/web/web',
      'shop:1 => lambda:resize:live',
      's3://shop-artifacts/releases/app.zip => codedeploy:shop/web',
      'template:7 => asg:web',
    ].join('\n'),
  });
  expect(errors).toEqual([]);
  expect(it.sandbox.serving.get('ecs:prod/web')).toContain(it.one);
});
