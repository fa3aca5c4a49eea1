import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { identityOf, KEY_LINES, KEYS } from '../../../harness/identity.ts';
import { DEPLOY, ROLE, type Scene, scene } from '../../../harness/scene.ts';

const REGION = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' };

/** The program that the exported profile names, as a later step runs it. */
function program({ job }: Scene, env: Readonly<Record<string, string>> = {}) {
  const config = readFileSync(job.env.AWS_CONFIG_FILE ?? '', 'utf8');
  const command = /\[default\][^[]*credential_process = (.*)/.exec(config)?.[1] ?? '';
  const set = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return job.run('env', [...set, 'sh', '-c', command]);
}

test("the container's identity is held: whatever a later step has of its own, and when it has nothing", async () => {
  const it = await scene({ as: 'no-permission' });
  const { sandbox, job, step } = it;
  Object.assign(job.env, sandbox.containerEnv());
  const { errors } = await step({ 'refresh-credentials': 'true' });
  expect(errors).toEqual([]);
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(`${job.env.HOME}/.aws/credentials`, `[default]\n${KEY_LINES}`);
  const before = sandbox.log.of('container').length;
  for (const env of [
    KEYS,
    { AWS_WEB_IDENTITY_TOKEN_FILE: '/x', AWS_ROLE_ARN: ROLE },
    { AWS_PROFILE: 'default' },
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' },
  ]) {
    const { code, stderr } = await program(it, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
  expect(sandbox.log.of('container')).toHaveLength(before + 4);
  expect(await identityOf(it.job)).toContain(':assumed-role/runner/');
});

test('another identity in its place is an error, not somebody else', async () => {
  const it = await scene({ as: 'no-permission' });
  Object.assign(it.job.env, it.sandbox.containerEnv());
  await it.step({ 'refresh-credentials': 'true' });
  it.sandbox.world.container = { account: '444455556666', role: 'owner' };
  const { code, stdout, stderr } = await program(it);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('the new session would belong to another identity; the step signed in as');
});

test("what came from the step's own env and inputs is held: endpoint, roles, session names", async () => {
  const it = await scene();
  const { sandbox, job } = it;
  delete job.env.AWS_ENDPOINT_URL;
  const inputs = { 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'refresh-credentials': 'true', 'aws-profile': 'default' };
  const { errors } = await it.step(inputs, { env: { AWS_ENDPOINT_URL_STS: sandbox.url } });
  expect(errors).toEqual([]);
  sandbox.log.clear();
  const { code, stderr } = await program(it, { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:9' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(sandbox.log.of('sts').map(({ action }) => action)).toEqual(['AssumeRoleWithWebIdentity', 'AssumeRole']);
});

test.each([
  ['keys', KEYS, 'the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'],
  ['a profile', { AWS_PROFILE: 'mine' }, 'the profile mine'],
  ['the default profile', {}, 'the profile default of the shared files'],
])('refresh-credentials with %s cannot be kept, and is refused at once', async (_case, env, named) => {
  const { job, step } = await scene({ as: 'no-permission', env });
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(`${job.env.HOME}/.aws/credentials`, `[mine]\n${KEY_LINES}[default]\n${KEY_LINES}`);
  const { errors, exported } = await step({ 'refresh-credentials': 'true' });
  expect(errors).toEqual([expect.stringContaining(`a later step cannot sign in again with ${named}`)]);
  expect(exported).toEqual({});
});

test('two accounts in one job: whoever exported before, all SDKs are the second, and the log says what it replaced', async () => {
  const it = await scene();
  const first = await it.step({ 'role-to-assume': ROLE, 'aws-profile': 'one', 'output-env-credentials': 'true' });
  expect(first.log).toContain('Docker container actions do not see the files of this profile');
  const second = await it.step({ 'role-to-assume': `${ROLE}\n${DEPLOY}` });
  expect(second.errors).toEqual([]);
  expect(second.log).toContain('AWS_PROFILE (it was one)');
  expect(await identityOf(it.job)).toContain('444455556666:assumed-role/deploy/');
  // The aws CLI and boto3 take the keys of the environment: they are of the same session as the profile.
  const config = readFileSync(it.job.env.AWS_CONFIG_FILE ?? '', 'utf8');
  expect(config).toContain(
    `[profile keyless-aws]\nregion = eu-west-1\naws_access_key_id = ${it.job.env.AWS_ACCESS_KEY_ID}`,
  );
  await second.post();
  expect(await identityOf(it.job)).toContain('111122223333:assumed-role/publish/');
  await first.post();
  expect(it.job.env.AWS_PROFILE).toBe('default');
  expect(existsSync(`${it.job.env.HOME}/.aws`)).toBe(false);
});

test("a second refresh-credentials step, and a job whose post step never ran, are in nobody's way", async () => {
  const it = await scene();
  await it.step({ 'role-to-assume': ROLE, 'refresh-credentials': 'true' });
  const second = await it.step({ 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'refresh-credentials': 'true' });
  expect(second.errors).toEqual([]);
  expect(await identityOf(it.job)).toContain('444455556666:assumed-role/deploy/');
});

test("a profile that a killed job left: told by whom, replaced on demand, and the user's own comes back", async () => {
  const { job, step } = await scene();
  const file = `${job.env.HOME}/.aws/credentials`;
  mkdirSync(join(file, '..'));
  writeFileSync(file, '[shop]\naws_access_key_id = MINE\n');
  const shop = { 'role-to-assume': ROLE, 'aws-profile': 'shop' };
  await step({ ...shop, 'overwrite-aws-profile': 'true' });
  const { errors } = await step(shop);
  expect(errors[0]).toContain(
    'written by run 7000000001 of octo-org/shop, job publish, which has not taken it out yet',
  );
  const last = await step({ ...shop, 'overwrite-aws-profile': 'true' });
  await last.post();
  expect(readFileSync(file, 'utf8')).toBe('[shop]\naws_access_key_id = MINE\n');
  expect(readdirSync(join(file, '..'))).toEqual(['credentials']);
});

test('an identity of the machine without a role is not frozen: the region alone, or all when it is asked for', async () => {
  const it = await scene({ as: 'no-permission' });
  Object.assign(it.job.env, it.sandbox.containerEnv());
  const found = await it.step({});
  expect(found.exported).toEqual(REGION);
  expect(found.log).toContain(
    'Later steps find the container (EKS Pod Identity, ECS or CodeBuild) themselves, and renew it',
  );
  const frozen = await it.step({ 'output-env-credentials': 'true' });
  expect(frozen.exported).toMatchObject({ ...REGION, AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/) });
});

test('a profile in the environment together with keys: the SDKs that would take the keys are made to agree', async () => {
  const it = await scene({ as: 'no-permission', env: { ...KEYS, AWS_PROFILE: 'mine' } });
  mkdirSync(`${it.job.env.HOME}/.aws`);
  const { accessKeyId, secretAccessKey, sessionToken } = it.sandbox.signInAs(DEPLOY);
  writeFileSync(
    `${it.job.env.HOME}/.aws/credentials`,
    `[mine]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`,
  );
  const { outputs, exported } = await it.step({ 'use-existing-credentials': 'true', 'role-to-assume': ROLE });
  expect(outputs['authenticated-arn']).toContain('444455556666:assumed-role/deploy/');
  expect(exported).toEqual({ ...REGION, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
});

test.each([
  ['AWS_DEFAULT_PROFILE alone', { AWS_DEFAULT_PROFILE: 'mine' }, { AWS_PROFILE: 'mine' }],
  [
    'AWS_DEFAULT_PROFILE with another AWS_PROFILE',
    { AWS_DEFAULT_PROFILE: 'other', AWS_PROFILE: 'mine' },
    { AWS_DEFAULT_PROFILE: 'mine' },
  ],
])('%s: the profile that the aws CLI or the SDKs would use is the one of all of them', async (_case, env, named) => {
  const it = await scene({ as: 'no-permission', env });
  mkdirSync(`${it.job.env.HOME}/.aws`);
  const { accessKeyId, secretAccessKey, sessionToken } = it.sandbox.signInAs(DEPLOY);
  const own = `aws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`;
  const files = `[default]\n${KEY_LINES}[other]\n${KEY_LINES}[mine]\n${own}`;
  writeFileSync(`${it.job.env.HOME}/.aws/credentials`, files);
  const { outputs, exported } = await it.job.step({ 'aws-region': 'eu-west-1' });
  expect(outputs['authenticated-arn']).toContain('444455556666:assumed-role/deploy/');
  expect(exported).toEqual({ ...REGION, ...named });
  expect(await identityOf(it.job)).toContain('444455556666:assumed-role/deploy/');
});

test('the endpoints of the profile that AWS_DEFAULT_PROFILE names hold for every call', async () => {
  const it = await scene({ as: 'no-permission', env: { AWS_DEFAULT_PROFILE: 'local' } });
  const { job, sandbox } = it;
  delete job.env.AWS_ENDPOINT_URL;
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(`${job.env.HOME}/.aws/credentials`, `[local]\n${KEY_LINES}`);
  const services = `[services here]\nssm =\n  endpoint_url = ${sandbox.url}\n`;
  writeFileSync(
    `${job.env.HOME}/.aws/config`,
    `[profile local]\nservices = here\nendpoint_url = ${sandbox.url}\n${services}`,
  );
  const { errors, log } = await it.job.step({
    'aws-region': 'eu-west-1',
    'role-to-assume': DEPLOY,
    'ssm-parameters': 'X?=/no/such',
    'disable-retry': 'true',
  });
  expect(errors).toEqual([]);
  expect(log).toContain('nothing for /no/such');
});

test('paths with quotes, spaces, $, # and ; reach the program as they are', async () => {
  const it = await scene();
  const odd = join(it.job.temp, `it's a "$HOME" #1 ;x`);
  mkdirSync(odd);
  it.job.env.RUNNER_TEMP = odd;
  const { errors } = await it.step({ 'role-to-assume': ROLE, 'refresh-credentials': 'true' });
  expect(errors).toEqual([]);
  expect(await identityOf(it.job)).toContain(':assumed-role/publish/');
});

test('a session of 900 s is renewed with 1,200: boto3 would sign in at each of its calls', async () => {
  const it = await scene();
  const inputs = { 'role-to-assume': ROLE, 'refresh-credentials': 'true', 'role-duration-seconds': '900' };
  expect((await it.step(inputs)).log).toContain('Its sessions last 1200 seconds, not 900');
  await program(it);
  expect(it.sandbox.log.of('sts').map(({ params }) => params.seconds)).toEqual([900, 1200]);
});

test('what botocore alone reads, and half a pair of keys, do not make the aws CLI fail', async () => {
  const left = { AWS_SECURITY_TOKEN: 'of-another-tool', AWS_CREDENTIAL_EXPIRATION: '2020-01-01T00:00:00Z' };
  const { step } = await scene({ env: left });
  for (const inputs of [
    {},
    { 'refresh-credentials': 'true' },
    { 'aws-profile': 'p', 'output-env-credentials': 'true' },
  ]) {
    const { exported, log } = await step({ 'role-to-assume': ROLE, ...inputs }, { env: left });
    expect(exported).toMatchObject({ AWS_SECURITY_TOKEN: '', AWS_CREDENTIAL_EXPIRATION: '' });
    expect(log).toContain('AWS_SECURITY_TOKEN, AWS_CREDENTIAL_EXPIRATION');
  }
  const machine = await scene({ as: 'no-permission', env: { AWS_ACCESS_KEY_ID: KEYS.AWS_ACCESS_KEY_ID } });
  Object.assign(machine.job.env, machine.sandbox.containerEnv());
  const found = await machine.step({});
  expect(found.errors).toEqual([]);
  expect(found.exported).toEqual({ ...REGION, AWS_ACCESS_KEY_ID: '' });
});

test('keys of an earlier step that are not looked at (unset-current-credentials) are gone for later steps, too', async () => {
  const it = await scene();
  mkdirSync(`${it.job.env.HOME}/.aws`);
  writeFileSync(`${it.job.env.HOME}/.aws/credentials`, `[default]\n${KEY_LINES}`);
  await it.step({ 'role-to-assume': ROLE });
  const existing = { 'use-existing-credentials': 'true', 'unset-current-credentials': 'true' };
  const { outputs } = await it.step({ 'role-to-assume': ROLE, ...existing });
  expect(outputs['authenticated-arn']).toContain('user/keyholder');
  expect(await identityOf(it.job)).toBe(outputs['authenticated-arn']);
});

test('a profile that AWS_PROFILE already names, written without exporting variables: no keys are left next to it', async () => {
  const it = await scene();
  await it.step({ 'role-to-assume': ROLE, 'aws-profile': 'mine', 'output-env-credentials': 'true' });
  const second = await it.step({
    'role-to-assume': `${ROLE}\n${DEPLOY}`,
    'aws-profile': 'mine',
    'overwrite-aws-profile': 'true',
  });
  expect(second.errors).toEqual([]);
  expect(second.exported).toEqual({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' });
  expect(await identityOf(it.job)).toContain('444455556666:assumed-role/deploy/');
});
