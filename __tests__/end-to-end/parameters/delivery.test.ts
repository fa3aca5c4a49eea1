import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ACCOUNT, allow, allowing, many, scene } from './scene.ts';

test('values arrive as variables of later steps, under the names that were asked for', async () => {
  const { read, sandbox } = await scene();
  const step = await read(
    `# the shop
     /shop/prod/db-url
     LEVEL=/shop/prod/log-level
     OLD_KEY=/shop/prod/payment/api-key:1
     LIVE_KEY=/shop/prod/payment/api-key:live
     KEY=/shop/prod/payment/api-key
     ABSENT?=/shop/prod/none
     THEME=/shop/prod/theme ?? light blue
     WEBHOOK=secretsmanager:prod/webhook
     BANNER=arn:aws:ssm:eu-west-1:444455556666:parameter/site/shared/banner
     DB=/shop/db/prod as json
     /shop/env/prod as node`,
  );
  expect(step.errors).toEqual([]);
  expect(step.code).toBe(0);
  expect(step.exported).toEqual({
    DB_URL: 'postgres://shop:c0rrect-h0rse&battery@db.internal:5432/shop',
    LEVEL: 'info',
    OLD_KEY: 'pk-live-f3d1c0b7a95e4a28',
    LIVE_KEY: 'pk-live-f3d1c0b7a95e4a28',
    KEY: 'pk-live-0c4be8f1d27a4e6b',
    THEME: 'light blue',
    WEBHOOK: 'whsec-7b1f5e0a9c3d',
    BANNER: 'banner-4f2a9d',
    DB_USER: 'shop_rw',
    DB_PASSWORD: 's3cr3t/Value+1',
    DB_POOL_MAX: '20',
    DB_POOL_TIMEOUT: '1.50',
    DB_HOSTS: '["db-1","db-2"]',
    SESSION_SECRET: 'k9!vR2#pL7$wQ4',
    SMTP_PASSWORD: 'it is "quoted"',
    FEATURE_FLAGS: 'search,checkout',
  });
  expect(sandbox.log.of('ssm')).toHaveLength(2);
  expect(step.notices).toEqual([
    'Not masked, since their values are too short or too common to hide: LEVEL, DB_POOL_MAX, DB_POOL_TIMEOUT. To mask one all the same, add a line "LEVEL => always" to ssm-mask',
  ]);
});

test('a path: all below it, over empty pages, with a prefix', async () => {
  const { read } = await scene({ ssm: { emptyPages: true }, parameters: many('/deep/er', 12) });
  const step = await read('/shop/prod/\nD_*=/deep/\n*?=/nothing/here/');
  expect(step.errors).toEqual([]);
  expect(step.exported).toMatchObject({
    DB_URL: 'postgres://shop:c0rrect-h0rse&battery@db.internal:5432/shop',
    LOG_LEVEL: 'info',
    PAYMENT_API_KEY: 'pk-live-0c4be8f1d27a4e6b',
    PAYMENT_ENDPOINT: 'https://pay.example.com/v2',
    D_ER_P011: 'value of /deep/er/p011',
  });
  expect(Object.keys(step.exported)).toHaveLength(4 + 12);
  expect(step.log).toContain('nothing for /nothing/here/: it is not there, and may be missing');
});

test('a path is authorized on the path alone: a Deny below it does not hold, as on AWS', async () => {
  const deny = { Effect: 'Deny', Action: 'ssm:GetParameter*', Resource: '*/shop/prod/log-level' };
  const { read } = await scene(
    allowing(allow('ssm:GetParametersByPath', 'parameter/shop/prod'), allow('kms:Decrypt', '*'), deny),
  );
  expect((await read('/shop/prod/')).exported).toMatchObject({ LOG_LEVEL: 'info' });
  expect((await read('/shop/prod/log-level')).errors).toEqual([expect.stringContaining('SSM denies reading it')]);
});

test('a label chooses what is below a path, and the version of it', async () => {
  const { read } = await scene();
  const step = await read('/shop/prod/ @live');
  expect(step.exported).toEqual({ PAYMENT_API_KEY: 'pk-live-f3d1c0b7a95e4a28' });
  expect(JSON.parse(step.outputs['ssm-resolved'] ?? '')).toEqual([
    {
      name: 'PAYMENT_API_KEY',
      parameter: '/shop/prod/payment/api-key',
      version: 1,
      type: 'SecureString',
      arn: 'arn:aws:ssm:eu-west-1:111122223333:parameter/shop/prod/payment/api-key',
    },
  ]);
});

