import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { KEYS } from '../../../harness/identity.ts';
import { ROLE, scene } from '../../../harness/scene.ts';

const PROFILE = { 'role-to-assume': ROLE, 'aws-profile': 'shop' };

test('a profile: written for the user alone, merged without losing a comment, removed again', async () => {
  const { job, step } = await scene();
  const folder = `${job.env.HOME}/.aws`;
  mkdirSync(folder);
  const before = '# mine\n[default]\nregion = us-east-1 ; near\n\n[profile other]\noutput = json\n';
  writeFileSync(`${folder}/config`, before, { mode: 0o644 });
  const { code, exported, log, post } = await step(PROFILE);
  expect(code).toBe(0);
  expect(exported).toEqual({});
  expect(log).toContain(`Profile shop: written to ${folder}/config and ${folder}/credentials.`);
  const noMark = (file: string) => readFileSync(`${folder}/${file}`, 'utf8').replace(/^# written by .*\n/m, '');
  expect(noMark('config')).toBe(`${before}\n[profile shop]\nregion = eu-west-1\n`);
  expect(noMark('credentials')).toMatch(/^\[shop\]\naws_access_key_id = ASIA/);
  for (const file of ['config', 'credentials']) expect(statSync(`${folder}/${file}`).mode & 0o777).toBe(0o600);

  await post();
  expect(readFileSync(`${folder}/config`, 'utf8')).toBe(before);
  expect(statSync(`${folder}/config`).mode & 0o777).toBe(0o644);
  expect(readdirSync(folder)).toEqual(['config']);
});

test('a profile that is there is not replaced unasked, and put back when it was', async () => {
  const { job, step } = await scene();
  mkdirSync(`${job.env.HOME}/.aws`);
  const file = `${job.env.HOME}/.aws/credentials`;
  const before = '[shop]\naws_access_key_id = OLD\n# kept\n[z]\nx = 1\n';
  writeFileSync(file, before);
  const { errors } = await step(PROFILE);
  expect(errors[0]).toContain(`the profile shop already exists in ${file}`);
  expect(readFileSync(file, 'utf8')).toBe(before);
  const replaced = await step({ ...PROFILE, 'overwrite-aws-profile': 'true', 'output-env-credentials': 'true' });
  expect(replaced.exported.AWS_PROFILE).toBe('shop');
  // As configure-aws-credentials: the keys as well.
  expect(replaced.exported.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
  expect(readFileSync(file, 'utf8')).not.toContain('OLD');
  await replaced.post();
  expect(readFileSync(file, 'utf8')).toBe(before);
  // An empty AWS_PROFILE fails in the aws CLI, and so does one that is in no file.
  expect(job.env.AWS_PROFILE).toBe('default');
  expect(readFileSync(job.env.AWS_CONFIG_FILE ?? '', 'utf8')).toBe('[default]\n');
});

test.each<[string, Buffer, RegExp]>([
  [
    'UTF-16, as PowerShell 5 writes it',
    Buffer.from('\ufeff[default]\nregion = eu-west-1\n', 'utf16le'),
    /UTF-8 but in UTF-16/,
  ],
  ['Latin-1', Buffer.from('# für später\n[default]\nregion = eu-west-1\n', 'latin1'), /UTF-8 but in another encoding/],
])(
  'a file of profiles in %s is not changed, since what is put back would not be what was there',
  async (_encoding, bytes, why) => {
    const { job, step } = await scene();
    const file = `${job.env.HOME}/.aws/credentials`;
    mkdirSync(`${job.env.HOME}/.aws`);
    writeFileSync(file, bytes);
    const { code, errors, exported, post } = await step({ 'role-to-assume': ROLE, 'aws-profile': 'shop' });
    expect({ code, exported }).toEqual({ code: 1, exported: {} });
    expect(errors[0]).toMatch(why);
    await post();
    expect(readFileSync(file)).toEqual(bytes);
  },
);

test('output-credentials: outputs, masked; nothing in the environment when that is off', async () => {
  const { step } = await scene();
  const inputs = { 'role-to-assume': ROLE, 'output-credentials': 'true', 'output-env-credentials': 'false' };
  const { outputs, exported, masks } = await step(inputs);
  expect(exported).toEqual({});
  expect(outputs['aws-access-key-id']).toMatch(/^ASIA/);
  expect(masks).toEqual(expect.arrayContaining([outputs['aws-secret-access-key'], outputs['aws-session-token']]));
});

test('mask-aws-account-id hides id and ARN', async () => {
  const { step } = await scene();
  const { log, outputs } = await step({ 'role-to-assume': ROLE, 'mask-aws-account-id': 'true' });
  expect(log).not.toContain('111122223333');
  expect(log).toContain('Signed in as ***, until');
  expect(outputs['aws-account-id']).toBe('111122223333');
});

test('refresh-credentials: a profile that signs in again in a later step, with no secret on disk and HOME as it is', async () => {
  const { sandbox, job, step } = await scene({ env: { AWS_ACCESS_KEY_ID: 'stale', AWS_SECRET_ACCESS_KEY: 'stale' } });
  mkdirSync(`${job.env.HOME}/.aws`);
  writeFileSync(
    `${job.env.HOME}/.aws/config`,
    '[default]\nca_bundle = /ca.pem\nsso_session = x\n[profile mine]\nx = 1\n',
  );
  const { exported, log, errors, post } = await step({ 'role-to-assume': ROLE, 'refresh-credentials': 'true' });
  expect(errors).toEqual([]);
  expect(exported).toMatchObject({
    AWS_CONFIG_FILE: expect.any(String),
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
  });
  expect(exported).not.toHaveProperty('AWS_PROFILE');
  expect(log).toContain('A Docker container action');
  expect(readdirSync(`${job.env.HOME}/.aws`)).toEqual(['config']);
  const { AWS_CONFIG_FILE: file = '', AWS_SHARED_CREDENTIALS_FILE = '' } = exported;
  expect([statSync(file).mode & 0o777, statSync(AWS_SHARED_CREDENTIALS_FILE).mode & 0o777]).toEqual([0o600, 0o600]);
  const config = readFileSync(file, 'utf8');
  const settings = readFileSync(join(file, '../sign-in.json'), 'utf8');
  for (const secret of sandbox.secrets) expect(config + settings).not.toContain(secret);
  expect(config).toContain('[profile mine]\nx = 1\n');
  expect(config).toContain('ca_bundle = /ca.pem');
  expect(config).not.toContain('sso_session');

  const command = /credential_process = (.*)/.exec(config)?.[1] ?? '';
  const { code, stdout, stderr } = await job.run('sh', ['-c', command]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ Version: 1, AccessKeyId: expect.stringMatching(/^ASIA/) });
  expect(sandbox.log.of('sts', 'AssumeRoleWithWebIdentity')).toHaveLength(2);

  sandbox.world.accounts['111122223333']!.roles!.publish!.trust.Statement = [];
  const denied = await job.run('sh', ['-c', command]);
  expect(denied.code).toBe(1);
  expect(denied.stdout).toBe('');
  expect(denied.stderr).toContain('was refused with AccessDenied');

  await post();
  expect(existsSync(join(file, '..'))).toBe(false);
  expect(job.env).toMatchObject({ AWS_ACCESS_KEY_ID: 'stale', AWS_CONFIG_FILE: `${job.env.HOME}/.aws/config` });
});

test('refresh-credentials with keys that the profile itself takes away is refused', async () => {
  const { step } = await scene({ as: 'no-permission', env: KEYS });
  const { errors, exported } = await step({ 'refresh-credentials': 'true' });
  expect(errors[0]).toContain('a later step cannot sign in again with the keys in AWS_ACCESS_KEY_ID');
  expect(exported).toEqual({});
});

/** A forward proxy that wants a password; counts what goes through it. */
async function startProxy(credentials: string) {
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const wanted = `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (incoming.headers['proxy-authorization'] !== wanted) return outgoing.writeHead(407).end();
    const url = new URL(incoming.url ?? '');
    seen.push(url.pathname);
    const onward = httpRequest(url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    return incoming.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { seen, port: (server.address() as AddressInfo).port, stop: () => server.close() };
}

test.each<[string, (url: string) => Record<string, string>, boolean]>([
  ['http-proxy', (url) => ({ 'http-proxy': url }), true],
  ['HTTP_PROXY', (url) => ({ HTTP_PROXY: url }), true],
  ['http_proxy', (url) => ({ http_proxy: url }), true],
  ['http-proxy with no-proxy', (url) => ({ 'http-proxy': url, 'no-proxy': '127.0.0.1' }), false],
  ['http_proxy with no_proxy', (url) => ({ http_proxy: url, no_proxy: '127.0.0.1' }), false],
])('%s holds for GitHub and STS, and its password is never shown', async (_case, given, through) => {
  const proxy = await startProxy('user:pa%55');
  try {
    const { step } = await scene();
    const all = Object.entries(given(`http://user:pa%2555@127.0.0.1:${proxy.port}`));
    const inputs = Object.fromEntries(all.filter(([name]) => name.includes('-')));
    const env = Object.fromEntries(all.filter(([name]) => !name.includes('-')));
    const { code, errors, raw } = await step({ 'role-to-assume': ROLE, ...inputs }, { env });
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(proxy.seen).toEqual(through ? ['/github/token/publish', '/'] : []);
    expect(raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('pa%');
  } finally {
    proxy.stop();
  }
});

