import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { StepOptions } from '../../../harness/runner.ts';
import { ROLE } from '../../../harness/scene.ts';
import { allow, allowing, many, scene } from './scene.ts';

const ARN = 'arn:aws:ssm:eu-west-1:111122223333:parameter';
const CALLER = 'arn:aws:sts::111122223333:assumed-role/publish/gha-7000000001-1-shop';

/** A step that fails exports nothing, and says each of these. */
function expectRefused(
  step: Awaited<ReturnType<Awaited<ReturnType<typeof scene>>['read']>>,
  messages: readonly string[],
): void {
  expect(step.errors).toEqual(messages.map((message) => expect.stringContaining(message)));
  expect(step.code).toBe(1);
  expect(step.exported).toEqual({});
  expect(step.outputs).not.toHaveProperty('ssm-resolved');
}

test('all that is missing, denied or not to be used is listed at once, and nothing is exported', async () => {
  const { read } = await scene();
  const step = await read(`/shop/prod/db-url
    /shop/prod/none
    A=/shop/prod/payment/api-key:9
    B=/shop/prod/payment/api-key:canary
    C=secretsmanager:prod/none
    D2=secretsmanager:prod/db/password
    D=arn:aws:ssm:eu-west-1:444455556666:parameter/site/none
    /shop/empty/
    LEVEL=/shop/prod/log-level
    LEVEL=/shop/prod/payment/endpoint`);
  expectRefused(step, [
    `arn:aws:ssm:eu-west-1:444455556666:parameter/site/none: SSM denies reading it.\n  Why: ${CALLER} may not ssm:GetParameters on arn:aws:ssm:eu-west-1:444455556666:parameter/site/none\n  Fix: share it with account 111122223333 (AWS RAM), and let the role do it:`,
    '/shop/prod/none: it is not there.\n  Why: account 111122223333 has no such parameter in eu-west-1\n  Fix: create it, check the account, the region and the spelling (letter case counts), write /shop/prod/none/ for all that is below it, or write NAME?= if it may be missing, ?? for a default',
    '/shop/prod/payment/api-key:9: version 9 of it is not there.\n  Why: either account 111122223333 has no such parameter in eu-west-1, or it has no version 9 (the latest 100 versions are kept)\n  Fix: aws ssm get-parameter-history --name /shop/prod/payment/api-key',
    '/shop/prod/payment/api-key:canary: label canary of it is not there.',
    'secretsmanager:prod/none: it is not there.\n  Why: account 111122223333 has no such secret in eu-west-1',
    'secretsmanager:prod/db/password: it is not there.',
    '/shop/empty/: there is no parameter below it.\n  Why: account 111122223333, region eu-west-1',
    'LEVEL: 2 values want the same name',
  ]);
  const field = 'the field password of prod/db is written secretsmanager:prod/db as json .password';
  expect(step.errors.map((text) => text.includes(field))).toEqual([...Array(5).fill(false), true, false, false]);
});

