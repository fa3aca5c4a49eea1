import { expect } from '@jest/globals';
import { puller } from '../../harness/puller.ts';
import { read } from '../end-to-end/objects/scene.ts';
import { bucket, oldSite, parameters, repository, SITE_ROLE, siteWorld } from './shop.ts';
import {
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
  type Scene,
  SITE,
} from './stands.ts';

/** Examples with several repositories or accounts. */
export const SCENES_OF_MANY: Readonly<Record<string, Scene>> = {
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
      expect(await read(sandbox, OWNER, { bucket: 'shop-staging-static', key: 'logo.svg' })).toBe('<svg/>\n');
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
      siteWorld(world);
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