test("a shared parameter is not taken for the account's own one of the same name", async () => {
  const { read } = await scene({ parameters: { '/site/shared/banner': { versions: ['own-1', 'own-2', 'own-3'] } } });
  const shared = 'arn:aws:ssm:eu-west-1:444455556666:parameter/site/shared/banner';
  const step = await read(
    `OWN=/site/shared/banner\nSHARED=${shared}\nBY_ARN=arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/site/shared/banner:2`,
  );
  expect(step.exported).toEqual({ OWN: 'own-3', SHARED: 'banner-4f2a9d', BY_ARN: 'own-2' });
});

test('parameters of another region are read there', async () => {
  const arn = `arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/edge/zone`;
  const { read, sandbox } = await scene({ parameters: { '/edge/zone': { value: 'zone-1', region: 'us-east-1' } } });
  const step = await read(`ZONE=${arn}\n/shop/prod/log-level`);
  expect(step.exported).toEqual({ ZONE: 'zone-1', LOG_LEVEL: 'info' });
  expect(sandbox.log.of('ssm').map(({ region }) => region)).toEqual(expect.arrayContaining(['us-east-1', 'eu-west-1']));
});

describe('the fewest calls there can be', () => {
  test('200 parameters below 3 paths', async () => {
    const parameters = { ...many('/a', 95), ...many('/b', 65), ...many('/c', 40) };
    const { read, sandbox } = await scene({ parameters });
    const step = await read('A_*=/a/\nB_*=/b/\nC_*=/c/\nONE=/a/p001\nTWO=/b/p002');
    expect(Object.keys(step.exported)).toHaveLength(202);
    expect(sandbox.log.of('ssm').map(({ action }) => action)).toEqual(Array(10 + 7 + 4).fill('GetParametersByPath'));
  });

  test('200 names in 3 paths, some of them wanted under two names', async () => {
    const parameters = { ...many('/a', 95), ...many('/b', 65), ...many('/c', 40) };
    const { read, sandbox } = await scene({ parameters });
    const lines = Object.keys(parameters).map((name, nth) => `V${nth}=${name}`);
    const step = await read([...lines, 'AGAIN=/a/p001', 'TWICE=/c/p001'].join('\n'));
    expect(Object.keys(step.exported)).toHaveLength(202);
    expect(sandbox.log.of('ssm').map(({ action }) => action)).toEqual(Array(20).fill('GetParameters'));
    expect(step.log).toContain('Parameters: 202 values in 20 calls, exported to later steps');
  });
});

test('outputs instead of variables', async () => {
  const { read } = await scene();
  const step = await read('/shop/prod/db-url\nlevel=/shop/prod/log-level', { 'ssm-export': 'outputs' });
  expect(step.exported).toEqual({});
  expect(step.outputs).toMatchObject({
    DB_URL: 'postgres://shop:c0rrect-h0rse&battery@db.internal:5432/shop',
    level: 'info',
  });
  expect(step.log).toContain('Outputs that are masked are for steps of this job');
});

test('a .env file that is there already and has other names: told, and put back', async () => {
  const { read, job } = await scene();
  const inputs = { 'ssm-export': 'none', 'ssm-env-file': '.env' };
  writeFileSync(`${job.workspace}/.env`, '# mine\nexport PORT=80\nLOG_LEVEL=debug\n');
  const { warnings, post } = await read('/shop/prod/log-level', inputs);
  expect(warnings).toEqual([
    expect.stringMatching(
      /\.env is there already, and is replaced until the job ends: the new one does not have PORT\./,
    ),
  ]);
  await post();
  expect(readFileSync(`${job.workspace}/.env`, 'utf8')).toContain('PORT=80');
});

test('a line break or a space at the end of a value is told; those of a key in several lines are meant', async () => {
  const { read } = await scene({
    parameters: {
      '/s/pass': 'from-a-file\n',
      '/s/padded': ' padded-value',
      '/s/pem': '-----BEGIN X-----\nabc\n',
      '/s/ok': 'value',
    },
  });
  const { exported, warnings } = await read('/s/');
  expect(exported).toMatchObject({ PASS: 'from-a-file\n', PADDED: ' padded-value' });
  expect(warnings).toEqual([
    expect.stringMatching(/^A line break is at the end of PASS, and stays there/),
    expect.stringMatching(/^White space is at the beginning or the end of PADDED, and/),
  ]);
});

test('an output that the action has itself is not taken', async () => {
  const { read } = await scene();
  const step = await read('plan=/shop/prod/log-level\nRegistry=/shop/prod/db-url', { 'ssm-export': 'outputs' });
  expect(step.errors).toEqual([
    expect.stringContaining('plan (from /shop/prod/log-level): the action has an output of this name'),
    expect.stringContaining('Registry (from /shop/prod/db-url): the action has an output of this name'),
  ]);
});

