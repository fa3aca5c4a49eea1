import { expect, test } from '@jest/globals';
import { deployments, REGISTRY, scene } from './scene.ts';

/** Two runs of one workflow at once: what each of them rolls out is its own, or it says that it is not. */

test.each<[string, string, { service: string; action: string; nth: number }, (digest: string) => string]>([
  [
    'ecs:prod/web',
    'shop:latest => ecs:prod/web/web',
    { service: 'ecs', action: 'DescribeServices', nth: 2 },
    (digest) => `${REGISTRY}/shop@${digest}`,
  ],
  [
    'lambda:resize:live',
    'shop:latest => lambda:resize:live',
    { service: 'lambda', action: 'GetFunction', nth: 3 },
    (digest) => digest.replace('sha256:', ''),
  ],
])(
  '%s gets the image that this step pushed, wherever another run has moved its tag since',
  async (name, deploy, call, mark) => {
    const it = await scene();
    await it.step({ images: 'oci:two => shop:two' });
    const moves = () =>
      it.sandbox.registries.get('111122223333/eu-west-1')!.repositories.get('shop')!.tags.set('latest', it.two);
    it.sandbox.faults.add({ kind: 'meanwhile', ...call, does: moves });
    const result = await it.step({ images: 'oci:one => shop:latest', deploy });
    expect(result.errors).toEqual([]);
    expect(deployments(result.outputs)[0]!.after).toContain(it.one);
    expect(it.sandbox.serving.get(name)).toContain(mark(it.one));
  },
);

test.each([
  ['codedeploy', 's3://shop-artifacts/app.zip => codedeploy:shop/web', 'GetDeploymentGroup', 2, 'CreateDeployment'],
  ['lambda', 's3://shop-artifacts/app.zip => lambda:mailer:live', 'GetFunction', 3, 'UpdateFunctionCode'],
])(
  '%s: a bundle that another run has overwritten since is not rolled out as this one',
  async (service, deploy, action, nth, write) => {
    const it = await scene({
      files: { 'app.zip': Buffer.from('of this run'), 'other.zip': Buffer.from('of another') },
    });
    const other = () => it.step({ 's3-upload': 'other.zip => s3://shop-artifacts/app.zip' });
    it.sandbox.faults.add({ kind: 'meanwhile', service, action, nth, does: other });
    const result = await it.step({ 's3-upload': 'app.zip => s3://shop-artifacts/app.zip', deploy });
    expect(result.errors.join()).toContain('the object is not what this step uploaded');
    expect(it.sandbox.log.of(service, write)).toEqual([]);
  },
);
