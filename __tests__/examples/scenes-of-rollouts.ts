import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { puller } from '../../harness/puller.ts';
import { s3As } from '../end-to-end/objects/scene.ts';
import { arn, bucket, repository, WEB_ROLE, webWorld } from './shop.ts';
import { ADMIN, DOCKER, GIT_SHA, imageFiles, PUBLISHER, publisher, type Scene } from './stands.ts';

/** Examples that end with a rollout. */
export const ROLLOUT_SCENES: Readonly<Record<string, Scene>> = {
  'image-to-ecs': {
    roles: publisher(WEB_ROLE),
    world: webWorld,
    files: imageFiles,
    tools: { docker: DOCKER },
    landed: async (sandbox, { steps }) => {
      const { outputs } = steps[0]!.result;
      expect(sandbox.serving.get('ecs:prod/web')).toContain(outputs['image-digest']);
      expect(sandbox.log.of('ecs', 'RunTask')).toMatchObject([{ params: { command: ['rake', 'db:migrate'] } }]);
    },
  },

  'lambda-image': {
    roles: publisher({
      EcrRepositories: repository('shop/resize'),
      CreateEcrRepositories: 'true',
      LambdaFunctions: arn('lambda', 'function:resize'),
    }),
    files: imageFiles,
    tools: { docker: DOCKER },
    landed: async (sandbox, { steps }) => {
      const { outputs } = steps[0]!.result;
      const pulls = await puller(sandbox, { role: ADMIN });
      // One manifest: no index, no attestation.
      expect(await pulls.pull('shop/resize', 'latest')).toEqual([outputs['image-digest']]);
      expect(`sha256:${sandbox.serving.get('lambda:resize:live')}`).toBe(outputs['image-digest']);
    },
  },

  'config-files-for-asg': {
    roles: publisher({
      Buckets: bucket('shop-config'),
      AutoScalingGroups: arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/web'),
    }),
    world: (world) => {
      world.buckets = { 'shop-config': { account: PUBLISHER } };
    },
    files: async () => ({ 'config/nginx.conf': 'server {}\n', 'config/app/settings.toml': 'a = 1\n' }),
    landed: async (sandbox) => {
      const { Contents = [] } = await s3As(sandbox, ADMIN).send(new ListObjectsV2Command({ Bucket: 'shop-config' }));
      const release = `releases/${GIT_SHA}`;
      expect(Contents.map(({ Key }) => Key)).toEqual([
        'current',
        `${release}/app/settings.toml`,
        `${release}/nginx.conf`,
      ]);
      // The pointer is there before any instance boots.
      expect(sandbox.serving.get('asg:web')).toBe('template:6#1, template:6#1, template:6#1');
    },
  },

  'codedeploy-on-asg': {
    roles: publisher({
      Buckets: bucket('shop-bundles'),
      CodeDeployGroups: arn('codedeploy', 'deploymentgroup:shop/web'),
    }),
    world: (world) => {
      world.buckets = { 'shop-bundles': { account: PUBLISHER, versioning: true } };
    },
    files: async () => ({ 'bundle/appspec.yml': 'version: 0.0\nos: linux\n', 'bundle/hooks/read-env.sh': 'true\n' }),
    landed: async (sandbox) => {
      expect(sandbox.serving.get('codedeploy:shop/web')).toMatch(/^s3:\/\/shop-bundles\/shop\.tgz /);
    },
  },
};
