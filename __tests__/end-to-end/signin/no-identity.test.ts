import { expect, test } from '@jest/globals';
import { DEPLOY, ROLE, scene } from '../../../harness/scene.ts';

const pullRequest = (head: string | null, base: string) =>
  JSON.stringify({
    pull_request: { head: { repo: head ? { full_name: head } : null }, base: { repo: { full_name: base } } },
  });

test('id-token: write is missing: one sentence, nothing sent', async () => {
  const { sandbox, step } = await scene({ as: 'no-permission' });
  const { code, errors, exported } = await step();
  expect(code).toBe(1);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain('the job has no permission to ask GitHub for an id token: id-token: write is missing.');
  expect(errors[0]).toContain('permissions:\n         id-token: write');
  expect(errors[0]).toContain("in a reusable workflow, the caller's job must grant id-token: write as well");
  expect(sandbox.log.entries).toEqual([]);
  expect(exported).toEqual({});
});

test.each<[string, string | null]>([
  ['a fork', 'mallory/shop'],
  ['a fork that is gone', null],
])('a pull request from %s', async (_case, head) => {
  const { job, step } = await scene({ as: 'fork', files: { 'event.json': pullRequest(head, 'octo-org/shop') } });
  const { errors } = await step(undefined, { env: { GITHUB_EVENT_PATH: `${job.workspace}/event.json` } });
  expect(errors[0]).toContain('this pull request comes from a fork');
  expect(errors[0]).toContain('github.event.pull_request.head.repo.full_name == github.repository');
});

test('a pull request of the repository itself is not from a fork', async () => {
  const files = { 'event.json': pullRequest('octo-org/shop', 'octo-org/shop') };
  const { job, step } = await scene({ as: 'no-permission', files });
  const { errors } = await step(undefined, { env: { GITHUB_EVENT_PATH: `${job.workspace}/event.json` } });
  expect(errors[0]).toContain('id-token: write is missing');
});

test('Dependabot', async () => {
  const { step } = await scene({ as: 'no-permission', env: { GITHUB_ACTOR: 'dependabot[bot]' } });
  expect((await step()).errors[0]).toContain('the job was started by Dependabot');
});

test.each(['GITEA_ACTIONS', 'FORGEJO_ACTIONS', 'ACT'])(
  'a runner that is not GitHub (%s): no permission is asked for',
  async (variable) => {
    const { step } = await scene({ as: 'no-permission', env: { [variable]: 'true' } });
    const { errors } = await step();
    expect(errors[0]).toContain('which gave it none');
    expect(errors[0]).not.toContain('id-token: write');
    expect(errors[0]?.includes('enable-openid-connect: true')).toBe(variable !== 'ACT');
  },
);

test.each(['publish', 'no-permission'])('an empty role (%s)', async (as) => {
  const { sandbox, step } = await scene({ as });
  const { errors } = await step({ 'role-to-assume': '' });
  expect(errors[0]).toContain('Input role-to-assume: it is empty, and this machine has no identity of its own');
  expect(errors[0]).toContain('a secret or variable that does not exist gives an empty string');
  expect(sandbox.log.entries).toEqual([]);
});

test("github-oidc is asked for, and there is a machine's own role: it is not used instead", async () => {
  const { sandbox, job, step } = await scene({ as: 'no-permission' });
  Object.assign(job.env, sandbox.containerEnv());
  const { errors } = await step({ 'role-to-assume': ROLE, 'credentials-source': 'github-oidc' });
  expect(errors[0]).toContain('id-token: write is missing');
  expect(sandbox.log.entries).toEqual([]);
});

test('no permission on a machine with a role of its own: the log says who asked', async () => {
  const { sandbox, step } = await scene({ as: 'no-permission', env: { AWS_EC2_METADATA_DISABLED: 'false' } });
  const { errors, log, notices } = await step();
  expect(notices[0]).toContain('instance profile is named runner-profile, the role in it runner');
  expect(errors[0]).toContain(`sts:AssumeRole of ${ROLE} by arn:aws:iam::111122223333:role/runner was refused`);
  expect(sandbox.log.of('imds').length).toBeGreaterThan(0);
  expect(log).not.toContain('Signed in as');
  const allowed = await step({ 'role-to-assume': DEPLOY });
  expect(allowed.log).toContain('the job has no id-token: write, and there is no web identity token file');
});

test('all wrong inputs at once, and nothing is sent', async () => {
  const { sandbox, step } = await scene();
  const { errors, code } = await step({
    'aws-region': 'Frankfurt',
    'role-to-assume': 'arn:aws:iam::111122223333:instance-profile/runner-profile\npublish\narn:aws:iam::1111:role/x',
    'role-duration-seconds': '60',
    'role-session-name': 'a b',
    'allowed-account-ids': '1111-2222-3333',
    'inline-session-policy': '{"oops',
    'custom-tags': '{"repository": "x"}',
    'credentials-source': 'magic',
    'output-credentials': 'yes',
    'sts-endpoint': 'sts',
  });
  expect(code).toBe(1);
  const all = errors.join('\n');
  for (const part of [
    '"Frankfurt" is not a region',
    'line 1: "arn:aws:iam::111122223333:instance-profile/runner-profile" is an instance profile',
    'line 2: "publish" is not the ARN of a role',
    'line 3: "arn:aws:iam::1111:role/x" is not the ARN of a role',
    '"60" is not accepted',
    '"a b" is not a session name',
    '"1111-2222-3333" is not an account id',
    'Input inline-session-policy: it is not in the accepted form',
    'the tag "repository" is given twice, or is one that this action sets',
    '"magic" is not accepted',
    '"yes" is not a boolean',
    '"sts" is not an endpoint',
  ]) {
    expect(all).toContain(part);
  }
  expect(sandbox.log.entries).toEqual([]);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['no region', { 'aws-region': '' }, /no region is given/],
  [
    "a partition that is not the region's",
    { 'aws-region': 'cn-north-1' },
    /in partition aws, but the region is in aws-cn/,
  ],
  [
    'a chain of more than an hour',
    { 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'role-duration-seconds': '7200' },
    /too long for a chain/,
  ],
])('%s', async (_case, inputs, message) => {
  const { sandbox, step, job } = await scene();
  if (inputs['aws-region'] === '') delete job.env.AWS_REGION;
  expect((await step({ 'role-to-assume': ROLE, ...inputs })).errors.join('\n')).toMatch(message);
  expect(sandbox.log.entries).toEqual([]);
});

test('an access key as input gets the keyless way, and is not quoted', async () => {
  const { step } = await scene();
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const env = { 'INPUT_AWS-ACCESS-KEY-ID': 'AKIAIOSFODNN7EXAMPLE', 'INPUT_AWS-SECRET-ACCESS-KEY': secret };
  const { errors, raw } = await step({}, { env });
  expect(errors[0]).toContain('Input aws-access-key-id: there are no inputs for access keys');
  expect(errors[0]).toContain('id-token: write');
  expect(raw).not.toContain(secret);
});
