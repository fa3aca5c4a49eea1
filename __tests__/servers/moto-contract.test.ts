import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteBucketOwnershipControlsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { LabelParameterVersionCommand, type ParameterType, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { contract } from '../contract/contract.ts';
import { ECR_SENTENCES, type EcrGround } from '../contract/ecr.ts';
import { ROLLOUT_SENTENCES, type RolloutGround, rolloutApis, zipOf } from '../contract/rollout.ts';
import { S3_SENTENCES, type S3Ground } from '../contract/s3.ts';
import { SSM_SENTENCES, type SsmGround } from '../contract/ssm.ts';
import { describeWithMoto, startMoto } from './moto.ts';

const region = 'us-east-1';
const credentials = { accessKeyId: 'AKIAANY', secretAccessKey: 'any' };
const ONE_ACCOUNT = 'it keeps accounts apart by nothing that S3 looks at';
const NOT_CHECKED = 'it does not look at it';

/** moto looks at the service's name in the signature alone. */
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=AKIAANY/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

async function motoCall(url: string, service: string, form: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers: signedFor(service), body: new URLSearchParams(form) });
  if (!answer.ok) throw new Error(`moto refuses ${form.Action}: ${await answer.text()}`);
}

/** The function `contract` with version 1 and the alias `live`. */
async function createFunction(url: string, zip: Buffer): Promise<void> {
  const ask = async (path: string, body: unknown) => {
    const headers = { ...signedFor('lambda'), 'content-type': 'application/json' };
    const answer = await fetch(`${url}/2015-03-31/functions${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`moto refuses ${path}: ${await answer.text()}`);
  };
  const Role = 'arn:aws:iam::123456789012:role/contract';
  const Code = { ZipFile: zip.toString('base64') };
  await ask('', {
    FunctionName: 'contract',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role,
    Code,
    Publish: true,
  });
  await ask('/contract/aliases', { Name: 'live', FunctionVersion: '1' });
}

describeWithMoto('contracts', () => {
  contract<S3Ground>(S3_SENTENCES, {
    name: 'moto (S3)',
    start: async () => {
      const moto = await startMoto();
      const s3 = new S3Client({ endpoint: moto.url, region, credentials, forcePathStyle: true, maxAttempts: 1 });
      let used = 0;
      return {
        owner: s3,
        uploader: s3,
        withoutAcl: s3,
        impostor: new S3Client({
          endpoint: moto.url,
          region,
          credentials: { ...credentials, secretAccessKey: 'another' },
          forcePathStyle: true,
          maxAttempts: 1,
        }),
        bucket: async (ObjectOwnership) => {
          const Bucket = `contract-${used++}`;
          const input: CreateBucketCommandInput = { Bucket, ObjectOwnership };
          await s3.send(new CreateBucketCommand(input));
          if (ObjectOwnership === 'ObjectWriter')
            await s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })).catch(() => {});
          return Bucket;
        },
        stop: moto.stop,
      };
    },
    laxer: {
      'ObjectWriter: what another account puts without an ACL is dark for the owner of the bucket': ONE_ACCOUNT,
      'BucketOwnerPreferred: without bucket-owner-full-control the object is as dark as in ObjectWriter': ONE_ACCOUNT,
      'BucketOwnerEnforced: public-read is refused as AccessControlListNotSupported': NOT_CHECKED,
      'an ACL header needs s3:PutObjectAcl': NOT_CHECKED,
      'another expected owner of the bucket is 403': NOT_CHECKED,
      'a wrong secret is 403': NOT_CHECKED,
      'a body that does not match its CRC32 is refused': NOT_CHECKED,
      'a body that does not match its Content-MD5 is refused as BadDigest': NOT_CHECKED,
    },
  });

  contract<SsmGround>(SSM_SENTENCES, {
    name: 'moto (SSM)',
    start: async () => {
      const moto = await startMoto();
      const ssm = new SSMClient({ endpoint: moto.url, region, credentials, maxAttempts: 1 });
      const put = (Name: string, Value: string, Type: ParameterType = 'String') =>
        ssm.send(new PutParameterCommand({ Name, Value, Type, Overwrite: true }));
      await put('/contract/a', 'one');
      await put('/contract/a', 'two');
      await ssm.send(new LabelParameterVersionCommand({ Name: '/contract/a', ParameterVersion: 1, Labels: ['live'] }));
      await put('/contract/secret', 'hidden', 'SecureString');
      for (let n = 0; n < 25; n++) await put(`/contract/many/${String(n).padStart(2, '0')}`, 'n');
      return { ssm, stop: moto.stop };
    },
    laxer: {
      'the answer names the selector apart from the name': 'its answer has no Selector',
    },
  });

  contract<EcrGround>(ECR_SENTENCES, {
    name: 'moto (ECR)',
    start: async () => {
      const moto = await startMoto();
      const ecr = new ECRClient({ endpoint: moto.url, region, credentials, maxAttempts: 1 });
      await ecr.send(new CreateRepositoryCommand({ repositoryName: 'contract' }));
      return { ecr, accountId: '123456789012', stop: moto.stop };
    },
    laxer: { 'the token is good for hours': 'it is always past: 2015-01-01' },
  });

  contract<RolloutGround>(ROLLOUT_SENTENCES, {
    name: 'moto (ECS, Lambda, Auto Scaling, CodeDeploy)',
    start: async () => {
      const moto = await startMoto();
      const apis = rolloutApis(moto.url, region, credentials);
      const { s3 } = apis;
      const containerDefinitions = [{ name: 'web', image: 'nginx:1', memory: 64 }];
      await apis.setUp('ecs', 'CreateCluster', { clusterName: 'contract' });
      await apis.setUp('ecs', 'RegisterTaskDefinition', { family: 'contract', containerDefinitions });
      await apis.setUp('ecs', 'CreateService', {
        ...{ cluster: 'contract', serviceName: 'web', taskDefinition: 'contract', desiredCount: 1 },
      });
      await apis.setUp('codedeploy', 'CreateApplication', { applicationName: 'contract', computePlatform: 'Server' });
      await apis.setUp('codedeploy', 'CreateDeploymentGroup', {
        ...{ applicationName: 'contract', deploymentGroupName: 'web' },
        serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      });
      const trust = {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
      };
      const role = {
        RoleName: 'contract',
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', ...trust }),
      };
      await motoCall(moto.url, 'iam', { Action: 'CreateRole', Version: '2010-05-08', ...role });
      await s3.send(new CreateBucketCommand({ Bucket: 'shop-artifacts' }));
      await createFunction(moto.url, zipOf('one'));
      await motoCall(moto.url, 'ec2', {
        ...{ Action: 'CreateLaunchTemplate', Version: '2016-11-15', LaunchTemplateName: 'contract' },
        ...{ 'LaunchTemplateData.ImageId': 'ami-12c6146b', 'LaunchTemplateData.InstanceType': 't3.micro' },
      });
      await motoCall(moto.url, 'autoscaling', {
        ...{ Action: 'CreateAutoScalingGroup', Version: '2011-01-01', AutoScalingGroupName: 'contract' },
        ...{ 'LaunchTemplate.LaunchTemplateName': 'contract', 'LaunchTemplate.Version': '1' },
        ...{ MinSize: '1', MaxSize: '1', DesiredCapacity: '1', 'AvailabilityZones.member.1': 'us-east-1a' },
      });
      return {
        ...apis,
        stop: () => {
          apis.close();
          return moto.stop();
        },
      };
    },
    laxer: {
      'a function has a revision id, and an update with another one is PreconditionFailedException':
        'it keeps no revision ids',
    },
  });
});
