import { createHash } from 'node:crypto';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { type Api, type Json, openApi } from '../../src/aws/api.ts';
import { makeAws } from '../../src/aws/client.ts';
import type { SessionCredentials } from '../../src/aws/session.ts';
import { systemClock } from '../../src/base/clock.ts';
import { makeHttp } from '../../src/base/http.ts';
import { makeCall } from '../../src/base/retry.ts';
import { openScaling, type Scaling } from '../../src/deploy/autoscaling/api.ts';
import { withImages } from '../../src/deploy/ecs/task-definition.ts';
import { type Lambda, openLambda } from '../../src/deploy/lambda/api.ts';
import type { Access } from '../../src/job.ts';
import type { Sentence } from './contract.ts';

/**
 * A cluster `contract` with a service `web` that runs one container, a deployment group `contract/web` of CodeDeploy, a bucket
 * `shop-artifacts`, a function `contract` (a zip) with version 1 and an alias `live`, and a group `contract` of one instance whose launch
 * template has version 1.
 */
export interface RolloutGround {
  readonly ecs: Api<'ecs'>;
  readonly codeDeploy: Api<'codedeploy'>;
  readonly lambda: (name: string) => Lambda;
  readonly scaling: (name: string) => Scaling;
  readonly s3: S3Client;
}

/** The action's own client, signer included, for one server. */
export function rolloutApis(
  url: string,
  region: string,
  keys: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string },
): RolloutGround & {
  /** Calls that the action does not make, and that nothing has to prove. */
  setUp(service: 'ecs' | 'codedeploy', action: string, input: Json): Promise<Json>;
  close(): void;
} {
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
  const session = { region, credentials };
  const s3 = new S3Client({ endpoint: url, region, credentials: keys, forcePathStyle: true, maxAttempts: 1 });
  const access = { http, aws, session, runner: { env: { AWS_ENDPOINT_URL: url } } } as unknown as Access;
  const deps = { http, session, env: { AWS_ENDPOINT_URL: url } };
  const services = {
    ecs: { name: 'ecs', variable: 'ECS', targetPrefix: 'AmazonEC2ContainerServiceV20141113' },
    codedeploy: { name: 'codedeploy', variable: 'CODEDEPLOY', targetPrefix: 'CodeDeploy_20141006' },
  } as const;
  return {
    ecs: openApi(services.ecs, { ...deps, aws }),
    codeDeploy: openApi(services.codedeploy, { ...deps, aws }),
    lambda: (name) => openLambda(name, access),
    scaling: (name) => openScaling(name, access),
    s3,
    setUp: (service, action, input) => {
      const api = openApi({ ...services[service], name: service as string }, { ...deps, aws: { call: call as never } });
      return api.json(action as never, input);
    },
    close: () => {
      s3.destroy();
      http.close();
    },
  };
}

const WEB = { cluster: 'contract', services: ['web'] };

async function definitionOf(ecs: Api<'ecs'>) {
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

/** An empty zip; a comment makes it another one. */
export function zipOf(comment: string): Buffer {
  const end = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, Buffer.from(comment)]);
}

async function updated({ lambda, s3 }: RolloutGround, comment: string) {
  const Body = zipOf(comment);
  const Key = `${comment}.zip`;
  await s3.send(new PutObjectCommand({ Bucket: 'shop-artifacts', Key, Body }));
  const change = { S3Bucket: 'shop-artifacts', S3Key: Key, Architectures: ['x86_64'] };
  await lambda('contract').updateCode(change);
  for (let looks = 0; looks < 20; looks++) {
    const now = await lambda('contract').configuration();
    if (now.LastUpdateStatus !== 'InProgress')
      return { now, sha256: createHash('sha256').update(Body).digest('base64') };
  }
  throw new Error('the update does not end');
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
  {
    says: 'a function shows its package, its architectures and its code; what is not there is ResourceNotFoundException',
    holds: async ({ lambda }) => {
      const { Configuration } = await lambda('contract').function();
      expect(Configuration).toMatchObject({
        ...{ PackageType: 'Zip', Architectures: ['x86_64'], Version: '$LATEST' },
        ...{ CodeSha256: expect.any(String), FunctionArn: expect.any(String) },
      });
      expect(await code(lambda('none').function())).toBe('ResourceNotFoundException');
      expect(await code(lambda('contract').alias('none'))).toBe('ResourceNotFoundException');
      expect(await code(lambda('contract').function('99'))).toBe('ResourceNotFoundException');
    },
  },
  {
    says: 'a zip of S3 becomes the code, whose CodeSha256 is its SHA-256 in base64',
    holds: async (ground) => {
      const { now, sha256 } = await updated(ground, 'two');
      expect(now).toMatchObject({ CodeSha256: sha256, LastUpdateStatus: 'Successful' });
    },
  },
  {
    says: 'the same code is published once: the version that is there is the answer',
    holds: async (ground) => {
      const { sha256 } = await updated(ground, 'three');
      const lambda = ground.lambda('contract');
      const first = await lambda.publish({ CodeSha256: sha256 });
      expect(first.Version).toMatch(/^\d+$/);
      expect((await lambda.publish({ CodeSha256: sha256 })).Version).toBe(first.Version);
      expect(await lambda.configuration(first.Version)).toMatchObject({ Version: first.Version, CodeSha256: sha256 });
    },
  },
  {
    says: 'an alias moves to a version, and back',
    holds: async (ground) => {
      const { sha256 } = await updated(ground, 'four');
      const lambda = ground.lambda('contract');
      const { Version = '' } = await lambda.publish({ CodeSha256: sha256 });
      const before = (await lambda.alias('live')).FunctionVersion;
      await lambda.moveAlias('live', { FunctionVersion: Version });
      expect((await lambda.alias('live')).FunctionVersion).toBe(Version);
      await lambda.moveAlias('live', { FunctionVersion: before, RoutingConfig: { AdditionalVersionWeights: {} } });
      expect((await lambda.alias('live')).FunctionVersion).toBe(before);
    },
  },
  {
    says: 'a function has a revision id, and an update with another one is PreconditionFailedException',
    holds: async ({ lambda }) => {
      expect((await lambda('contract').configuration()).RevisionId).toEqual(expect.any(String));
      const change = { S3Bucket: 'shop-artifacts', S3Key: 'two.zip', Architectures: ['x86_64'], RevisionId: '0' };
      expect(await code(lambda('contract').updateCode(change))).toBe('PreconditionFailedException');
    },
  },
  {
    says: 'a group shows the version of its launch template, and its instances with theirs; one that is not there is none',
    holds: async ({ scaling }) => {
      const group = await scaling('contract').group();
      expect(group).toMatchObject({ desired: 1, template: { id: expect.stringMatching(/^lt-/), version: '1' } });
      expect(group?.instances).toMatchObject([{ state: 'InService', isProtected: false, template: { version: '1' } }]);
      expect(await scaling('none').group()).toBeUndefined();
    },
  },
  {
    says: 'a version of a launch template shows its AMI; one that is not there is InvalidLaunchTemplateId.VersionNotFound',
    holds: async ({ scaling }) => {
      const { id = '' } = (await scaling('contract').group())?.template ?? {};
      expect(await scaling('contract').version({ id, version: '1' })).toMatchObject({
        image: expect.stringMatching(/^ami-/),
      });
      expect(await code(scaling('contract').version({ id, version: '9' }))).toBe(
        'InvalidLaunchTemplateId.VersionNotFound',
      );
    },
  },
];