describe('a denial names the culprit, the action and the ARN', () => {
  test('one name of a batch: SSM', async () => {
    const { read, sandbox } = await scene(allowing(allow('ssm:GetParameters', 'parameter/shop/prod/*')));
    const step = await read('/shop/prod/log-level\n/other/secret\n/shop/prod/payment/endpoint\nX=/another');
    expectRefused(step, [
      `/other/secret: SSM denies reading it.\n  Why: ${CALLER} may not ssm:GetParameters on ${ARN}/other/secret\n  Fix: let the role do it:`,
      `/another: SSM denies reading it.\n  Why: ${CALLER} may not ssm:GetParameters on ${ARN}/another`,
    ]);
    expect(step.errors[0]).toMatch(/"Action": \[\s+"ssm:GetParameters"\s+\]/);
    expect(sandbox.log.of('ssm').length).toBeLessThanOrEqual(1 + 4 + 2);
  });

  test('one name of a batch: KMS, for a customer key; the default key needs no permission', async () => {
    const { read } = await scene(allowing(allow('ssm:GetParameters', '*')));
    const step = await read('/shop/prod/db-url\nKEY=/shop/prod/payment/api-key:live');
    expectRefused(step, [
      `/shop/prod/payment/api-key:live: KMS denies decrypting it; reading it is allowed.\n  Why: ${CALLER} may not kms:Decrypt on the key of it\n  Fix: let the role do it, and the key's own policy too:`,
    ]);
    expect(step.errors[0]?.replaceAll(/\s+/g, '')).toContain(
      `"kms:EncryptionContext:PARAMETER_ARN":["${ARN}/shop/prod/payment/api-key"`,
    );
  });

  test('a key that is disabled', async () => {
    const { read } = await scene({ keys: { '111122223333': { 'shop-key': { enabled: false } } } });
    expectRefused(await read('/shop/prod/db-url\n/shop/prod/payment/api-key'), [
      '/shop/prod/payment/api-key: KMS cannot decrypt it: its key is missing, disabled or about to be deleted',
    ]);
  });

  test('a secret of Secrets Manager', async () => {
    const { read } = await scene(allowing(allow('ssm:GetParameters', '*')));
    expectRefused(await read('HOOK=secretsmanager:prod/webhook'), [
      `secretsmanager:prod/webhook: Secrets Manager denies reading it.\n  Why: ${CALLER} may not secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/webhook-??????`,
    ]);
  });

  test('a secret with a customer key: KMS', async () => {
    const actions = [allow('ssm:GetParameters', '*'), allow('secretsmanager:GetSecretValue', '*')];
    const secrets = { '111122223333': { 'prod/webhook': { value: 'whsec-7b1f5e0a9c3d', key: 'shop-key' } } };
    const { read } = await scene({ ...allowing(...actions), secrets });
    const step = await read('HOOK=secretsmanager:prod/webhook');
    expectRefused(step, ['secretsmanager:prod/webhook: KMS denies decrypting it; reading it is allowed.']);
    expect(step.errors[0]).toContain('"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"');
  });

  test('a secret, when not even the reference may be read: SSM', async () => {
    const { read } = await scene(allowing(allow('ssm:GetParameters', 'parameter/shop/*')));
    const step = await read('HOOK=secretsmanager:prod/webhook');
    expectRefused(step, ['secretsmanager:prod/webhook: SSM denies reading it.']);
    expect(step.errors[0]).toContain('"secretsmanager:GetSecretValue"');
  });

  test('a parameter of another account that is not shared', async () => {
    const { read } = await scene();
    const arn = 'arn:aws:ssm:eu-west-1:444455556666:parameter/site/own';
    expectRefused(await read(`X=${arn}`), [
      `${arn}: SSM denies reading it.\n  Why: ${CALLER} may not ssm:GetParameters on ${arn}`,
    ]);
  });

  test('a path: SSM', async () => {
    const { read } = await scene(allowing(allow('ssm:GetParametersByPath', 'parameter/shop/prod/*')));
    expectRefused(await read('/shop/prod/'), [
      `/shop/prod/: SSM denies reading it.\n  Why: ${CALLER} may not ssm:GetParametersByPath on ${ARN}/shop/prod\n`,
    ]);
  });

  test('a path: KMS', async () => {
    const { read } = await scene(allowing(allow('ssm:GetParametersByPath', 'parameter/shop/prod')));
    expectRefused(await read('/shop/prod/'), [
      '/shop/prod/: one of /shop/prod/db-url, /shop/prod/payment/api-key: KMS denies decrypting it; reading it is allowed.',
    ]);
  });
});