test.each<[string, (url: string) => Record<string, string>, boolean]>([
  ['http-proxy', (url) => ({ 'http-proxy': url, 'no-proxy': '127.0.0.1' }), true],
  ['spaces and capitals', (url) => ({ HTTPS_PROXY: ` ${url.replace('http', 'HTTP')}\t`, NO_PROXY: '127.0.0.1' }), true],
  ['HTTP_PROXY alone', (url) => ({ HTTP_PROXY: url, NO_PROXY: '127.0.0.1' }), false],
  ['NO_PROXY without a dot', (url) => ({ HTTPS_PROXY: url, NO_PROXY: '127.0.0.1, amazonaws.com' }), false],
  ['NO_PROXY with a port', (url) => ({ HTTPS_PROXY: url, NO_PROXY: '127.0.0.1,.amazonaws.com:443' }), false],
])(
  "without an endpoint variable STS is asked for by its host name, through the proxy's tunnel or not: %s",
  async (_case, given, through) => {
    const asked: string[] = [];
    const proxy = createServer((_request, response) => response.writeHead(500).end());
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization'] ? 'with' : 'without'} password`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    try {
      const { job, step } = await scene();
      delete job.env.AWS_ENDPOINT_URL;
      const { port } = proxy.address() as AddressInfo;
      const all = Object.entries(given(`http://user:hunter2@127.0.0.1:${port}`));
      const inputs = Object.fromEntries(all.filter(([name]) => name.includes('-')));
      const env = Object.fromEntries(all.filter(([name]) => !name.includes('-')));
      const { errors, raw } = await step({ 'role-to-assume': ROLE, 'disable-retry': 'true', ...inputs }, { env });
      expect(asked).toEqual(through ? ['sts.eu-west-1.amazonaws.com:443 with password'] : []);
      if (through) expect(errors[0]).toContain('got no answer: the proxy answered HTTP 403.');
      if (through) expect(errors[0]).toContain('the proxy does not let this host through');
      expect(raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('hunter2');
    } finally {
      proxy.close();
    }
  },
);

test.each([
  ['a home that is not a folder', { HOME: '/dev/null' }, 'a part of its path is a file, not a folder (ENOTDIR)'],
  ['the null device', { AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }, 'no profile can be written there'],
  ['a folder in the place of the file', { AWS_CONFIG_FILE: '/' }, 'it is a folder, not a file (EISDIR)'],
])('a profile that has no place is a problem, not a bug: %s', async (_case, env, problem) => {
  const { step } = await scene();
  const { code, errors, exported } = await step({ 'role-to-assume': ROLE, 'aws-profile': 'shop' }, { env });
  expect(errors).toEqual([expect.stringContaining(problem)]);
  expect([code, exported]).toEqual([1, {}]);
});
