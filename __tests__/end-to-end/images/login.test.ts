import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scene } from './scene.ts';

test("a login is left in files of the step's own, and after the post step nothing is", async () => {
  const { job, step, puller, sandbox } = await scene({});
  const docker = join(job.env.HOME!, '.docker');
  mkdirSync(join(docker, 'cli-plugins'), { recursive: true });
  const config = { credsStore: 'desktop', auths: { 'ghcr.io': {} }, currentContext: 'mine' };
  writeFileSync(join(docker, 'config.json'), JSON.stringify(config));
  const result = await step({ 'ecr-login': 'true' });
  expect(result.errors).toEqual([]);
  expect(result.code).toBe(0);

  const folder = job.env.DOCKER_CONFIG!;
  const host = new URL(puller.url).host;
  expect(result.outputs.registry).toBe(host);
  // docker takes an empty helper for none; helm and oras ask the store then.
  expect(result.log).toContain('keeps logins in desktop');
  const written = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
  expect(written).toMatchObject({ currentContext: 'mine', credsStore: 'desktop', credHelpers: { [host!]: '' } });
  const { auth } = written.auths[host];
  expect((await fetch(`${puller.url}/v2/`, { headers: { authorization: `Basic ${auth}` } })).status).toBe(200);
  expect(JSON.parse(readFileSync(job.env.REGISTRY_AUTH_FILE!, 'utf8')).auths[host]).toEqual({ auth });
  if (process.platform !== 'win32') {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'config.json')).mode & 0o777).toBe(0o600);
    expect(statSync(job.env.REGISTRY_AUTH_FILE!).mode & 0o777).toBe(0o600);
  }
  expect(job.env.BUILDX_CONFIG).toBe(join(docker, 'buildx'));
  expect(lstatSync(join(folder, 'cli-plugins')).isSymbolicLink()).toBe(true);
  expect(sandbox.log.of('registry')).toHaveLength(1);

  const post = await result.post();
  expect(post.code).toBe(0);
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(job.temp)).toEqual([]);
  expect(existsSync(join(docker, 'cli-plugins'))).toBe(true);
  expect(job.env).toMatchObject({ DOCKER_CONFIG: '', REGISTRY_AUTH_FILE: '', BUILDX_CONFIG: '' });
  expect(JSON.parse(readFileSync(join(docker, 'config.json'), 'utf8'))).toEqual(config);
});

test('with ecr-skip-logout the post step leaves the login: files and variables', async () => {
  const { job, step } = await scene({});
  const result = await step({ 'ecr-login': 'true', 'ecr-skip-logout': 'true' });
  expect(result.errors).toEqual([]);
  const left = { ...job.env };
  expect((await result.post()).code).toBe(0);
  expect(job.env).toEqual(left);
  expect(existsSync(join(job.env.DOCKER_CONFIG!, 'config.json'))).toBe(true);
  expect(existsSync(job.env.REGISTRY_AUTH_FILE!)).toBe(true);
});

test('several accounts and regions: one token a region, and the names of amazon-ecr-login for the outputs', async () => {
  const { job, step, sandbox } = await scene({});
  const result = await step({
    'ecr-login': 'true',
    'ecr-registries': '111122223333\n444455556666\n111122223333.dkr.ecr.us-east-1.amazonaws.com',
    'output-credentials': 'true',
  });
  expect(result.errors).toEqual([]);
  const hosts = JSON.parse(result.outputs.registries!);
  expect(hosts).toHaveLength(3);
  const written = JSON.parse(readFileSync(join(job.env.DOCKER_CONFIG!, 'config.json'), 'utf8'));
  expect(Object.keys(written.auths)).toEqual(expect.arrayContaining(hosts));
  expect(written.auths).toHaveProperty(['111122223333.dkr.ecr-fips.us-east-1.amazonaws.com']);
  const name = hosts[1].replaceAll(/\W/g, '_');
  expect(result.outputs[`docker_username_${name}`]).toBe('AWS');
  expect(result.masks).toContain(result.outputs[`docker_password_${name}`]);
  expect(result.outputs['docker-password']).toBe(result.outputs[`docker_password_${hosts[0].replaceAll(/\W/g, '_')}`]);
  const tokens = sandbox.log.of('ecr', 'GetAuthorizationToken');
  expect(tokens.map(({ region }) => region).sort()).toEqual(['eu-west-1', 'eu-west-1', 'us-east-1']);
});

test('ECR Public is logged in to in its own region, under both of its names', async () => {
  const { job, step, sandbox } = await scene({});
  const result = await step({ 'ecr-login': 'true', 'ecr-registries': 'public' });
  expect(result.errors).toEqual([]);
  expect(result.outputs.registry).toBe('public.ecr.aws');
  const { auths } = JSON.parse(readFileSync(join(job.env.DOCKER_CONFIG!, 'config.json'), 'utf8'));
  expect(Object.keys(auths)).toEqual(['public.ecr.aws', 'ecr-public.aws.com']);
  expect(sandbox.log.of('ecr-public').map(({ region }) => region)).toEqual(['us-east-1']);
  expect(sandbox.log.of('ecr')).toEqual([]);
  const actions = JSON.parse(result.outputs['iam-policy']!).Statement.flatMap(
    ({ Action }: { Action: string[] }) => Action,
  );
  expect(actions).toEqual(['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']);
});

test('an empty config in a relative folder counts as none, and everything else in that folder can still be found', async () => {
  const { job, step } = await scene({ 'conf/config.json': Buffer.from(''), 'conf/certs.d/ca.pem': Buffer.from('pem') });
  const result = await step({ 'ecr-login': 'true' }, { env: { DOCKER_CONFIG: 'conf' } });
  expect(result.errors).toEqual([]);
  expect(readFileSync(join(result.exported.DOCKER_CONFIG!, 'certs.d/ca.pem'), 'utf8')).toBe('pem');
  expect(result.exported.BUILDX_CONFIG).toBe(join(job.workspace, 'conf/buildx'));
});

test("what another user's docker login left is passed over with a warning, as docker does", async () => {
  const it = await scene({});
  const folder = join(it.job.env.HOME!, '.docker');
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), '{"auths":{}}', { mode: 0o600 });
  const { errors, warnings } = await it.step({ 'ecr-login': 'true' }, { as: 'nobody' });
  expect([errors, warnings]).toEqual([[], [expect.stringContaining("may not be read by the runner's user")]]);
});
