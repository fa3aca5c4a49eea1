import { expect } from '@jest/globals';
import { type Api, type Json, openApi } from '../../src/aws/api.ts';
import { makeAws } from '../../src/aws/client.ts';
import type { SessionCredentials } from '../../src/aws/session.ts';
import { systemClock } from '../../src/base/clock.ts';
import { makeHttp } from '../../src/base/http.ts';
import { makeCall } from '../../src/base/retry.ts';
import { withImages } from '../../src/deploy/ecs/task-definition.ts';
import type { Sentence } from './contract.ts';

/** A cluster `contract` with a service `web` that runs one container, and a deployment group `contract/web` of CodeDeploy. */
export interface RolloutGround {
  readonly ecs: Api;
  readonly codeDeploy: Api;
}

/** The action's own client, signer included, for one server. */
export function rolloutApis(
  url: string,
  region: string,
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string },
): RolloutGround & { close(): void } {
  const credentials: SessionCredentials = Object.assign(async () => keys, {
    memoized: true as const,
    forget: () => {},
  });
  const http = makeHttp();
  const call = makeCall({
    clock: systemClock,
    say: () => {},
    signal: new AbortController().signal,
    rules: { attempts: 1 },
  });
  const aws = makeAws({ region, credentials, http, call });
  const open = (name: 'ecs' | 'codedeploy', variable: string, targetPrefix: string) =>
    openApi(
      { name, variable, targetPrefix },
      { http, aws, session: { region, credentials }, env: { AWS_ENDPOINT_URL: url } },
    );
  return {
    ecs: open('ecs', 'ECS', 'AmazonEC2ContainerServiceV20141113'),
    codeDeploy: open('codedeploy', 'CODEDEPLOY', 'CodeDeploy_20141006'),
    close: http.close,
  };
}

const WEB = { cluster: 'contract', services: ['web'] };

async function definitionOf(ecs: Api) {
  const [service] = (await ecs.json('DescribeServices', WEB)).services as { taskDefinition: string }[];
  const taskDefinition = service!.taskDefinition;
  const answer = await ecs.json('DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] });
  return answer as { taskDefinition: Json & { containerDefinitions: { name: string; image: string }[] }; tags?: [] };
}

async function code(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'none',
    (thrown: { code?: string }) => thrown.code ?? String(thrown),
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/, https://docs.aws.amazon.com/codedeploy/latest/APIReference/ */
export const ROLLOUT_SENTENCES: readonly Sentence<RolloutGround>[] = [
  {
    says: 'a service that is not there is a failure with the reason MISSING',
    holds: async ({ ecs }) => {
      const { services, failures } = await ecs.json('DescribeServices', { cluster: 'contract', services: ['none'] });
      expect(services).toEqual([]);
      expect(failures).toMatchObject([{ reason: 'MISSING' }]);
    },
  },
  {
    says: 'a cluster that is not there is ClusterNotFoundException',
    holds: async ({ ecs }) => {
      expect(await code(ecs.json('DescribeServices', { ...WEB, cluster: 'none' }))).toBe('ClusterNotFoundException');
    },
  },
  {
    says: 'a definition that was shown is taken back with another image, as the next revision, and the service takes it',
    holds: async ({ ecs }) => {
      const { taskDefinition, tags = [] } = await definitionOf(ecs);
      const image = `contract@sha256:${'0'.repeat(64)}`;
      const given = withImages(taskDefinition, tags, new Map([['web', image]]));
      const made = (await ecs.json('RegisterTaskDefinition', given)).taskDefinition as typeof taskDefinition;
      expect(made.containerDefinitions.map((it) => it.image)).toContain(image);
      expect(made.taskDefinitionArn).not.toBe(taskDefinition.taskDefinitionArn);
      const change = { cluster: 'contract', service: 'web', taskDefinition: made.taskDefinitionArn };
      const { service } = await ecs.json('UpdateService', change);
      expect(service).toMatchObject({ taskDefinition: made.taskDefinitionArn });
    },
  },
  {
    says: 'a deployment is created by version and ETag, and shows its revision',
    holds: async ({ codeDeploy }) => {
      const s3Location = { bucket: 'shop-artifacts', key: 'web.zip', bundleType: 'zip', eTag: 'e', version: 'v' };
      const { deploymentId } = await codeDeploy.json('CreateDeployment', {
        applicationName: 'contract',
        deploymentGroupName: 'web',
        revision: { revisionType: 'S3', s3Location },
      });
      expect(deploymentId).toMatch(/^[\w-]+$/);
      const { deploymentInfo } = await codeDeploy.json('GetDeployment', { deploymentId });
      expect(deploymentInfo).toMatchObject({ deploymentId, revision: { s3Location } });
    },
  },
  {
    says: 'an application, or a group, that is not there is refused by its own name',
    holds: async ({ codeDeploy }) => {
      const ask = (applicationName: string, deploymentGroupName: string) =>
        code(codeDeploy.json('GetDeploymentGroup', { applicationName, deploymentGroupName }));
      expect(await ask('none', 'web')).toBe('ApplicationDoesNotExistException');
      expect(await ask('contract', 'none')).toBe('DeploymentGroupDoesNotExistException');
    },
  },
];
