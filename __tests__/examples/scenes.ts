import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from '@jest/globals';
import { read, s3As } from '../end-to-end/objects/harness.ts';
import { puller } from '../harness/puller.ts';
import {
  ADMIN,
  DOCKER,
  GIT_SHA,
  imageFiles,
  made,
  NPM,
  OWNER,
  PRODUCTION,
  PUBLISHER,
  printed,
  publisher,
  SAYS,
  type Scene,
  SITE,
} from './stands.ts';

const repository = (name: string, account = PUBLISHER) => `arn:aws:ecr:eu-west-1:${account}:repository/${name}`;
const parameters = (...names: string[]) =>
  names.map((name) => `arn:aws:ssm:eu-west-1:${PUBLISHER}:parameter${name}`).join();
const bucket = (...names: string[]) => names.map((name) => `arn:aws:s3:::${name}`).join();
const distribution = (id: string) => `arn:aws:cloudfront::${PUBLISHER}:distribution/${id}`;

const SITE_ROLE = {
  Buckets: bucket('shop-site'),
  DeleteObjects: 'true',
  CloudFrontDistributions: distribution('E2EXAMPLE1SHOP'),
};
const siteWorld: Scene['world'] = (world) => {
  Object.assign(world.buckets as object, { 'shop-site': { ...siteBucket, ownership: 'BucketOwnerPreferred' } });
  world.distributions = { E2EXAMPLE1SHOP: { account: PUBLISHER, bucket: 'shop-site', identity: 'oac' } };
};
/** The release before: its pages change, one asset is gone. */
const oldSite: Scene['before'] = async (sandbox) => {
  const owner = s3As(sandbox, OWNER);
  for (const Key of ['index.html', 'about.html', 'assets/style.css', 'assets/app.old.js']) {
    await owner.send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'of the last release' }));
  }
};
/** A bucket of the site's account that lets the publisher upload and list, and CloudFront read. */
const siteBucket = {
  account: SITE,
  policy: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${PUBLISHER}:role/publish` },
        Action: ['s3:PutObject*', 's3:GetObject*', 's3:DeleteObject', 's3:ListBucket', 's3:GetBucket*'],
        Resource: [bucket('shop-site'), `${bucket('shop-site')}/*`],
      },
    ],
  },
};
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
      expect(await read(sandbox, ADMIN, 'v1.2.0/index.html', 'shop-staging')).toBe('<h1>Shop</h1>\n');
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
            value: 'SESSION_SECRET="k9!vR2#pL7$wQ4"\nLOG_LEVEL=info\n',
          },
          '/shop/prod/image': `${PUBLISHER}.dkr.ecr.eu-west-1.amazonaws.com/shop/web@sha256:0`,
        },
      };
    },
    env: async () => ({ AWS_EC2_METADATA_DISABLED: 'false' }),
    files: async () => ({ 'compose.yaml': 'services: { web: { image: "${IMAGE}", env_file: .env } }\n' }),
    // What compose would read, without the secret.
    tools: { docker: 'echo "$@"; stat -c %a .env; sed "s/=.*//" .env' },
    landed: async (_, outcome) => {
      expect(printed(outcome, 0)).toBe('compose up --detach --wait\n600\nSESSION_SECRET\nLOG_LEVEL\nIMAGE\n');
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

  'config-files-for-asg': {
    roles: publisher({ Buckets: bucket('shop-config') }),
    world: (world) => {
      world.buckets = { 'shop-config': { account: PUBLISHER } };
    },
    files: async () => ({
      'config/nginx.conf': 'server {}\n',
      'config/app/settings.toml': 'a = 1\n',
      'start-refresh.sh': SAYS,
    }),
    landed: async (sandbox, outcome) => {
      const { Contents = [] } = await s3As(sandbox, ADMIN).send(new ListObjectsV2Command({ Bucket: 'shop-config' }));
      expect(Contents.map(({ Key }) => Key)).toEqual([
        `releases/${GIT_SHA}/app/settings.toml`,
        `releases/${GIT_SHA}/nginx.conf`,
      ]);
      expect(printed(outcome, 0)).toBe(`start-refresh.sh s3://shop-config/releases/${GIT_SHA}/\n`);
      expect(outcome.steps[0]!.result.exported).toHaveProperty('AWS_SESSION_TOKEN');
    },
  },

  'lambda-image': {
    roles: publisher({ EcrRepositories: repository('shop/resize'), CreateEcrRepositories: 'true' }),
    files: imageFiles,
    tools: { docker: DOCKER, aws: 'echo "$@"' },
    landed: async (sandbox, outcome) => {
      const { outputs } = outcome.steps[0]!.result;
      const pulls = await puller(sandbox, { role: ADMIN });
      // One manifest: no index, no attestation.
      expect(await pulls.pull('shop/resize', 'latest')).toEqual([outputs['image-digest']]);
      expect(printed(outcome, 1)).toContain(`--image-uri ${outputs['image-reference']}`);
    },
  },

  'multi-account-matrix': {
    roles: {
      ...publisher({
        Ref: 'refs/tags/v*',
        NextRoles: `arn:aws:iam::${SITE}:role/deploy,arn:aws:iam::${PRODUCTION}:role/deploy`,
      }),
      [`arn:aws:iam::${SITE}:role/deploy`]: deployRole(SITE, 'eu-west-1', 'staging'),
      [`arn:aws:iam::${PRODUCTION}:role/deploy`]: deployRole(PRODUCTION, 'us-east-1', 'production'),
    },
    as: 'release',
    world: (world) => {
      world.buckets = {
        'shop-staging-static': { account: SITE },
        'shop-production-static': { account: PRODUCTION, region: 'us-east-1' },
      };
      world.keys = { [SITE]: { 'site-key': {} }, [PRODUCTION]: { 'production-key': { region: 'us-east-1' } } };
      world.parameters = {
        [SITE]: {
          '/shop/staging/feature-flags': 'search',
          '/shop/staging/api-key': { type: 'SecureString', key: 'site-key', value: 'key-of-staging' },
        },
        [PRODUCTION]: {
          '/shop/production/feature-flags': { region: 'us-east-1', value: 'search' },
          '/shop/production/api-key': {
            type: 'SecureString',
            key: 'production-key',
            region: 'us-east-1',
            value: 'key-of-production',
          },
        },
      };
    },
    files: async () => ({
      'static/logo.svg': '<svg/>\n',
      'smoke-test.sh': '#!/bin/bash\necho "$FEATURE_FLAGS ${#API_KEY} ${AWS_ACCESS_KEY_ID:-no key}"\n',
    }),
    landed: async (sandbox, outcome) => {
      expect([printed(outcome, 0), printed(outcome, 1)]).toEqual(['search 14 no key\n', 'search 17 no key\n']);
      expect(await read(sandbox, OWNER, 'logo.svg', 'shop-staging-static')).toBe('<svg/>\n');
    },
  },

  'many-repositories': {
    roles: {
      ...publisher({
        ...SITE_ROLE,
        Parameters: parameters('/shop/prod/*'),
        ParameterKmsKeys: `arn:aws:kms:eu-west-1:${PUBLISHER}:key/*`,
      }),
      ...Object.fromEntries(
        [PUBLISHER, SITE].map((account) => {
          const names = ['web', 'api', 'worker'].map((name) => repository(`shop/${name}`, account)).join();
          return [`arn:aws:iam::${account}:role/release-image`, made({ EcrRepositories: names }, account)];
        }),
      ),
    },
    world: (world) => {
      const repositories = { 'shop/web': {}, 'shop/api': {}, 'shop/worker': {} };
      world.ecr = { [PUBLISHER]: { 'eu-west-1': { repositories } }, [SITE]: { 'eu-west-1': { repositories } } };
      const site = world.accounts[SITE];
      if (site) site.oidcProviders = [{ url: world.github.issuer, audiences: ['sts.amazonaws.com'] }];
      siteWorld?.(world);
      world.keys = { [PUBLISHER]: { 'shop-key': {} } };
      world.parameters = {
        [PUBLISHER]: { '/shop/prod/db-url': { type: 'SecureString', key: 'shop-key', value: 'postgres://db' } },
      };
    },
    before: oldSite,
    files: async () => ({ ...(await imageFiles()), 'deploy.sh': '#!/bin/bash\necho "deployed ${#DB_URL}"\n' }),
    tools: { docker: DOCKER, npm: NPM },
    landed: async (sandbox, outcome) => {
      expect(outcome.steps).toHaveLength(8);
      const theirs = await puller(sandbox, { role: OWNER, account: SITE });
      expect(await theirs.digest('shop/worker', GIT_SHA)).toBe(outcome.steps[5]!.result.outputs['image-digest']);
      expect(await read(sandbox, OWNER, 'index.html')).toBe('<h1>Shop</h1>\n');
      expect(outcome.runs.at(-1)?.stdout).toBe('deployed 13\n');
    },
  },
};

/** The second role of a chain, made in its account by who owns that account. */
function deployRole(account: string, region: string, stage: string): Scene['roles'][string] {
  const { policies = {} } = made(
    {
      Buckets: bucket(`shop-${stage}-static`),
      Parameters: `arn:aws:ssm:${region}:${account}:parameter/shop/${stage}/*`,
      ParameterKmsKeys: `arn:aws:kms:${region}:${account}:key/*`,
    },
    account,
    region,
  );
  const Statement = {
    Effect: 'Allow' as const,
    Principal: { AWS: `arn:aws:iam::${PUBLISHER}:role/publish` },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  return { trust: { Version: '2012-10-17', Statement }, policies };
}
