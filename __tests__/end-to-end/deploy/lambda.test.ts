import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import { cancelWhen } from '../../../harness/runner.ts';
import type { Sandbox } from '../../../sandbox/index.ts';
import { deployments, OLD_IMAGE, REGISTRY, type Scene, scene } from './scene.ts';

const IMAGE = { images: 'oci:one => shop:1', deploy: 'shop:1 => lambda:resize:live' };
const ZIP = {
  's3-upload': 'build/mailer.zip => s3://shop-artifacts/',
  deploy: 's3://shop-artifacts/mailer.zip => lambda:mailer',
};
const ZIPPED = Buffer.from('not really a zip, but nobody opens it');

function lambda(name: string, change: Record<string, unknown>) {
  return { lambda: { '111122223333': { [name]: change } } };
}

function writes({ log }: Sandbox): string[] {
  const changing = ['UpdateFunctionCode', 'PublishVersion', 'UpdateAlias'];
  return log
    .of('lambda')
    .flatMap(({ action, status }) => (changing.includes(action) && status === 200 ? [action] : []));
}

const hex = (it: Scene) => it.one.replace('sha256:', '');

describe('an image to a function', () => {
  test('with an alias: a version is published, and the alias moves; the second run has nothing to do', async () => {
    const it = await scene();
    const first = await it.step(IMAGE);
    expect(first.errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(hex(it));
    expect(writes(it.sandbox)).toEqual(['UpdateFunctionCode', 'PublishVersion', 'UpdateAlias']);
    expect(deployments(first.outputs)).toMatchObject([
      {
        target: 'lambda:resize',
        before: 'live: version 1',
        after: `${REGISTRY}/shop@${it.one} (version 2)`,
        state: 'succeeded',
      },
    ]);
    it.sandbox.log.clear();
    const second = await it.step(IMAGE);
    expect(second.errors).toEqual([]);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
    expect(writes(it.sandbox)).toEqual([]);
  });

  test('without one: the function has the code, also when the tag is moved', async () => {
    const it = await scene();
    const deploy = 'shop:1 => lambda:resize';
    expect((await it.step({ images: 'oci:one => shop:1', deploy })).errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize')).toBe(hex(it));
    expect((await it.step({ images: 'oci:two => shop:1', deploy })).errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize')).toBe(it.two.replace('sha256:', ''));
  });

  test('an update that fails leaves the old code in service, and says why', async () => {
    const it = await scene();
    it.sandbox.world.runs = { [it.one]: { lambda: 'ImageAccessDenied' } };
    const result = await it.step({ ...IMAGE, deploy: 'shop:1 => lambda:resize' });
    expect(result.errors.join()).toContain('lambda:resize: the update of the function failed');
    expect(result.errors.join()).toContain('must allow lambda.amazonaws.com ecr:BatchGetImage');
    expect(it.sandbox.serving.get('lambda:resize')).toBe(OLD_IMAGE);
  });

  test('a cancelled step says that an update cannot be stopped, and what will serve', async () => {
    const it = await scene({ world: lambda('resize', { stuck: true }) });
    const result = await it.step(
      { ...IMAGE, deploy: 'shop:1 => lambda:resize' },
      cancelWhen(() => it.sandbox.log.of('lambda', 'GetFunctionConfiguration').length > 0),
    );
    expect(result.errors.join()).toContain('an update cannot be stopped, so nothing was rolled back');
    expect(result.errors.join()).toContain('serves until the update that is in progress ends');
    expect(result.outputs['deploy-changed']).toBe('true');
  });

  test('a version that cannot be run never gets the alias', async () => {
    const it = await scene();
    it.sandbox.world.runs = { [it.one]: { lambdaVersion: 'FunctionError.InitTimeout' } };
    const result = await it.step(IMAGE);
    expect(result.errors.join()).toContain('took too long to start');
    expect(result.errors.join()).toContain('live serves version 1');
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(OLD_IMAGE);
  });

  test('an alias with provisioned concurrency is waited for: Lambda itself shares its traffic meanwhile', async () => {
    const it = await scene({ world: lambda('resize', { provisionedLooks: 3 }) });
    const result = await it.step(IMAGE);
    expect(result.errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(hex(it));
  });

  test('an alias that names $LATEST serves the new code at once: the former code is given back where its version fails', async () => {
    const it = await scene({ world: lambda('resize', { aliases: { live: '$LATEST' } }) });
    it.sandbox.world.runs = { [it.one]: { lambdaVersion: 'FunctionError.InitTimeout' } };
    const failed = await it.step(IMAGE);
    expect(failed.notices.join()).toContain('serves the new code before a version of it is ready');
    expect(deployments(failed.outputs)).toMatchObject([{ state: 'rolled back' }]);
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(OLD_IMAGE);
    it.sandbox.world.runs = {};
    expect((await it.step({ ...IMAGE, images: 'oci:two => shop:1' })).errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(it.two.replace('sha256:', ''));
  });

  test('a function that takes no update is not taken for a second writer', async () => {
    const it = await scene({ world: lambda('resize', { state: 'Failed' }) });
    const result = await it.step(IMAGE);
    expect(result.errors.join()).toContain('The function is currently in the following state: Failed');
    expect(result.errors.join()).not.toContain('somebody else');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'failed' }]);
  });

  test('code that somebody else sent meanwhile is not overwritten', async () => {
    const it = await scene({ world: lambda('resize', { rivalAtLook: 1 }) });
    const result = await it.step(IMAGE);
    expect(result.errors.join()).toContain('got other code from somebody else');
    expect(deployments(result.outputs)).toMatchObject([{ state: 'superseded' }]);
    expect(writes(it.sandbox)).toEqual(['UpdateFunctionCode']);
  });

  test('a lost answer is not taken for a second writer', async () => {
    const it = await scene();
    it.sandbox.faults.add({ kind: 'truncate', service: 'lambda', action: 'UpdateFunctionCode', nth: 1 });
    it.sandbox.faults.add({ kind: 'truncate', service: 'lambda', action: 'UpdateAlias', nth: 1 });
    const result = await it.step(IMAGE);
    expect(result.errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(hex(it));
  });

  test.each<[string, Record<string, string>, string]>([
    ['an image for a zip function', { deploy: 'shop:1 => lambda:mailer' }, 'takes a zip, and is given an image'],
    ['an alias that is not there', { deploy: 'shop:1 => lambda:resize:beta' }, 'lambda:GetAlias was refused'],
    ['a function that is not there', { deploy: 'shop:1 => lambda:none' }, 'lambda:GetFunction was refused'],
    [
      'an object that is not there',
      { deploy: 's3://shop-artifacts/no.zip => lambda:mailer' },
      'there is no such object',
    ],
    [
      'a zip for an image function',
      { deploy: 's3://shop-artifacts/no.zip => lambda:resize' },
      'takes an image, and is given a zip',
    ],
  ])('%s is found before the first write of the step', async (_, inputs, text) => {
    const it = await scene();
    const result = await it.step({ ...IMAGE, ...inputs });
    expect(result.errors.join()).toContain(text);
    expect(it.sandbox.log.of('registry').filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  test('an index and another architecture are refused, with the way out', async () => {
    const layout = new LayoutBuilder();
    const [image, arm] = [await layout.image(['app']), await layout.image(['arm'], { architecture: 'arm64' })];
    const index = layout.index([image, layout.attestation(image)]);
    const other = new LayoutBuilder();
    const armOnly = await other.image(['arm'], { architecture: 'arm64' });
    const it = await scene({
      files: { ...below('built', layout.layout(index)), ...below('arm', other.layout(armOnly)) },
    });
    expect(arm.digest).toBe(armOnly.digest);
    const pushed = await it.step({ images: 'oci:built => shop:built\noci:arm => shop:arm' });
    expect(pushed.errors).toEqual([]);
    const result = await it.step({ deploy: 'shop:built => lambda:resize' });
    expect(result.errors.join()).toContain('is an index (linux/amd64)');
    expect(result.errors.join()).toContain('image-attestations: strip');
    const wrong = await it.step({ deploy: 'shop:arm => lambda:resize' });
    expect(wrong.errors.join()).toContain('built for linux/arm64, and the function runs on x86_64');
    expect((await it.step({ deploy: 'shop:arm => lambda:arm' })).errors).toEqual([]);
    expect(writes(it.sandbox)).toEqual(['UpdateFunctionCode']);
  });

  test('an alias that shares its traffic is busy; replace gives it one version', async () => {
    const it = await scene({ world: lambda('resize', { weights: { live: { '1': 0.5 } } }) });
    const result = await it.step(IMAGE);
    expect(result.errors.join()).toContain('the alias live sends 50 % to version 1');
    expect((await it.step({ ...IMAGE, 'deploy-busy': 'replace' })).errors).toEqual([]);
    expect(it.sandbox.serving.get('lambda:resize:live')).toBe(hex(it));
  });
});

describe('a zip to a function', () => {
  const files = { 'build/mailer.zip': ZIPPED };
  const sha256 = createHash('sha256').update(ZIPPED).digest('base64');

  test('that this step uploads; the second run has nothing to do', async () => {
    const it = await scene({ files });
    const first = await it.step(ZIP);
    expect(first.errors).toEqual([]);
    expect(first.warnings.join()).toContain('this zip cannot be rolled back');
    expect(it.sandbox.serving.get('lambda:mailer')).toBe(sha256);
    const second = await it.step(ZIP);
    expect(second.errors).toEqual([]);
    expect(deployments(second.outputs)).toMatchObject([{ state: 'unchanged' }]);
    expect(writes(it.sandbox)).toEqual(['UpdateFunctionCode']);
  });

  test('a versioned bucket gives the former code back', async () => {
    const it = await scene({ files, world: { buckets: { 'shop-artifacts': { versioning: true } } } });
    expect((await it.step(ZIP)).errors).toEqual([]);
    writeFileSync(`${it.job.workspace}/build/mailer.zip`, 'other bytes');
    it.sandbox.faults.add({
      kind: 'status',
      service: 'lambda',
      action: 'GetFunctionConfiguration',
      status: 403,
      code: 'AccessDeniedException',
      nth: 1,
    });
    const result = await it.step(ZIP);
    expect(result.warnings.join()).not.toContain('cannot be rolled back');
    expect(result.errors.join()).toContain('lambda:GetFunctionConfiguration was refused');
    expect(it.sandbox.serving.get('lambda:mailer')).toBe(sha256);
    expect(deployments(result.outputs)).toMatchObject([{ state: 'rolled back' }]);
  });
});