describe('what was read cannot be used', () => {
  test('a value that is not what its line says; its text is nowhere', async () => {
    const parameters = { '/x/json': 'hunter2-plain', '/x/env': 'A=1\nhunter2-line\n', '/x/none': '# nothing\n' };
    const { read } = await scene({ parameters }, { secrets: ['hunter2'] });
    expectRefused(await read('DB=/x/json as json\n/x/env as dotenv\n/x/none as dotenv'), [
      '/x/json: the value is not JSON.',
      '/x/env: the readers of .env files do not agree on what the value says.\n  Why: line 2: it is neither NAME=value nor a comment',
      '/x/none: read as dotenv, it has no entries.',
    ]);
  });

  test('names that change how later steps run', async () => {
    const parameters = { '/p/path': 'x', '/p/node-options': 'x', '/p/git/ssh-command': 'x', '/p/3d': 'x' };
    const { read } = await scene({ parameters: { ...parameters, '/env': 'LD_PRELOAD=/tmp/x.so\nOK=1' } });
    expectRefused(await read('/p/\n/env as dotenv'), [
      '3D (from /p/3d): it is not the name of a variable',
      'GIT_SSH_COMMAND (from /p/git/ssh-command): the name GIT_SSH_COMMAND is refused.\n  Why: a tool of the job obeys it, so a value there changes how later steps run\n  Fix: use another name, or add GIT_SSH_COMMAND to ssm-allow-names',
      'NODE_OPTIONS (from /p/node-options): the name NODE_OPTIONS is refused',
      'PATH (from /p/path): the name PATH is refused',
      'LD_PRELOAD (from /env): the name LD_PRELOAD is refused',
    ]);
  });

  test('NODE_OPTIONS, which the runner would drop without failing', async () => {
    const { read } = await scene({ parameters: { '/p/x': '--inspect' } });
    expectRefused(await read('NODE_OPTIONS=/p/x', { 'ssm-allow-names': 'NODE_OPTIONS' }), [
      "NODE_OPTIONS (from /p/x): GitHub's runner takes no NODE_OPTIONS from a step",
    ]);
  });

  test('names that collide', async () => {
    const { read } = await scene({ parameters: { '/c/a/b': '1', '/c/a-b': '2', '/c/a.b': '3', '/c/d': '4' } });
    expectRefused(await read('/c/\nD=/c/a/b'), [
      'A_B: 3 values want the same name.\n  Why: they come from /c/a-b and /c/a.b and /c/a/b\n',
      'D: 2 values want the same name.\n  Why: they come from /c/d and /c/a/b\n',
    ]);
  });

  test('names that differ by case alone collide on Windows, and as outputs', async () => {
    const lines = 'name=/shop/prod/log-level\nNAME=/shop/prod/payment/endpoint';
    const windows = await scene({}, { env: { RUNNER_OS: 'Windows' } });
    expectRefused(await windows.read(lines), ['name, NAME: 2 values want the same name']);
    const linux = await scene({}, { env: { RUNNER_OS: 'Linux' } });
    expectRefused(await linux.read(lines, { 'ssm-export': 'outputs' }), ['name, NAME: 2 values want the same name']);
    expect(Object.keys((await linux.read(lines)).exported)).toEqual(['name', 'NAME']);
  });

  test('a variable or an environment that later steps could not start with', async () => {
    const large = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`/large/v${n}`, 'x'.repeat(8_192)]));
    const { read } = await scene({ parameters: large });
    expectRefused(await read('/large/'), ['the environment would have ']);
    const secrets = { '111122223333': { large: { value: 'y'.repeat(40_000) } } };
    const windows = await scene({ secrets }, { env: { RUNNER_OS: 'Windows' } });
    expectRefused(await windows.read('A=secretsmanager:large'), [
      'A (from secretsmanager:large): its value has 40000 bytes; later steps cannot start with a variable over 32767',
    ]);
    expectRefused(await read('/large/', { 'ssm-export': 'outputs' }), ['GitHub takes 1048576 from a job']);
  });
});

