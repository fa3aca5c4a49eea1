import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { puller } from '../../harness/puller.ts';
import { read, s3As } from '../end-to-end/objects/scene.ts';
import { SCENES_OF_MANY } from './scenes-of-many.ts';
import { ROLLOUT_SCENES } from './scenes-of-rollouts.ts';
import { bucket, oldSite, parameters, repository, SITE_ROLE, siteWorld } from './shop.ts';
import {
  ADMIN,
  DOCKER,
  GIT_SHA,
  imageFiles,
  made,
  NPM,
  OWNER,
  PUBLISHER,
  printed,
  publisher,
  type Scene,
} from './stands.ts';

const EKS = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE';
const KEY = `arn:aws:kms:eu-west-1:${PUBLISHER}:key/1a2b3c4d-5e6f-7a8b-9c0d-1e2f3a4b5c6d`;

export const SCENES: Readonly<Record<string, Scene>> = {
  'image-to-ecr': {
    roles: publisher({ EcrRepositories: repository('shop/web') }),
    world: (world) => {
      world.ecr = { [PUBLISHER]: { 'eu-west-1': { repositories: { 'shop/web': { mutability: 'IMMUTABLE' } } } } };
    },
    files: imageFiles,
    tools: { docker: DOCKER },
    landed: async (sandbox, { steps }) => {
      const { outputs } = steps[0]!.result;
      const pulled = await (await puller(sandbox, { role: ADMIN })).pull('shop/web', GIT_SHA);
      expect(pulled[0]).toBe(outputs['image-digest']);
      expect(outputs['image-reference']).toContain(`shop/web@${outputs['image-digest']}`);
    },
  },

  'site-to-another-account': {
    roles: publisher(SITE_ROLE),
    world: siteWorld,
    before: oldSite,
    tools: { npm: NPM },
    landed: async (sandbox) => {
      expect(await read(sandbox, OWNER, 'index.html')).toBe('<h1>Shop</h1>\n');
      const asset = { Bucket: 'shop-site', Key: 'assets/app.0a1b2c.js' };
      expect(await s3As(sandbox, OWNER).send(new HeadObjectCommand(asset))).toMatchObject({
        CacheControl: 'public, max-age=31536000, immutable',
        ContentType: expect.stringContaining('javascript'),
      });
      expect(await read(sandbox, OWNER, 'assets/app.old.js')).toBe(404);
      expect(sandbox.log.of('cloudfront').length).toBeGreaterThan(0);
    },
  },

  'staging-with-replication': {
    roles: publisher({ Buckets: bucket('shop-staging'), Ref: 'refs/tags/v*' }),
    as: 'release',
    world: (world) => {
      const replication = { prefix: '', status: 'COMPLETED', afterSeconds: 0 };
      world.buckets = { 'shop-staging': { account: PUBLISHER, versioning: true, replication } };
    },
    tools: { npm: NPM },
    landed: async (sandbox) => {
      expect(await read(sandbox, ADMIN, { bucket: 'shop-staging', key: 'v1.2.0/index.html' })).toBe('<h1>Shop</h1>\n');
    },
  },

  'compose-on-ec2-runner': {
    roles: {
      [`arn:aws:iam::${PUBLISHER}:role/shop-runner`]: made({
        RoleName: 'shop-runner',
        CreateInstanceProfile: 'true',
        Parameters: parameters('/shop/prod/*'),
        ParameterKmsKeys: `arn:aws:kms:eu-west-1:${PUBLISHER}:key/*`,
      }),
    },
    world: (world) => {
      world.instance = { id: 'i-0abcd1234ef567890', account: PUBLISHER, profile: 'shop-runner' };
      Object.assign(world.accounts[PUBLISHER] ?? {}, { instanceProfiles: { 'shop-runner': 'shop-runner' } });
      world.keys = { [PUBLISHER]: { 'shop-key': {} } };
      world.parameters = {
        [PUBLISHER]: {
          '/shop/prod/env': {
            type: 'SecureString',
            key: 'shop-key',
            value: "SESSION_SECRET='k9!vR2#pL7$wQ4'\nLOG_LEVEL=info\n",
          },
          '/shop/prod/image': `${PUBLISHER}.dkr.ecr.eu-west-1.amazonaws.com/shop/web@sha256:0`,
        },
      };
    },
    env: async () => ({ AWS_EC2_METADATA_DISABLED: 'false' }),
    files: async () => ({ 'compose.yaml': 'services: { web: { image: "${IMAGE}", env_file: .env } }\n' }),
    // What compose would read, without the secret.
    tools: { docker: 'echo "$@"; ls -l .env | cut -c 1-10; sed "s/=.*//" .env' },
    landed: async (_, outcome) => {
      expect(printed(outcome, 0)).toBe('compose up --detach --wait\n-rw-------\nSESSION_SECRET\nLOG_LEVEL\nIMAGE\n');
      expect(outcome.steps[0]!.result.exported).toEqual({});
    },
  },

  's3cmd-in-eks-pod': {
    roles: {
      [`arn:aws:iam::${PUBLISHER}:role/archive`]: {
        trust: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${PUBLISHER}:oidc-provider/${EKS}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${EKS}:sub`]: 'system:serviceaccount:ci:shop-runners' } },
          },
        },
        policies: {},
      },
    },
    world: (world) => {
      const claims = { iss: `https://${EKS}`, sub: 'system:serviceaccount:ci:shop-runners' };
      world.github.jobs.pod = { repository: 'octo-org/shop', claims };
      const account = world.accounts[PUBLISHER];
      if (account) account.oidcProviders = [{ url: `https://${EKS}`, audiences: ['sts.amazonaws.com'] }];
    },
    env: async (sandbox) => {
      const file = join(mkdtempSync(join(tmpdir(), 'keyless-pod-')), 'token');
      writeFileSync(file, await sandbox.token('pod'));
      return { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: `arn:aws:iam::${PUBLISHER}:role/runner` };
    },
    files: async () => ({ 'reports/october.csv': 'a,b\n' }),
    // s3cmd takes its credentials from these variables.
    tools: { s3cmd: 'echo "$@" "${AWS_ACCESS_KEY_ID:0:4}" "${#AWS_SESSION_TOKEN}"' },
    landed: async (_, outcome) => {
      expect(printed(outcome, 0)).toMatch(/^sync reports\/ s3:\/\/shop-archive\/reports\/ ASIA \d{3}\n$/);
    },
  },

  'certificates-for-beanstalk': {
    roles: {
      [`arn:aws:iam::${PUBLISHER}:role/certificates`]: made({
        Environment: 'production',
        Buckets: bucket('shop-certificates'),
        BucketKmsKeys: KEY,
      }),
    },
    as: 'production',
    world: (world) => {
      world.buckets = { 'shop-certificates': { account: PUBLISHER } };
    },
    files: async () => ({
      'renew-certificates.sh': '#!/bin/bash\nmkdir certificates && echo pem > certificates/shop.pem\n',
    }),
    landed: async (sandbox) => {
      const head = await s3As(sandbox, ADMIN).send(
        new HeadObjectCommand({ Bucket: 'shop-certificates', Key: 'beanstalk/shop.pem' }),
      );
      expect(head).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY });
    },
  },

  ...ROLLOUT_SCENES,
  ...SCENES_OF_MANY,
};
