import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { KEYS } from '../../../harness/identity.ts';
import { DEPLOY, ROLE, scene } from '../../../harness/scene.ts';
import { eksWorld, POD_ROLE, writeToken } from './eks.ts';

test('a token file of the environment, with AWS_ROLE_ARN', async () => {
  const it = await scene({ as: 'no-permission', world: eksWorld() });
  const env = { AWS_WEB_IDENTITY_TOKEN_FILE: await writeToken(it), AWS_ROLE_ARN: POD_ROLE };
  const { errors, log } = await it.step({}, { env });
  expect(errors).toEqual([]);
  expect(log).toContain('Signed in as arn:aws:sts::111122223333:assumed-role/pod/');
});

test("a token file of the input wins over GitHub's token, and is relative to the workspace", async () => {
  const it = await scene({ world: eksWorld() });
  await writeToken(it);
  const { log, code } = await it.step({ 'role-to-assume': POD_ROLE, 'web-identity-token-file': 'token' });
  expect(code).toBe(0);
  expect(log).toContain('Identity: web identity token file (web-identity-token-file is given)');
  expect(it.sandbox.log.of('github')).toHaveLength(0);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['is missing', {}, /token cannot be read \(ENOENT\)/],
  ['holds something else', { token: 'password=hunter2' }, /does not hold a JSON web token/],
])('a token file that %s', async (_case, files, message) => {
  const { step } = await scene({ files });
  const { errors, raw } = await step({ 'role-to-assume': ROLE, 'web-identity-token-file': 'token' });
  expect(errors[0]).toMatch(message);
  expect(raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hunter2');
});

test('an expired token file', async () => {
  const it = await scene({ world: eksWorld({ exp: 1_600_000_000 }) });
  await writeToken(it);
  const { errors } = await it.step({ 'role-to-assume': POD_ROLE, 'web-identity-token-file': 'token' });
  expect(errors[0]).toContain('the token in token expired at 2020-09-13T12:26:40.000Z');
});

test('EKS Pod Identity and ECS, then a role', async () => {
  const { sandbox, job, step } = await scene({ as: 'no-permission' });
  Object.assign(job.env, sandbox.containerEnv());
  const alone = await step({});
  expect(alone.log).toContain('Identity: the container (EKS Pod Identity, ECS or CodeBuild) (no role is given)');
  expect(alone.outputs['authenticated-arn']).toContain(':assumed-role/runner/eks-cluster-runner-pod');
  const chained = await step({ 'role-to-assume': DEPLOY, 'credentials-source': 'ambient' });
  expect(chained.outputs['aws-account-id']).toBe('444455556666');
});

test("an EC2 instance profile; its name is not its role's, and a notice says so", async () => {
  const { step } = await scene({ as: 'no-permission', env: { AWS_EC2_METADATA_DISABLED: 'false' } });
  const { log, notices, errors } = await step({});
  expect(errors).toEqual([]);
  expect(log).toContain('Signed in as arn:aws:sts::111122223333:assumed-role/runner/i-0abcd1234ef567890');
  expect(notices[0]).toContain('instance profile is named runner-profile, the role in it runner');
});

test("role-chaining: an earlier step's credentials, though the job has id-token: write", async () => {
  const { sandbox, step } = await scene();
  await step();
  sandbox.log.clear();
  const { log, code } = await step({ 'role-to-assume': DEPLOY, 'role-chaining': 'true' });
  expect(code).toBe(0);
  expect(log).toContain('Identity: the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  expect(sandbox.log.of('github')).toHaveLength(0);
});

test('long-lived keys of the environment work, with a warning; a bare role name is in their account', async () => {
  const world = {
    accounts: {
      '111122223333': {
        roles: {
          inside: {
            trust: {
              Statement: {
                Effect: 'Allow',
                Principal: { AWS: '111122223333' },
                Action: ['sts:AssumeRole', 'sts:TagSession'],
              },
            },
          },
        },
      },
    },
  };
  const { step } = await scene({ as: 'no-permission', env: KEYS, world });
  const { warnings, outputs, errors } = await step({ 'role-to-assume': 'inside', 'credentials-source': 'ambient' });
  expect(errors).toEqual([]);
  expect(warnings[0]).toContain('long-lived access key');
  expect(outputs['authenticated-arn']).toContain('111122223333:assumed-role/inside/');
});

test('use-existing-credentials: what works is used, what does not is replaced', async () => {
  const { sandbox, step } = await scene({ env: KEYS });
  const used = await step({ 'role-to-assume': ROLE, 'use-existing-credentials': 'true' });
  expect(used.outputs['authenticated-arn']).toBe('arn:aws:iam::111122223333:user/keyholder');
  expect(used.exported).toEqual({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
  expect(sandbox.log.of('github')).toHaveLength(0);
  const replaced = await step(
    { 'role-to-assume': ROLE, 'use-existing-credentials': 'true' },
    { env: { AWS_ACCESS_KEY_ID: 'AKIANOBODY' } },
  );
  expect(replaced.outputs['authenticated-arn']).toContain(':assumed-role/publish/');
  expect(replaced.exported.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
});

test.each([
  ['no role is given', { 'credentials-source': 'ambient' }],
  ['what is there is used', { 'role-to-assume': ROLE, 'use-existing-credentials': 'true' }],
])('a session policy that would narrow nothing is refused: %s', async (_case, inputs) => {
  const { step } = await scene({ env: KEYS });
  const policy = { 'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
  const { code, errors, exported } = await step({ ...inputs, ...policy });
  expect(errors).toEqual([
    expect.stringContaining('Input managed-session-policies: session policies are given, but no role is assumed'),
  ]);
  expect([code, exported]).toEqual([1, {}]);
});

test.each([
  ['credentials-source', 'github-oidc', 'Input role-to-assume: it is empty, and a token needs a role'],
  ['credentials-source', 'token-file', 'Input role-to-assume: it is empty, and a token needs a role'],
])('%s: %s without a role', async (name, value, problem) => {
  const { step } = await scene();
  expect((await step({ [name]: value })).errors).toEqual([expect.stringContaining(problem)]);
});

test('credentials-source: token-file without a file', async () => {
  const { step } = await scene();
  const { errors } = await step({ 'role-to-assume': ROLE, 'credentials-source': 'token-file' });
  expect(errors).toEqual([expect.stringContaining('Input web-identity-token-file: no token file is given')]);
});

test('a profile whose program never ends: the step ends when it is told to', async () => {
  const { job, step } = await scene({
    as: 'no-permission',
    files: { 'aws-config': '[profile slow]\ncredential_process = sh -c "touch begun; sleep 20"\n' },
    env: { AWS_PROFILE: 'slow', ...KEYS },
  });
  const config = { AWS_CONFIG_FILE: join(job.workspace, 'aws-config') };
  const { code, log, errors } = await step(
    { 'credentials-source': 'ambient' },
    {
      env: config,
      started: (child) => {
        const begun = setInterval(() => {
          if (!existsSync(join(job.workspace, 'begun'))) return;
          clearInterval(begun);
          child.kill('SIGINT');
        }, 20).unref();
      },
    },
  );
  expect(log).toContain('Identity: the profile slow');
  expect(errors).toEqual([expect.stringContaining('the step was cancelled (SIGINT)')]);
  expect(code).toBe(1);
});

test('unset-current-credentials: keys of the environment are not looked at', async () => {
  const { sandbox, job, step } = await scene({ as: 'no-permission', env: KEYS });
  Object.assign(job.env, sandbox.containerEnv());
  const { log, exported, post } = await step({
    'unset-current-credentials': 'true',
    'output-env-credentials': 'false',
  });
  expect(log).toContain('Identity: the container');
  expect(exported).toEqual({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' });
  await post();
  expect(job.env).toMatchObject(KEYS);
});

test('session policies and tags reach STS', async () => {
  const { sandbox, step } = await scene();
  const { code, errors } = await step({
    'role-to-assume': `${ROLE}\n${DEPLOY}`,
    'inline-session-policy':
      '{\n "Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}\n}',
    'custom-tags': '{"team": "shop"}',
    'transitive-tag-keys': 'team\nRepository',
  });
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  const [first] = sandbox.log.of('sts', 'AssumeRoleWithWebIdentity');
  expect(first?.params.sessionPolicies).toBeUndefined();
  const [second] = sandbox.log.of('sts', 'AssumeRole');
  expect(second?.params).toMatchObject({ sessionPolicies: 1, transitive: ['team', 'repository'] });
  expect(second?.params.tags).toMatchObject({ team: 'shop', Repository: 'octo-org/shop' });
});

test('special-characters-workaround is bounded and ends in a plain key', async () => {
  const { step } = await scene();
  const { code, exported } = await step({ 'role-to-assume': ROLE, 'special-characters-workaround': 'true' });
  expect(code).toBe(0);
  expect(exported.AWS_SECRET_ACCESS_KEY).toMatch(/^[A-Za-z0-9]+$/);
});
