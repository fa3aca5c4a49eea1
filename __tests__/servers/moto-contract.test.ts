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
import { ROLLOUT_SENTENCES, type RolloutGround, rolloutApis } from '../contract/rollout.ts';
import { S3_SENTENCES, type S3Ground } from '../contract/s3.ts';
import { SSM_SENTENCES, type SsmGround } from '../contract/ssm.ts';
import { describeWithMoto, startMoto } from './moto.ts';

const region = 'us-east-1';
const credentials = { accessKeyId: 'AKIAANY', secretAccessKey: 'any' };
const ONE_ACCOUNT = 'it keeps accounts apart by nothing that S3 looks at';
const NOT_CHECKED = 'it does not look at it';

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
    name: 'moto (ECS, CodeDeploy)',
    start: async () => {
      const moto = await startMoto();
      const apis = rolloutApis(moto.url, region, credentials);
      const { ecs, codeDeploy } = apis;
      const containerDefinitions = [{ name: 'web', image: 'nginx:1', memory: 64 }];
      await ecs.json('CreateCluster', { clusterName: 'contract' });
      await ecs.json('RegisterTaskDefinition', { family: 'contract', containerDefinitions });
      await ecs.json('CreateService', {
        ...{ cluster: 'contract', serviceName: 'web', taskDefinition: 'contract', desiredCount: 1 },
      });
      await codeDeploy.json('CreateApplication', { applicationName: 'contract', computePlatform: 'Server' });
      await codeDeploy.json('CreateDeploymentGroup', {
        ...{ applicationName: 'contract', deploymentGroupName: 'web' },
        serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      });
      return {
        ...apis,
        stop: () => {
          apis.close();
          return moto.stop();
        },
      };
    },
  });
});