test('dry-run reads, checks and tells, and delivers nothing', async () => {
  const { read, job } = await scene();
  const step = await read('/shop/prod/', { 'dry-run': 'true', 'ssm-env-file': '.env' });
  expect(step.errors).toEqual([]);
  expect(step.exported).toEqual({});
  expect(existsSync(join(job.workspace, '.env'))).toBe(false);
  expect(step.outputs).not.toHaveProperty('ssm-resolved');
  expect(JSON.parse(step.outputs.plan ?? '').parameters).toMatchObject({ export: 'env', format: 'portable' });
  expect(step.log).toContain('"name": "PAYMENT_ENDPOINT"');
});

test('the summary says which version each name got, and no value', async () => {
  const { read } = await scene();
  const step = await read('KEY=/shop/prod/payment/api-key:live\nX=/shop/none ?? y\nZ?=/shop/none');
  expect(step.summary).toContain(
    [
      '| name | parameter | version | type |',
      '| --- | --- | ---: | --- |',
      '|  | `/shop/none` |  | not there |',
      '| `KEY` | [`/shop/prod/payment/api-key:live`](https://eu-west-1.console.aws.amazon.com/systems-manager/parameters/%252Fshop%252Fprod%252Fpayment%252Fapi-key/description?region=eu-west-1) | 1 | SecureString |',
      '| `X` | `default of /shop/none` |  | default |',
    ].join('\n'),
  );
});

test('what the step exported is gone in the post step', async () => {
  const { read, job } = await scene({}, { env: { LOG_LEVEL: 'debug' } });
  const step = await read('/shop/prod/db-url\n/shop/prod/log-level');
  expect(job.env).toMatchObject({ LOG_LEVEL: 'info', DB_URL: expect.stringContaining('postgres://') });
  await step.post();
  expect(job.env).toMatchObject({ LOG_LEVEL: 'debug', DB_URL: '' });
});

test('a secret: a stage of it, a name that begins with a slash, and what is not a version', async () => {
  const versions = { AWSPREVIOUS: 'whsec-before-1f5e', '9c3d-1': 'whsec-first-a9c3' };
  const secrets = {
    '111122223333': { 'prod/webhook': { value: 'whsec-7b1f', versions }, '/db': { value: 'slash-db-1' } },
  };
  const { read } = await scene({ secrets });
  const step = await read(`BEFORE=secretsmanager:prod/webhook:AWSPREVIOUS
    FIRST=/aws/reference/secretsmanager/prod/webhook:9c3d-1
    NOW=secretsmanager:prod/webhook
    DB=/aws/reference/secretsmanager//db
    NONE?=secretsmanager:prod/webhook:AWSPENDING`);
  expect(step.errors).toEqual([]);
  expect(step.exported).toMatchObject({
    BEFORE: 'whsec-before-1f5e',
    FIRST: 'whsec-first-a9c3',
    NOW: 'whsec-7b1f',
    DB: 'slash-db-1',
  });
  const { errors } = await read('X=secretsmanager:prod/webhook:password\nY=secretsmanager:rds!cluster-1');
  expect(errors).toEqual([
    expect.stringContaining('secretsmanager:rds!cluster-1: AWS refused it with ValidationException'),
    expect.stringContaining('secretsmanager:prod/webhook:password: its version password is not there.'),
  ]);
  expect(errors[0]).toContain('aws secretsmanager get-secret-value');
});

test('later steps can be started with every output, however many values there are', async () => {
  const names = Object.keys(many('/n/a-rather-long-folder', 1_500));
  const { read, job } = await scene({ parameters: many('/n/a-rather-long-folder', 1_500) });
  const step = await read(names.map((name, nth) => `V${nth}=${name}`).join('\n'));
  expect(step.errors).toEqual([]);
  expect(Object.keys(step.exported)).toHaveLength(1_500);
  for (const output of ['plan', 'iam-policy', 'ssm-resolved']) {
    Object.assign(job.env, { OUTPUT: step.outputs[output] });
    expect(await job.run('sh', ['-c', 'test -n "$OUTPUT"'])).toMatchObject({ code: 0 });
    expect(() => JSON.parse(step.outputs[output] ?? '')).not.toThrow();
  }
  expect(step.log).toMatch(/have no room for the last \d+ of these values/);
  expect((await step.post()).code).toBe(0);
});

test('600 variables are taken back in the post step, whatever they replaced', async () => {
  const before = Object.fromEntries(
    Object.keys(many('', 50)).map((name) => [name.slice(1).toUpperCase(), 'x'.repeat(4_000)]),
  );
  const { read, job } = await scene({ parameters: many('/n', 600) }, { env: before });
  const step = await read('/n/');
  expect(Object.keys(step.exported)).toHaveLength(600);
  const post = await step.post();
  expect(post.code).toBe(0);
  expect(job.env).toMatchObject({ ...before, P599: '' });
});
