import { expect, test } from '@jest/globals';
import { deployments, OLD_IMAGE, scene } from './scene.ts';

const ACCOUNT = '111122223333';
const PUSH = { images: 'oci:one => shop:1', 's3-upload': 'web.zip => s3://shop-artifacts/' };

/** A target of which nothing ever ends, what the message says after one minute, and why, and what serves then. */
const TARGETS: readonly [string, Record<string, unknown>, string, string | undefined, string?][] = [
  [
    'shop:1 => ecs:prod/web',
    { ecs: { [ACCOUNT]: { prod: { web: { stuck: 'placement' } } } } },
    'public.ecr.aws/nginx/nginx:1.27 (web:1) serves again',
    'public.ecr.aws/nginx/nginx:1.27, public.ecr.aws/envoy/envoy:1.30',
    'event: was unable to place a task because no container instance met all of its requirements.',
  ],
  [
    'shop:1 => lambda:resize:live',
    { lambda: { [ACCOUNT]: { resize: { stuck: true } } } },
    'live serves version 1; $LATEST may have the new code',
    OLD_IMAGE,
  ],
  [
    'template:7 => asg:web',
    { autoscaling: { [ACCOUNT]: { web: { stuck: true } } } },
    'the rollback was started; the group has 3 instances: 3 of template:6',
    'template:6#0, template:6#0, template:6#0',
    'We currently do not have sufficient t3.large capacity',
  ],
  [
    's3://shop-artifacts/web.zip => codedeploy:shop/web',
    { codedeploy: { [ACCOUNT]: { shop: { web: { stuck: true } } } } },
    'nothing was deployed before, so there is nothing to roll back to',
    undefined,
    'i-0001: has begun nothing: does the CodeDeploy agent run there?',
  ],
];

test.each(TARGETS)(
  '%s that does not end is rolled back after deploy-timeout-minutes',
  async (deploy, world, text, serves, why = '') => {
    const it = await scene({ world, files: { 'web.zip': Buffer.from('bundle') } });
    const result = await it.step({ ...PUSH, deploy, 'deploy-timeout-minutes': '1' });
    expect(result.errors.join()).toContain('waited 1 minute for');
    expect(result.errors.join()).toContain('raise deploy-timeout-minutes if it only needs longer');
    expect(result.errors.join()).toContain(text);
    expect(result.errors.join()).toContain(why);
    const target = deploy.split('=> ')[1]!;
    expect(it.sandbox.serving.get(target)).toBe(serves);
    expect(deployments(result.outputs)).toHaveLength(1);
  },
);
