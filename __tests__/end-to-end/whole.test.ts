import { afterEach, expect, test } from '@jest/globals';
import { below, LayoutBuilder } from '../../harness/image.ts';
import { type StepOptions, startJob } from '../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { WorldChange } from '../../sandbox/world.ts';

const ended: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
});

const EVERYTHING = {
  'role-to-assume': 'arn:aws:iam::111122223333:role/publish',
  images: 'oci:image => shop:1.0',
  's3-upload': 'site => s3://shop-site/',
  'ssm-parameters': '/shop/prod/db-url\nLEVEL=/shop/prod/log-level',
};

async function scene(world?: WorldChange) {
  const sandbox = await startSandbox(world ? { world } : {});
  const layout = new LayoutBuilder();
  const image = await layout.image(['one layer', 'and another']);
  const site = { 'site/index.html': '<title>Shop</title>', 'site/app.4f2a.js': 'let shop;' };
  const files = { ...site, ...below('image', layout.layout(image)) };
  const job = startJob({ env: sandbox.env(), files, secrets: sandbox.secrets });
  ended.push(sandbox.stop, job.end);
  const step = (inputs: Record<string, string> = {}, options?: StepOptions) =>
    job.step({ ...EVERYTHING, ...inputs }, options);
  return { sandbox, job, step, image };
}

/** Requests that change something on AWS. */
function writes(sandbox: Sandbox) {
  return sandbox.log.entries.filter(
    ({ service, method, status }) =>
      ['s3', 'registry', 'cloudfront'].includes(service) && !['GET', 'HEAD'].includes(method) && status < 300,
  );
}

test('one step does everything, and nothing again when it runs again', async () => {
  const { sandbox, job, step, image } = await scene();
  // Modes of the SDK that it does not know, or asks EC2 for, are not the step's.
  Object.assign(job.env, { AWS_DEFAULTS_MODE: 'fast', AWS_RETRY_MODE: 'aggressive' });
  const first = await step();
  expect(first.errors).toEqual([]);
  expect(first.code).toBe(0);
  expect(first.outputs).toMatchObject({ 'image-digest': image.digest, 's3-uploaded': '2', 's3-unchanged': '0' });
  expect(first.exported).toMatchObject({ LEVEL: 'info' });
  expect(first.summary).toContain('shop');
  expect(writes(sandbox).length).toBeGreaterThan(0);

  sandbox.log.clear();
  const second = await step();
  expect(second.outputs).toMatchObject({ 'image-digest': image.digest, 's3-uploaded': '0', 's3-unchanged': '2' });
  expect(writes(sandbox)).toEqual([]);

  await second.post();
  await first.post();
  expect(job.env).toMatchObject({ DB_URL: '', LEVEL: '' });
});

test('a step with jobs keeps its credentials to itself', async () => {
  const { step } = await scene();
  const { exported } = await step();
  expect(exported).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
});

test('every problem of every input is found before anything is sent', async () => {
  const { sandbox, step } = await scene();
  const result = await step({
    'aws-region': 'Ireland',
    'role-to-assume': 'arn:aws:iam::111122223333:instance-profile/publish',
    images: 'oci:nowhere => shop:1.0\noci:image =>',
    's3-upload': 'no-such-folder => s3://shop-site/\nsite to s3://shop-site/',
    'ssm-parameters': 'DB_URL=/shop/prod/db-url\n1ST=/shop/prod/log-level',
    'dry-run': 'maybe',
  });
  expect(result.code).toBe(1);
  for (const where of [
    'Input aws-region: "Ireland"',
    'Input role-to-assume, line 1',
    'Input images, line 1',
    'Input images, line 2',
    'Input s3-upload, line 1',
    'Input s3-upload, line 2',
    'Input ssm-parameters, line 2',
    'Input dry-run: "maybe"',
  ]) {
    expect(result.errors.filter((text) => text.startsWith(where))).toHaveLength(1);
  }
  for (const text of result.errors) expect(text).toContain('\n  Fix: ');
  expect(sandbox.log.entries).toEqual([]);
});

