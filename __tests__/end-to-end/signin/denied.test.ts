import { expect, test } from '@jest/globals';
import { KEYS } from '../../../harness/identity.ts';
import { DEPLOY, scene as patientScene, ROLE, type SceneOptions } from '../../../harness/scene.ts';
import type { GithubJob } from '../../../sandbox/world.ts';
import { policiesIn } from './scene.ts';

const GITHUB = 'token.actions.githubusercontent.com';
const ACCOUNT = '111122223333';
/** What a denial says is looked at, not how often it is tried. */
async function scene(options?: SceneOptions) {
  const { step, ...rest } = await patientScene(options);
  const once: typeof step = (inputs = { 'role-to-assume': ROLE }, more) =>
    step({ 'disable-retry': 'true', ...inputs }, more);
  return { ...rest, step: once };
}

const SHOP = { repository: 'octo-org/shop' };

/** A job of the world named `it`. */
const as = (job: GithubJob) => ({ as: 'it', world: { github: { jobs: { it: job } } } });

test.each<[string, GithubJob, RegExp]>([
  ['an environment', { ...SHOP, environment: 'production' }, /environment: production.*ref:refs\/heads.*never match/],
  ['an environment with a colon', { ...SHOP, environment: 'prod:eu' }, /%3A/],
  [
    'a pull request',
    { ...SHOP, event: 'pull_request', ref: 'refs/pull/7/merge' },
    /pull request, whose sub names no branch/,
  ],
  ['a new or renamed repository', { ...SHOP, immutableSub: true }, /immutable sub/],
  ['another letter case', { repository: 'Octo-Org/Shop' }, /has capitals/],
  ['a customised sub', { ...SHOP, claims: { sub: 'job_workflow_ref:octo-org/ci/x.yml' } }, /customised/],
  [
    'a customised sub of a job that calls a reusable workflow',
    {
      ...SHOP,
      claims: {
        sub: 'repository_owner:octo-org',
        job_workflow_ref: 'octo-org/ci/.github/workflows/x.yml@refs/heads/main',
      },
    },
    /customised/,
  ],
  [
    "a runner of the user's own",
    { repository: 'octo-org/other', claims: { runner_environment: 'self-hosted' } },
    /trusts the machine .* credentials-source: ambient/,
  ],
  ['a tag', { ...SHOP, ref: 'refs/tags/v1.2.0' }, /StringLike/],
  [
    'a branch with the beginning of a policy variable',
    { ...SHOP, ref: 'refs/heads/${x' },
    /does not accept this token/,
  ],
])('%s: the message says why, and its trust policy makes the step pass', async (_case, job, cause) => {
  const { sandbox, step } = await scene(as(job));
  const denied = await step();
  expect(denied.code).toBe(1);
  expect(denied.exported).toEqual({});
  const [message = ''] = denied.errors;
  expect(message).toContain(`sts:AssumeRoleWithWebIdentity of ${ROLE} was refused with AccessDenied (HTTP 403)`);
  expect(message).toMatch(cause);
  expect(message).toContain(`sub              ${sandbox.log.of('sts')[0]?.params.sub}`);

  const policies = policiesIn(message);
  expect(policies).toHaveLength(1);
  sandbox.world.accounts[ACCOUNT]!.roles!.publish!.trust = policies[0]!;
  const { code, errors } = await step();
  expect(errors).toEqual([]);
  expect(code).toBe(0);
});

test('a reusable workflow: both printed policies make the step pass', async () => {
  const called = 'octo-org/ci/.github/workflows/publish.yml@refs/tags/v1';
  const { sandbox, step } = await scene(as({ repository: 'octo-org/other', claims: { job_workflow_ref: called } }));
  const [message = ''] = (await step()).errors;
  const policies = policiesIn(message);
  expect(policies).toHaveLength(2);
  for (const policy of policies) {
    sandbox.world.accounts[ACCOUNT]!.roles!.publish!.trust = policy;
    expect((await step()).code).toBe(0);
  }
  expect(JSON.stringify(policies[1])).toContain(called);
});