describe('input that cannot be meant', () => {
  test('every problem is listed with its place, and nothing is sent', async () => {
    const { read, sandbox } = await scene();
    const step = await read('NAME=shop/db\n# fine\nX=/a as yaml\nPATH=/a\n/shop/prod/db-url', {
      'ssm-export': 'file',
      'ssm-env-file-format': 'json',
      'ssm-mask': 'none',
      'ssm-allow-names': 'A B',
      'ssm-env-file-keep': 'maybe',
    });
    expectRefused(step, [
      'Input ssm-allow-names, line 1: "A B" is not the name of a variable',
      'Input ssm-parameters, line 1, column 6: "shop/db" is not the name of a parameter.\n  Fix: a name with levels starts with /',
      'Input ssm-parameters, line 3, column 9: "as yaml" is not known.\n  Fix: write as json, as dotenv, as compose, as docker, as node, as shell',
      'Input ssm-parameters, line 4: the name PATH is refused.\n  Why: every program that a later step starts obeys it',
      'Input ssm-export: "file" is not accepted.\n  Fix: write one of env, outputs, none',
      'Input ssm-mask, line 1: "none" is not accepted',
      'Input ssm-env-file-format: "json" is not accepted.\n  Fix: write one of portable, compose, docker, node, shell',
      'Input ssm-env-file-keep: "maybe" is not a boolean',
    ]);
    expect(sandbox.log.entries).toEqual([]);
  });

  test('values that would go nowhere, a file that nothing goes to', async () => {
    const { read, job } = await scene();
    expectRefused(await read('/shop/prod/db-url', { 'ssm-export': 'none' }), [
      'Input ssm-export: the values would go nowhere',
    ]);
    expectRefused(await job.step({ 'role-to-assume': ROLE, 'ssm-env-file': '.env' }), [
      'Input ssm-env-file: there is nothing to write',
    ]);
    const own = join(job.temp, 'set_env');
    writeFileSync(own, '');
    const inputs = { 'role-to-assume': ROLE, 'ssm-parameters': '/shop/prod/db-url' };
    expectRefused(await job.step({ ...inputs, 'ssm-env-file': own }, { files: { GITHUB_STEP_SUMMARY: own } }), [
      "Input ssm-env-file: it is the runner's own file",
    ]);
    expectRefused(await job.step({ ...inputs, 'ssm-env-file': 'apps\\\\api\\\\.env' }), [
      'has a backslash, which is a part of a name on this machine',
    ]);
  });
});

describe('AWS in trouble', () => {
  test('throttled calls wait their turn, and say so', async () => {
    const { read, sandbox } = await scene({ parameters: many('/m', 25) });
    sandbox.faults.add({ kind: 'throttle', service: 'ssm', times: 3 });
    const step = await read('/m/\n/shop/prod/log-level');
    expect(step.errors).toEqual([]);
    expect(Object.keys(step.exported)).toHaveLength(26);
    expect(step.log).toMatch(/ssm:GetParameters(ByPath)?: .*[Tt]hrottl/);
  });

  test('a lost connection in mid-path is tried again, and no page is lost', async () => {
    const { read, sandbox } = await scene({ parameters: many('/m', 25) });
    sandbox.faults.add({ kind: 'reset', service: 'ssm', nth: 2 }, { kind: 'truncate', service: 'ssm', nth: 4 });
    const step = await read('/m/');
    expect(step.errors).toEqual([]);
    expect(Object.keys(step.exported)).toHaveLength(25);
  });

  test('a missing version may also be an error of the call', async () => {
    const { read, sandbox } = await scene();
    sandbox.faults.add({ kind: 'status', service: 'ssm', status: 400, code: 'ParameterVersionNotFound' });
    expectRefused(await read('X=/shop/prod/db-url:1\nY?=/shop/prod/db-url:2'), [
      '/shop/prod/db-url:1: version 1 of it is not there',
    ]);
  });

  test('a cancelled step ends at once, and nothing is exported', async () => {
    const { read, sandbox, job } = await scene();
    sandbox.faults.add({ kind: 'hang', service: 'ssm' });
    const cancel: StepOptions = {
      started: (child) => {
        const poll = setInterval(() => {
          if (sandbox.log.of('ssm').length === 0) return;
          clearInterval(poll);
          child.kill('SIGINT');
        }, 10).unref();
      },
    };
    expectRefused(await read('/shop/prod/', { 'ssm-env-file': '.env' }, cancel), ['the step was cancelled (SIGINT)']);
    expect(readdirSync(job.workspace)).toEqual([]);
  });

  test('what has no end but failure: nothing is exported', async () => {
    const { read, sandbox } = await scene({ parameters: many('/m', 25) });
    sandbox.faults.add({
      kind: 'status',
      service: 'ssm',
      action: 'GetParametersByPath',
      status: 400,
      code: 'InvalidNextToken',
      nth: 2,
    });
    expectRefused(await read('/m/\n/shop/prod/log-level'), [
      'ssm:GetParametersByPath was refused with InvalidNextToken (HTTP 400)',
    ]);
  });
});