test('a layout without its index is bad input', async () => {
  const { sandbox, job, step } = await scene();
  await job.run('rm', ['image/index.json']);
  const { code, errors } = await step();
  expect(code).toBe(1);
  expect(errors).toEqual([expect.stringContaining('index.json')]);
  expect(sandbox.log.entries).toEqual([]);
});

test("when one job's plan cannot succeed, no job writes", async () => {
  const { sandbox, step } = await scene();
  const { code, errors, exported } = await step({ 'ssm-parameters': '/shop/prod/db-url\n/shop/prod/none' });
  expect(code).toBe(1);
  expect(errors).toEqual([expect.stringContaining('/shop/prod/none')]);
  expect(writes(sandbox)).toEqual([]);
  expect(exported).toEqual({});
});

test('dry-run reads, shows the plan and the policy for it, and writes nothing', async () => {
  const { sandbox, step } = await scene();
  const { code, outputs, exported, log } = await step({ 'dry-run': 'true' });
  expect(code).toBe(0);
  expect(writes(sandbox)).toEqual([]);
  expect(exported).toEqual({});
  expect(Object.keys(JSON.parse(outputs.plan ?? ''))).toEqual(
    expect.arrayContaining(['images', 'objects', 'parameters']),
  );
  const { Statement } = JSON.parse(outputs['iam-policy'] ?? '') as { Statement: { Action: string[] }[] };
  expect(Statement.flatMap(({ Action }) => Action)).toEqual(
    expect.arrayContaining(['ecr:PutImage', 's3:PutObject', 'ssm:GetParameters']),
  );
  expect(log).toContain('dry-run');
});

test("a trust policy that asks for another sub is answered with the token's sub", async () => {
  const { step } = await scene((world) => {
    const trust = world.accounts['111122223333']?.roles?.publish?.trust as unknown as {
      Statement: { Condition: Record<string, Record<string, string>> }[];
    };
    trust.Statement[0]!.Condition.StringLike!['token.actions.githubusercontent.com:sub'] =
      'repo:octo-org/shop:environment:production';
  });
  const { code, errors } = await step();
  expect(code).toBe(1);
  expect(errors.join('\n')).toContain('repo:octo-org/shop:ref:refs/heads/main');
});

test('when AWS goes away in mid-run, the step ends with what did not answer, and no stack', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'hang', service: 's3', action: 'PutObject' });
  let stopped: Promise<void> | undefined;
  const watch = setInterval(() => {
    if (sandbox.log.of('s3').some(({ method }) => method === 'PUT')) stopped ??= sandbox.stop();
  }, 5).unref();
  const { code, errors, log } = await step({ images: '', 'retry-max-attempts': '2' });
  clearInterval(watch);
  await stopped;
  expect(code).toBe(1);
  expect(errors.join('\n')).toMatch(/got no answer: connection failed/);
  expect(log).not.toMatch(/^\s+at /m);
});

test('a cancelled step says so and leaves no half of an upload', async () => {
  const { sandbox, step } = await scene();
  sandbox.faults.add({ kind: 'hang', service: 's3', action: 'PutObject' });
  const { code, errors } = await step(
    {},
    {
      started: (child) => {
        const watch = setInterval(() => {
          if (!sandbox.log.of('s3').some(({ method }) => method === 'PUT')) return;
          clearInterval(watch);
          child.kill('SIGINT');
        }, 5).unref();
      },
    },
  );
  expect(code).toBe(1);
  expect(errors.join('\n')).toContain('the step was cancelled (SIGINT)');
});

test('a variable of an earlier step cannot turn the step into a post step that does nothing', async () => {
  const { step } = await scene();
  const { outputs } = await step({}, { env: { STATE_undo: 'saved', STATE_undo_0: '{}', STATE_isPost: 'true' } });
  expect(outputs).toMatchObject({ 's3-uploaded': '2' });
});
