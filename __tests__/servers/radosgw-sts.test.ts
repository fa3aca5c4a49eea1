import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startJob } from '../../harness/runner.ts';
import { contract } from '../contract/contract.ts';
import { STS_SENTENCES, type StsGround } from '../contract/sts.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import { type Radosgw, startRadosgw } from './radosgw.ts';

const TENANT = '111111111111';
const roleArn = (name: string) => `arn:aws:iam::${TENANT}:role/${name}`;

let servers: { radosgw: Radosgw; issuer: Issuer };

beforeAll(async () => {
  const [radosgw, issuer] = await Promise.all([startRadosgw(), startIssuer()]);
  servers = { radosgw, issuer };
  const keys = await radosgw.createUser('admin', { tenant: TENANT, caps: 'roles=*;oidc-provider=*;user-policy=*' });
  const host = issuer.url.replace('http://', '');
  await radosgw.iam(keys, 'CreateOpenIDConnectProvider', {
    Url: issuer.url,
    'ClientIDList.member.1': 'sts.amazonaws.com',
    'ThumbprintList.member.1': issuer.thumbprint,
  });
  const conditions = {
    'by-sub': { StringEquals: { [`${host}:sub`]: 'repo:octo-org/shop:ref:refs/heads/main' } },
    'by-pattern': { StringLike: { [`${host}:sub`]: 'repo:octo-org/*' } },
  };
  for (const [name, Condition] of Object.entries(conditions)) {
    const Principal = { Federated: [`arn:aws:iam::${TENANT}:oidc-provider/${host}`] };
    const statement = { Effect: 'Allow', Principal, Action: ['sts:AssumeRoleWithWebIdentity'], Condition };
    await radosgw.iam(keys, 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    });
  }
}, 120_000);

afterAll(async () => {
  servers?.issuer.stop();
  await servers?.radosgw.stop();
});

contract<StsGround>(STS_SENTENCES, {
  name: 'radosgw',
  start: async () => ({
    endpoint: servers.radosgw.url,
    roleArn,
    token: servers.issuer.token,
    stop: () => {},
  }),
  laxer: { 'the session is who it says it is': 'it has no GetCallerIdentity' },
});

const now = () => Math.floor(Date.now() / 1000);

/** What the shipped action says of each token: radosgw's own text is empty, and its only code is AccessDenied. */
test.each<[string, Record<string, unknown>, { foreignKey?: boolean }, string]>([
  ['another audience', { aud: 'elsewhere' }, {}, 'by-sub'],
  ['expired', { exp: now() - 600, iat: now() - 900, nbf: now() - 900 }, {}, 'by-sub'],
  ['not valid yet', { nbf: now() + 3_000, iat: now() + 3_000, exp: now() + 3_600 }, {}, 'by-sub'],
  ['signed by another key', {}, { foreignKey: true }, 'by-sub'],
  ['of an unknown issuer', { iss: 'https://elsewhere.example' }, {}, 'by-sub'],
  ['with another sub', { sub: 'repo:octo-org/shop:pull_request' }, {}, 'by-sub'],
  ['that StringLike does not match', { sub: 'repo:elsewhere/shop:ref:refs/heads/main' }, {}, 'by-pattern'],
])(
  'the shipped action, refused by radosgw for a token %s, says what the token holds',
  async (_case, claims, how, role) => {
    const { code, errors, exported } = await step(servers.issuer.env(claims, how), role);
    expect(code).toBe(1);
    expect(errors[0]).toContain(`sts:AssumeRoleWithWebIdentity of ${roleArn(role)} was refused with AccessDenied`);
    expect(errors[0]).toContain(`sub              ${claims.sub ?? 'repo:octo-org/shop:ref:refs/heads/main'}`);
    expect(exported).toEqual({});
  },
);

test.each(['by-sub', 'by-pattern'])("the shipped action signs in to radosgw's role %s", async (role) => {
  const { code, errors, exported, outputs } = await step(servers.issuer.env(), role);
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(outputs['aws-account-id']).toBe(TENANT);
  expect(exported.AWS_SESSION_TOKEN).toBeTruthy();
});

async function step(env: Record<string, string>, role: string) {
  const job = startJob({ env: { ...env, AWS_ENDPOINT_URL: servers.radosgw.url, AWS_REGION: 'us-east-1' } });
  try {
    return await job.step({ 'role-to-assume': roleArn(role) });
  } finally {
    job.end();
  }
}