test.each<[string, string]>([
  ['StringEquals with an asterisk', 'repo:octo-org/shop:*'],
  ['another branch', 'repo:octo-org/shop:ref:refs/heads/release'],
])('%s in the policy: refused, and the printed one is taken', async (_case, sub) => {
  const condition = { StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:sub`]: sub } };
  const { sandbox, step } = await scene({
    world: (world) => {
      const statement = world.accounts[ACCOUNT]!.roles!.publish!.trust.Statement as { Condition: object }[];
      statement[0]!.Condition = condition;
    },
  });
  const [message = ''] = (await step()).errors;
  expect(message).toContain('A * in the policy needs StringLike');
  sandbox.world.accounts[ACCOUNT]!.roles!.publish!.trust = policiesIn(message)[0]!;
  expect((await step()).code).toBe(0);
});

test("an enterprise issuer: provider and condition keys of the printed policy are that issuer's", async () => {
  const issuer = `https://${GITHUB}/octo`;
  const { sandbox, step } = await scene({
    world: (world) => {
      world.github.issuer = issuer;
      world.accounts[ACCOUNT]!.oidcProviders = [{ url: issuer, audiences: ['sts.amazonaws.com'] }];
    },
  });
  const [message = ''] = (await step()).errors;
  expect(message).toContain(`oidc-provider/${GITHUB}/octo`);
  sandbox.world.accounts[ACCOUNT]!.roles!.publish!.trust = policiesIn(message)[0]!;
  expect((await step()).code).toBe(0);
});

test('no provider in the account: the command that makes it', async () => {
  const { step } = await scene({ world: { accounts: { [ACCOUNT]: { oidcProviders: [] } } } });
  const { errors, code } = await step();
  expect(code).toBe(1);
  expect(errors[0]).toContain(
    `account ${ACCOUNT} has no identity provider arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}`,
  );
  expect(errors[0]).toContain(
    `create-open-id-connect-provider --url https://${GITHUB} --client-id-list sts.amazonaws.com`,
  );
});

test('a wrong audience: which one was sent, and what is usual', async () => {
  const { sandbox, step } = await scene();
  const { errors } = await step({ 'role-to-assume': ROLE, audience: 'https://example.com' });
  expect(errors[0]).toContain('the audience of the token is https://example.com');
  expect(errors[0]).toContain('leave the input audience out: its default in this region is sts.amazonaws.com');
  expect(sandbox.log.of('sts')).toHaveLength(1);
});

test("a duration over the role's maximum", async () => {
  const { sandbox, step } = await scene();
  const { errors } = await step({ 'role-to-assume': ROLE, 'role-duration-seconds': '43200' });
  expect(errors[0]).toMatch(/43200, more than the maximum session duration of the role/);
  expect(errors[0]).toContain('aws iam update-role --role-name publish --max-session-duration 43200');
  expect(sandbox.log.of('sts')).toHaveLength(1);
});

test('the second role of a chain: both sides are printed, and make the step pass', async () => {
  const { sandbox, step } = await scene({
    world: (world) => {
      delete world.accounts[ACCOUNT]!.roles!.publish!.policies!.chain;
      world.accounts['444455556666']!.roles!.deploy!.trust.Statement = [];
    },
  });
  const inputs = { 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'role-external-id': 'shop-1' };
  const [message = ''] = (await step(inputs)).errors;
  expect(message).toContain(`sts:AssumeRole of ${DEPLOY} by ${ROLE} was refused with AccessDenied`);
  expect(message).toContain(
    'both sides must allow it: the caller in account 111122223333, and the role in account 444455556666',
  );
  const [identity, trust] = policiesIn(message);
  (sandbox.world.accounts[ACCOUNT]!.roles!.publish!.policies as Record<string, unknown>).chain = identity;
  expect((await step(inputs)).code).toBe(1);
  sandbox.world.accounts['444455556666']!.roles!.deploy!.trust = trust!;
  expect((await step(inputs)).errors).toEqual([]);
});

test('an external id that the trust policy demands', async () => {
  const { step } = await scene({
    world: (world) => {
      const statement = world.accounts['444455556666']!.roles!.deploy!.trust.Statement as { Condition?: object }[];
      statement[0]!.Condition = { StringEquals: { 'sts:ExternalId': 'shop-1' } };
    },
  });
  const roles = `${ROLE}\n${DEPLOY}`;
  expect((await step({ 'role-to-assume': roles })).errors[0]).toContain('give role-external-id');
  expect((await step({ 'role-to-assume': roles, 'role-external-id': 'other' })).errors[0]).toContain(
    'must equal the one',
  );
  const right = await step({
    'role-to-assume': roles,
    'role-external-id': 'shop-1',
    'role-skip-session-tagging': 'true',
  });
  expect(right.code).toBe(0);
});

test('tags that nobody asked for do not fail a sign-in', async () => {
  const { step } = await scene({
    world: (world) => {
      const statement = world.accounts['444455556666']!.roles!.deploy!.trust.Statement as { Action: string }[];
      statement[0]!.Action = 'sts:AssumeRole';
    },
  });
  const untagged = await step({ 'role-to-assume': `${ROLE}\n${DEPLOY}` });
  expect(untagged.code).toBe(0);
  expect(untagged.log).toContain('may not be assumed with session tags (AccessDenied): trying without');
  const asked = await step({ 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'custom-tags': '{"team":"shop"}' });
  expect(asked.errors[0]).toContain('sts:TagSession on both sides');
});

test.each<[string, object, Record<string, string>, RegExp]>([
  ['the region is off', { code: 'RegionDisabledException', status: 403 }, {}, /STS is turned off in eu-west-1/],
  ['a packed policy is too large', { code: 'PackedPolicyTooLarge', status: 400 }, {}, /shorten inline-session-policy/],
  ['a claim is refused', { code: 'IDPRejectedClaim', status: 403 }, {}, /refused a claim/],
  [
    'an ARN that STS finds wrong',
    { code: 'ValidationError', status: 400, message: 'Request ARN is invalid' },
    {},
    /AWS says: Request ARN is invalid/,
  ],
])('%s: said at once, after one call', async (_case, fault, inputs, message) => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'status', service: 'sts', ...fault });
  const { errors, code } = await step({ 'role-to-assume': ROLE, ...inputs });
  expect(code).toBe(1);
  expect(errors[0]).toMatch(message);
  expect(sandbox.log.of('sts')).toHaveLength(1);
});

