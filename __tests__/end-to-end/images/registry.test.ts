import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { below, digestOf, LayoutBuilder } from '../../../harness/image.ts';
import { puller } from '../../../harness/puller.ts';
import { heldBy, hostOf, layouts, plant, pulled, requests, scene } from './scene.ts';

const mounting = { ecr: { '111122223333': { 'eu-west-1': { blobMounting: true } } } };

test.each([
  ['by mounts, without a byte through the runner', true],
  ['by its bytes where the account does not mount', false],
])('an image is promoted from one repository of a registry to another %s', async (_, mounts) => {
  const { files, digests } = await layouts();
  const it = await scene(files, mounts ? { world: mounting } : {});
  expect((await it.step({ images: 'oci:amd => base:dev' })).errors).toEqual([]);
  it.sandbox.log.clear();
  const result = await it.step({ images: `registry:${hostOf(it)}/base:dev => shop:prod` });
  expect([result.errors, result.outputs['image-digest']]).toEqual([[], digests[0]]);
  expect(await it.puller.pull('shop', 'prod')).toEqual([digests[0]]);
  const counted = (action: string) => requests(it.sandbox).filter((it) => it === action).length;
  expect([counted('GetBlob') > 2, counted('FinishUpload')]).toEqual(mounts ? [false, 0] : [true, 2]);
  expect(result.outputs['iam-policy']).toContain('repository/base');
});

test.each([
  [403, 'DENIED'],
  [404, 'NAME_UNKNOWN'],
  [401, 'UNAUTHORIZED'],
  [405, 'UNSUPPORTED'],
])('a mount that the registry refuses with %d %s is an upload', async (status, code) => {
  const { files, digests } = await layouts();
  const it = await scene(files, { world: mounting });
  expect((await it.step({ images: 'oci:amd => base:dev' })).errors).toEqual([]);
  it.sandbox.faults.add({ kind: 'status', service: 'registry', action: 'StartUpload', status, code, times: 1 });
  const result = await it.step({ images: `registry:${hostOf(it)}/base:dev => shop:prod` });
  expect([result.errors, await it.puller.pull('shop', 'prod')]).toEqual([[], [digests[0]]]);
});

test('an image goes to another account and region, and back to a tag by its digest', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files, {
    world: {
      ecr: {
        '444455556666': {
          'us-east-1': {
            repositories: {
              shared: {
                policy: {
                  Version: '2012-10-17',
                  Statement: [
                    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'ecr:*' },
                  ],
                },
              },
            },
          },
        },
      },
    },
  });
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  const there = '444455556666.dkr.ecr.us-east-1.amazonaws.com';
  const over = await it.step({ images: `registry:${hostOf(it)}/shop:1 => ${there}/shared:1` });
  expect(over.errors).toEqual([]);
  const pulls = await puller(it.sandbox, {
    role: 'arn:aws:iam::111122223333:role/publish',
    region: 'us-east-1',
    account: '444455556666',
  });
  expect(await pulls.pull('shared', '1')).toEqual([digests[0]]);
  const back = await it.step({ images: `registry:${hostOf(it)}/shop@${digests[0]} => shop:again` });
  expect([back.errors, await it.puller.digest('shop', 'again')]).toEqual([[], digests[0]]);
});

test('an image that is not there, and one with a blob that is gone: nothing is written', async () => {
  const { files } = await layouts();
  const it = await scene(files);
  const missing = await it.step({ images: `registry:${hostOf(it)}/shop:none => base:1` });
  expect(missing.errors.join()).toMatch(/images, line 1.*does not hold this image/s);
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  const { manifest } = await pulled(it, 'shop', '1');
  heldBy(it.sandbox, 'shop').blobs.delete(manifest.layers[0].digest);
  it.sandbox.log.clear();
  const broken = await it.step({ images: `registry:${hostOf(it)}/shop:1 => base:1` });
  expect(broken.code).toBe(1);
  expect(requests(it.sandbox)).not.toContain('FinishUpload');
  expect(await it.puller.digest('base', '1')).toBeUndefined();
});

