import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { DEPLOY, ROLE, scene } from '../../../harness/scene.ts';
import { eksWorld, POD_ROLE, writeToken } from './eks.ts';

/** A pod of EKS with a role of its own (IRSA), which may assume a role of another account. */
async function irsa() {
  const it = await scene({ as: 'no-permission', world: eksWorld() });
  Object.assign(it.job.env, { AWS_WEB_IDENTITY_TOKEN_FILE: await writeToken(it), AWS_ROLE_ARN: POD_ROLE });
  return it;
}

test("IRSA and a role of another account: the pod's role first, and the log says so", async () => {
  const { sandbox, step } = await irsa();
  const { errors, outputs, log } = await step({ 'role-to-assume': DEPLOY });
  expect(errors).toEqual([]);
  expect(log).toContain(`the step signs in as ${POD_ROLE} (AWS_ROLE_ARN), which then assumes role-to-assume`);
  expect(outputs).toMatchObject({ 'aws-account-id': '444455556666', 'role-arn': DEPLOY, 'aws-region': 'eu-west-1' });
  expect(sandbox.log.of('sts').map(({ action }) => action)).toEqual(['AssumeRoleWithWebIdentity', 'AssumeRole']);
});

test('IRSA, a role of another account and refresh-credentials: held, though the variables of the pod are emptied', async () => {
  const { job, step } = await irsa();
  const { errors, exported } = await step({ 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' });
  expect(errors).toEqual([]);
  // boto3 and the aws CLI look at the token file before a profile's program.
  expect(exported.AWS_WEB_IDENTITY_TOKEN_FILE).toBe('');
  const config = readFileSync(exported.AWS_CONFIG_FILE ?? '', 'utf8');
  const command = /credential_process = (.*)/.exec(config)?.[1] ?? '';
  const { code, stderr } = await job.run('sh', ['-c', command]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test("IRSA and a role that the pod's role may not assume: the denial names both ways", async () => {
  const { step } = await irsa();
  const { errors } = await step({ 'role-to-assume': ROLE, 'disable-retry': 'true' });
  expect(errors[0]).toContain(`sts:AssumeRole of ${ROLE} by ${POD_ROLE} was refused`);
  expect(errors[0]).toContain('The other way: credentials-source: token-file asks for the role with the token itself');
});

test('IRSA without a role: later steps find it themselves', async () => {
  const { step } = await irsa();
  const { outputs, exported } = await step({});
  expect(outputs['authenticated-arn']).toContain(':assumed-role/pod/');
  expect(exported).toEqual({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
});

test.each<[string, Record<string, string>, string]>([
  [
    'an SSO session that nobody began',
    { AWS_PROFILE: 'sso' },
    'the profile sso (AWS_PROFILE): nobody has signed in to its SSO session: run aws sso login',
  ],
  [
    'a program that fails',
    { AWS_PROFILE: 'program' },
    'the profile program (AWS_PROFILE): its program (credential_process) ended with an error',
  ],
  [
    'a secret that was stored with the line end of its file',
    { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'hunter2\n' },
    'AWS_SECRET_ACCESS_KEY has a line break or a space in it: store the secret anew',
  ],
  [
    'an agent that is not there',
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' },
    'the container (EKS Pod Identity, ECS or CodeBuild): ',
  ],
  [
    'an address that is not of an agent',
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://evil.example/' },
    'CodeBuild): evil.example: plain HTTP to this host is not allowed',
  ],
  [
    'a path of an agent that a host would be made of',
    { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: 'v2/credentials/x' },
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a /',
  ],
  [
    'a metadata service without a scheme',
    { AWS_EC2_METADATA_DISABLED: '', AWS_EC2_METADATA_SERVICE_ENDPOINT: '169.254.169.254' },
    'the EC2 instance profile: AWS_EC2_METADATA_SERVICE_ENDPOINT is not a URL',
  ],
])('%s is the reason that is told, and no other source is tried', async (_case, env, reason) => {
  const { job, step } = await scene({ as: 'no-permission', env });
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(
    `${job.env.HOME}/.aws/config`,
    '[profile sso]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = x\n[profile program]\ncredential_process = sh -c "echo hunter2 >&2; exit 1"\n',
  );
  const { code, errors, raw } = await step({ 'role-to-assume': DEPLOY, 'retry-max-attempts': '2' });
  expect(code).toBe(1);
  expect(errors).toEqual([expect.stringContaining(reason)]);
  expect(errors[0]).not.toContain('id-token: write is missing');
  expect(raw).not.toContain('hunter2');
});

test.each([
  ['/no/such/ca.pem', /^Variable AWS_CA_BUNDLE: the file \/no\/such\/ca.pem cannot be read/],
  ['package.json', /^Variable AWS_CA_BUNDLE: the file \S+ holds no certificate in PEM/],
])('AWS_CA_BUNDLE that names %s ends the step before anything is sent', async (file, told) => {
  const { step, sandbox } = await scene({ env: { AWS_CA_BUNDLE: file.startsWith('/') ? file : resolve(file) } });
  const { errors, code } = await step();
  expect({ errors, code }).toEqual({ errors: [expect.stringMatching(told)], code: 1 });
  expect(sandbox.log.of('sts')).toEqual([]);
});

test('an unknown AWS_PROFILE together with valid keys: what was tried, in order, and what each answered', async () => {
  const env = { AWS_PROFILE: 'dev', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
  const { job, step } = await scene({ as: 'no-permission', env });
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(`${job.env.HOME}/.aws/config`, '[profile other]\nregion = eu-west-1\n');
  const { errors } = await step({ 'role-to-assume': DEPLOY });
  const tried = /- the keys in.*\n.*- the profile dev.*\n.*- the web identity.*\n.*- the container.*\n.*- the EC2/;
  expect(errors[0]).toMatch(tried);
  expect(errors[0]).toContain('skipped, because AWS_PROFILE names a profile');
  expect(errors[0]).toContain('there are other');
});

test('a profile without credentials, and IMDS serves: the log names IMDS', async () => {
  const env = { AWS_PROFILE: 'dev', AWS_EC2_METADATA_DISABLED: 'false' };
  const { job, step } = await scene({ as: 'no-permission', env });
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(`${job.env.HOME}/.aws/config`, '[profile dev]\nregion = eu-west-1\n');
  const { log, errors } = await step({});
  expect(errors).toEqual([]);
  expect(log).toContain('Identity: the EC2 instance profile (no role is given)');
  expect(log).not.toContain('Identity: the profile dev');
});

test.each<[string, Parameters<Awaited<ReturnType<typeof scene>>['sandbox']['faults']['add']>[0]]>([
  ['500', { kind: 'status', service: 'imds', status: 500, times: 3 }],
  ['429', { kind: 'status', service: 'imds', status: 429, times: 2 }],
  ['a reset', { kind: 'reset', service: 'imds', times: 2 }],
  ['half an answer', { kind: 'truncate', service: 'imds', action: 'GetMetadata', times: 2 }],
])('IMDS answers %s for a moment: asked again', async (_case, fault) => {
  const { sandbox, step } = await scene({ as: 'no-permission', env: { AWS_EC2_METADATA_DISABLED: 'false' } });
  sandbox.faults.add(fault);
  const { code, errors } = await step({});
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
});

test('mask-aws-account-id hides every id before the first line that may hold it', async () => {
  const { sandbox, step } = await scene();
  sandbox.world.accounts['111122223333']!.roles!.publish!.trust.Statement = [];
  const inputs = { 'mask-aws-account-id': 'true', 'disable-retry': 'true' };
  const denied = await step({ ...inputs, 'role-to-assume': `${ROLE}\n${DEPLOY}` });
  expect(denied.code).toBe(1);
  const wrong = await step({ ...inputs, 'role-to-assume': ROLE, 'allowed-account-ids': '444455556666' });
  expect(wrong.code).toBe(1);
  for (const { log, errors } of [denied, wrong])
    expect(log + errors.join('\n')).not.toMatch(/111122223333|444455556666/);
});

test('an older name of a region that says FIPS is taken as the SDKs take it', async () => {
  const { step } = await scene();
  const { outputs, exported, errors } = await step({ 'aws-region': 'us-east-1-fips', 'role-to-assume': ROLE });
  expect(errors).toEqual([]);
  expect(outputs['aws-region']).toBe('us-east-1');
  expect(exported.AWS_REGION).toBe('us-east-1-fips');
});

test('a pull_request_target job of a fork is not told that it can get no token', async () => {
  const event = {
    pull_request: { head: { repo: { full_name: 'mallory/shop' } }, base: { repo: { full_name: 'octo-org/shop' } } },
  };
  const { job, step } = await scene({ as: 'no-permission', files: { 'event.json': JSON.stringify(event) } });
  const env = { GITHUB_EVENT_PATH: `${job.workspace}/event.json`, GITHUB_EVENT_NAME: 'pull_request_target' };
  const { errors } = await step(undefined, { env });
  expect(errors[0]).toContain('id-token: write is missing');
});

test.each<[string, Record<string, string>, Record<string, string>, string]>([
  ['AKIA', { AWS_SESSION_TOKEN: 'of-an-earlier-step' }, {}, 'an earlier step may have left it'],
  ['AKIA', { AWS_SESSION_TOKEN: 'of-an-earlier-step' }, { 'role-to-assume': DEPLOY }, "AWS_SESSION_TOKEN: ''"],
  ['ASIA', {}, {}, 'its session token is missing: give AWS_SESSION_TOKEN'],
  ['ASIA', {}, { 'role-to-assume': DEPLOY }, 'its session token is missing'],
])('a key of %s with what is not its own is named as that: %j %j', async (kind, more, inputs, fix) => {
  const keys = { AWS_ACCESS_KEY_ID: `${kind}IOSFODNN7EXAMPLE`, AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG' };
  const { step } = await scene({ as: 'no-permission', env: { ...keys, ...more } });
  const { errors, exported } = await step({ ...inputs, 'disable-retry': 'true' });
  expect([errors[0], exported]).toEqual([expect.stringContaining(fix), {}]);
  expect(errors[0]).toContain('was refused with InvalidClientTokenId');
});

test('files of profiles that are turned off by /dev/null hold nothing, and nothing more', async () => {
  const off = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
  const { sandbox, job, step } = await scene({ as: 'no-permission', env: off });
  Object.assign(job.env, sandbox.containerEnv());
  const ambient = await step({});
  expect([ambient.errors, ambient.log]).toEqual([[], expect.stringContaining('Identity: the container')]);
  const { errors, exported, post } = await step({ 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' });
  expect([errors, readFileSync(exported.AWS_CONFIG_FILE ?? '', 'utf8')]).toEqual([
    [],
    expect.stringContaining('credential_process'),
  ]);
  await post();
  expect(job.env).toMatchObject(off);
});

test('a job without HOME leaves its user what AWS tools find then', async () => {
  const { job, step } = await scene();
  delete job.env.HOME;
  const { errors, post } = await step({ 'role-to-assume': ROLE, 'refresh-credentials': 'true' });
  await post();
  expect([errors, job.env.AWS_CONFIG_FILE]).toEqual([[], `${userInfo().homedir}/.aws/config`]);
});