test('a role of another account than the one that is allowed: nothing is sent, nothing exported', async () => {
  const { sandbox, step } = await scene();
  const { errors, exported } = await step({ 'role-to-assume': ROLE, 'allowed-account-ids': '444455556666' });
  expect(errors[0]).toContain('account 111122223333, which allowed-account-ids does not list');
  expect(sandbox.log.entries).toEqual([]);
  expect(exported).toEqual({});
});

test('an ambient identity in another account than the one that is allowed: nothing is exported', async () => {
  const { job, step, sandbox } = await scene({ as: 'no-permission' });
  Object.assign(job.env, sandbox.containerEnv());
  const { errors, exported, outputs } = await step({ 'allowed-account-ids': '444455556666, 999988887777' });
  expect(errors[0]).toContain('signed in to account 111122223333, which is not allowed here');
  expect(exported).toEqual({});
  expect(outputs).not.toHaveProperty('aws-account-id');
});

test('a clock that is off: corrected by the date of AWS, for a role and for what is used as it is', async () => {
  const { sandbox, step } = await patientScene({ as: 'no-permission', env: KEYS });
  for (const minutes of [10, -60]) {
    sandbox.clock.skew(minutes * 60_000);
    expect((await step({ 'role-to-assume': DEPLOY })).errors).toEqual([]);
    expect((await step({})).errors).toEqual([]);
  }
});