test('an index of which the registry has lost an image is not copied as something smaller', async () => {
  const layout = new LayoutBuilder();
  const images = [await layout.image(['amd']), await layout.image(['arm'], { architecture: 'arm64' })];
  const it = await scene(below('out', layout.layout(layout.index(images))));
  expect((await it.step({ images: 'oci:out => base:1' })).errors).toEqual([]);
  heldBy(it.sandbox, 'base').manifests.delete(images[1]!.digest);
  const { errors } = await it.step({ images: `registry:${hostOf(it)}/base:1 => shop:1` });
  expect(errors.join()).toMatch(new RegExp(`does not hold all that the index names: ${images[1]!.digest} is gone`));
  expect(await it.puller.digest('shop', '1')).toBeUndefined();
  const one = await it.step({ images: `registry:${hostOf(it)}/base@${images[0]!.digest} => shop:1` });
  expect([one.errors, one.outputs['image-digest']]).toEqual([[], images[0]!.digest]);
});

test('a line that reads what an earlier line pushes would copy the release before: nothing is pushed', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  const copy = `registry:${hostOf(it)}/shop:1 => shop:prod`;
  for (const before of [undefined, 'oci:arm => shop:1']) {
    if (before) expect((await it.step({ images: before })).errors).toEqual([]);
    const { errors } = await it.step({ images: `oci:amd => shop:1\n${copy}` });
    expect(errors.join()).toMatch(
      /images, line 2: .*\/shop:1 is read before line 1 of this step pushes it.*after commas/s,
    );
  }
  expect(await it.puller.digest('shop', 'prod')).toBeUndefined();
  // The other way round it is the former release that is to be kept.
  const kept = await it.step({ images: `${copy}\noci:amd => shop:1` });
  const tags = await Promise.all(['prod', '1'].map((tag) => it.puller.digest('shop', tag)));
  expect([kept.errors, tags]).toEqual([[], [digests[1], digests[0]]]);
});

test('an image in the archive of ECR, which says that there is none, is restored by a push, and told elsewhere', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  const held = heldBy(it.sandbox, 'shop');
  const archive = () => held.archived.add(digests[0]!);
  archive();
  const restore =
    /in the archive, restore it: aws ecr update-image-storage-class .*--repository-name shop --image-id imageTag=1 /s;
  const source = await it.step({ images: `registry:${hostOf(it)}/shop:1 => base:1` });
  expect(source.errors.join()).toMatch(restore);
  held.mutability = 'IMMUTABLE';
  const moved = await it.step({ images: 'oci:arm => shop:1' });
  expect(moved.errors.join()).toMatch(/the tag exists and is immutable/);
  expect(moved.errors.join()).toMatch(restore);
  held.mutability = 'MUTABLE';
  const again = await it.step({ images: 'oci:amd => shop:1' });
  expect([again.errors, await it.puller.pull('shop', '1')]).toEqual([[], [digests[0]]]);
});

test('a registry that is not there is named', async () => {
  const it = await scene({});
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  server.close();
  const inputs = { images: `registry:127.0.0.1:${port}/base:1 => shop:1`, 'retry-max-attempts': '1' };
  const { errors } = await it.step(inputs);
  expect(errors.join()).toContain(`Input images, line 1: 127.0.0.1:${port}: registry:Ping got no answer`);
});

test('platforms of several sources become one index; two of one platform are refused', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  const result = await it.step({ images: 'oci:amd + oci:arm => shop:multi' });
  expect(result.errors).toEqual([]);
  expect((await it.puller.pull('shop', 'multi')).slice(1)).toEqual(digests);
  const { manifests } = JSON.parse((await it.puller.get('/v2/shop/manifests/multi')).body.toString());
  expect(manifests.map(({ platform }: { platform: unknown }) => platform)).toEqual([
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux' },
  ]);
  const again = await it.step({ images: 'oci:amd + oci:arm => shop:multi' });
  expect(again.log).toContain('already');
  const twice = await it.step({ images: 'oci:amd + oci:amd => shop:twice' });
  expect(twice.errors.join()).toMatch(/images, line 1.*two of the joined images are for linux\/amd64/s);
});

test("jobs of a matrix that push to one tag are told that they replace each other's images", async () => {
  const [amd, arm] = [new LayoutBuilder(), new LayoutBuilder()];
  const images = [await amd.image(['amd']), await arm.image(['arm'], { architecture: 'arm64' })];
  const it = await scene({
    ...below('amd', amd.layout(amd.index([images[0]!, amd.attestation(images[0]!)]))),
    ...below('arm', arm.layout(arm.index([images[1]!, arm.attestation(images[1]!)]))),
  });
  const warned: (string | undefined)[] = [];
  for (const source of ['oci:amd', 'oci:arm', 'oci:amd + oci:arm', 'oci:amd']) {
    const { errors, warnings } = await it.step({ images: `${source} => shop:1` });
    expect([errors, warnings.length < 2]).toEqual([[], true]);
    warned.push(/shop:1 was for (.*) too/.exec(warnings.join())?.[1]);
  }
  expect(warned).toEqual([undefined, 'linux/amd64', undefined, 'linux/arm64']);
});

test('jobs of a matrix push by digest, and a later step joins them', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  for (const [at, name] of ['amd', 'arm'].entries()) {
    const result = await it.step({ images: `oci:${name} => shop` });
    expect([result.errors, result.outputs['image-digest']]).toEqual([[], digests[at]]);
    expect(JSON.parse(result.outputs.images!)[0]).toMatchObject({ tags: [], pushed: true });
  }
  expect((await it.step({ images: 'oci:amd => shop' })).log).toContain('already');
  expect([...heldBy(it.sandbox, 'shop').tags.keys()]).toEqual([]);
  it.sandbox.log.clear();
  const [amd, arm] = digests.map((digest) => `registry:${hostOf(it)}/shop@${digest}`);
  expect((await it.step({ images: `${amd} + ${arm} => shop:1, shop:latest` })).errors).toEqual([]);
  expect(requests(it.sandbox)).not.toContain('StartUpload');
  expect((await it.puller.pull('shop', '1')).slice(1)).toEqual(digests);
});

test.each([
  ['StartUpload', 404, 'NAME_UNKNOWN'],
  ['FinishUpload', 404, 'BLOB_UPLOAD_UNKNOWN'],
  ['FinishUpload', 400, 'BLOB_UPLOAD_INVALID'],
  ['FinishUpload', 400, 'DIGEST_INVALID'],
  ['PutManifest', 404, 'BLOB_UNKNOWN'],
])('%s that is answered once with %d %s is begun again', async (action, status, code) => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  it.sandbox.faults.add({ kind: 'status', service: 'registry', action, status, code, times: 1 });
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  expect(await it.puller.pull('shop', '1')).toEqual([digests[0]]);
});

test('a login that expires is renewed, and HEAD 405 is not said of a manifest', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  const message = 'Your authorization token has expired. Reauthenticate and try again.';
  const expired = {
    kind: 'status',
    service: 'registry',
    action: 'StartUpload',
    status: 403,
    code: 'DENIED',
    message,
  } as const;
  it.sandbox.faults.add({ ...expired, times: 1 });
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  expect(await it.puller.pull('shop', '1')).toEqual([digests[0]]);
  it.sandbox.faults.add({ ...expired });
  const always = await it.step({ images: 'oci:arm => shop:2' }, { sleeps: 'skipped' });
  it.sandbox.faults.clear();
  expect(always.errors.join()).toContain('has expired');
  expect(always.errors.join()).not.toContain('allow ecr:');
  it.sandbox.faults.add({ kind: 'status', service: 'registry', action: 'HeadBlob', status: 405, code: 'UNSUPPORTED' });
  const head = await it.step({ images: 'oci:arm => shop:2' }, { sleeps: 'skipped' });
  expect(head.errors.join()).not.toContain('does not accept this manifest');
});

test('a planted config never makes a copy of something else', async () => {
  const { files } = await layouts();
  const it = await scene(files);
  const digest = plant(heldBy(it.sandbox, 'shop'), 'odd', {
    manifest: {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: 7,
      layers: [],
    },
  });
  const result = await it.step({ images: `registry:${hostOf(it)}/shop@${digest} => base:1` });
  expect(result.errors.join()).toContain('something other than descriptors');
  expect(digest).toBe(digestOf(heldBy(it.sandbox, 'shop').manifests.get(digest)!.bytes));
});
