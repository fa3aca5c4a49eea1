import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import type { Scene } from '../../../harness/scene.ts';
import { FILES, OWNER, PUBLISHER, read, s3As, siteScene, upload, writes } from './scene.ts';

const OWN = { 's3-upload': 'site => s3://shop-artifacts' };

function setPolicy({ sandbox }: Scene, policy: unknown): void {
  const publish = sandbox.world.accounts[PUBLISHER]?.roles?.publish;
  if (publish) publish.policies = { least: policy as never };
}

/** As a bucket's policy demands what makes its owner the owner. */
const Deny = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::shop-artifacts/*',
  Condition: { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
};

test('where a policy demands the ACL, an upload in parts alone is told that parts cannot carry it', async () => {
  const files = { 'site/video.mp4': '0123456789'.repeat(1_800_000) };
  const world = { buckets: { 'shop-artifacts': { policy: { Statement: [Deny] } } } };
  const { sandbox, step } = await siteScene({}, { files, world });
  const { errors } = await step(upload(OWN));
  expect(errors).toEqual([
    expect.stringMatching(/s3:UploadPart was refused.*applies to UploadPart.*s3:ObjectCreationOperation/s),
  ]);
  expect(writes(sandbox).at(-1)).toBe('AbortMultipartUpload video.mp4');
});

describe('the printed policy is that of this run', () => {
  test('the ACL that a refusal may make necessary is in the plan, and afterwards only where it was', async () => {
    const one = await siteScene({}, { world: { buckets: { 'shop-artifacts': { policy: { Statement: [Deny] } } } } });
    const dry = await one.step(upload({ ...OWN, 'dry-run': 'true' }));
    setPolicy(one, JSON.parse(dry.outputs['iam-policy'] ?? ''));
    const result = await one.step(upload(OWN));
    expect(result.errors).toEqual([]);
    expect(result.log).toContain('refused without an ACL, accepted with bucket-owner-full-control');
    expect(result.outputs['iam-policy']).toContain('s3:PutObjectAcl');

    const plain = await siteScene();
    expect((await plain.step(upload(OWN))).outputs['iam-policy']).not.toContain('s3:PutObjectAcl');
  });

  test.each([
    ['an id of a key', '1234abcd-12ab-34cd-56ef-1234567890ab', 'key/1234abcd-12ab-34cd-56ef-1234567890ab'],
    ['an alias', 'alias/site', 'kms:ResourceAliases'],
  ])("it names the key of the step's own bucket's default encryption: %s", async (_what, encryptionKey, named) => {
    const encryption = 'aws:kms' as const;
    const one = await siteScene({}, { world: { buckets: { 'shop-artifacts': { encryption, encryptionKey } } } });
    const all = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    setPolicy(one, all);
    const dry = await one.step(upload({ ...OWN, 'dry-run': 'true' }));
    expect(dry.outputs['iam-policy']).toContain(named);
    setPolicy(one, JSON.parse(dry.outputs['iam-policy'] ?? ''));
    expect((await one.step(upload(OWN))).errors).toEqual([]);
    setPolicy(one, all);
    const done = await one.step(upload({ ...OWN, 's3-upload-unchanged': 'true' }));
    expect(done.outputs['iam-policy']).toContain('kms:GenerateDataKey');
  });

  const KMS = { encryption: 'aws:kms', encryptionKey: `arn:aws:kms:eu-west-1:${PUBLISHER}:key/shop-key` };

  test.each([
    ['', {}, [200, 404]],
    // Nothing that the policy allows proves whose the object is.
    [', and a KMS key hides whether the object is there', KMS, [200, 404, 200]],
  ])('it suffices when the answer of CompleteMultipartUpload is lost%s', async (_and, settings, statuses) => {
    const files = { 'site/video.mp4': '0123456789'.repeat(1_800_000) };
    const one = await siteScene({}, { files, world: { buckets: { 'shop-artifacts': settings } } });
    const inputs = upload({ 's3-upload': 'site => s3://shop-artifacts/v1' });
    setPolicy(one, { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    const dry = await one.step({ ...inputs, 'dry-run': 'true' });
    setPolicy(one, JSON.parse(dry.outputs['iam-policy'] ?? ''));
    one.sandbox.faults.add({ service: 's3', action: 'CompleteMultipartUpload', kind: 'truncate', nth: 1 });
    const result = await one.step(inputs);
    expect(result.errors).toEqual([]);
    expect(one.sandbox.log.of('s3', 'CompleteMultipartUpload').map(({ status }) => status)).toEqual(statuses);
    expect(result.outputs['s3-uploaded']).toBe('1');
  });

  test('it suffices when the answer of a release that is never overwritten is lost, and a KMS key encrypts it', async () => {
    const one = await siteScene({}, { world: { buckets: { 'shop-artifacts': KMS } } });
    const inputs = upload({ 's3-upload': 'site => s3://shop-artifacts/v1', 's3-immutable': 'true' });
    setPolicy(one, { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    const dry = await one.step({ ...inputs, 'dry-run': 'true' });
    setPolicy(one, JSON.parse(dry.outputs['iam-policy'] ?? ''));
    one.sandbox.faults.add({ service: 's3', action: 'PutObject', kind: 'truncate', nth: 2 });
    const result = await one.step(inputs);
    expect([result.errors, result.outputs['s3-uploaded']]).toEqual([[], '5']);
    expect(one.sandbox.log.of('s3', 'PutObject').filter(({ status }) => status === 412)).toHaveLength(1);
  });
});

test('a role with s3:PutObject alone uploads to its own bucket, with s3-upload-unchanged', async () => {
  const one = await siteScene();
  setPolicy(one, { Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: '*' }] });
  const result = await one.step(upload({ ...OWN, 's3-upload-unchanged': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.log).toContain(`s3://shop-artifacts: belongs to account ${PUBLISHER}, which uploads: no ACL is sent`);
  expect(result.outputs['s3-uploaded']).toBe('5');
});

describe('s3-delete', () => {
  test.each([
    ['what it would have deleted', 'theirs.txt', {}, false],
    ['a page that this step has sent before', 'robots.txt', {}, false],
    ['an asset with a name of its own', 'assets/app.9z8y7x.js', {}, false],
    ['what a rule leaves out', 'logs/today.txt', { 's3-upload': 'site => s3://shop-site\n!logs/' }, true],
  ])('deletes nothing while another release writes %s', async (_what, writes, inputs, gone) => {
    const one = await siteScene();
    const s3 = s3As(one.sandbox, OWNER);
    const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body }));
    await put('old.txt', 'old');
    await put('theirs.txt', 'old');
    const once = { service: 's3', action: 'PutObject', nth: 3, kind: 'meanwhile' } as const;
    one.sandbox.faults.add({ ...once, does: () => put(writes, 'of another release') });
    const result = await one.step(upload({ 's3-delete': 'true', ...inputs }));
    expect(result.errors).toEqual([]);
    expect(await read(one.sandbox, OWNER, 'old.txt')).toBe(gone ? 404 : 'old');
    expect(await read(one.sandbox, OWNER, writes)).toBe('of another release');
    const told = result.warnings.filter((text) => text.includes('somebody else wrote 1 object'));
    expect([told.length, result.outputs['s3-deleted']]).toEqual(gone ? [0, '2'] : [1, '0']);
    expect(told.join()).toContain(gone ? '' : writes);
  });

  test('deletes what is older than a job can be, whoever writes meanwhile', async () => {
    const one = await siteScene();
    const put = (Key: string) =>
      s3As(one.sandbox, OWNER).send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'x' }));
    await put('old.txt');
    one.sandbox.faults.add({
      service: 's3',
      action: 'PutObject',
      nth: 2,
      kind: 'meanwhile',
      does: async () => {
        one.sandbox.clock.advance(7 * 3_600_000);
        await put('theirs.txt');
      },
    });
    const result = await one.step(upload({ 's3-delete': 'true' }));
    expect(result.errors).toEqual([]);
    expect(result.warnings.join()).toContain('somebody else wrote 1 object');
    expect(await read(one.sandbox, OWNER, 'old.txt')).toBe(404);
    expect(await read(one.sandbox, OWNER, 'theirs.txt')).toBe('x');
    expect(result.outputs['s3-deleted']).toBe('1');
  });

  test('takes keys that XML cannot hold, and those that a parser would change', async () => {
    const one = await siteScene();
    const s3 = s3As(one.sandbox, OWNER);
    const odd = ['a\u0001b', 'a\rb', 'a\nb', 'a\u0085b', ' a&b<c> ', "it's"];
    for (const Key of odd) await s3.send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'x' }));
    const result = await one.step(upload({ 's3-delete': 'true' }));
    expect(result.errors).toEqual([]);
    expect(result.outputs['s3-deleted']).toBe(String(odd.length));
    for (const key of odd) expect([key, await read(one.sandbox, OWNER, key)]).toEqual([key, 404]);
  });

  test('a small site may lose more than a quarter, unless nothing may go', async () => {
    const one = await siteScene();
    await one.step(upload());
    for (const name of ['robots.txt', 'about']) rmSync(join(one.job.workspace, 'site', name), { recursive: true });
    const refused = await one.step(upload({ 's3-delete': 'true', 's3-max-delete': '0%' }));
    expect(refused.errors.join()).toContain('s3-delete would delete 2 of 5 objects');
    expect((await one.step(upload({ 's3-delete': 'true' }))).outputs['s3-deleted']).toBe('2');
  });
});

test.each<[string, (path: string) => void]>([
  ['vanishes', (path) => rmSync(path)],
  [
    'becomes a folder',
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  ],
])('a file that %s while the step lists the bucket is named, and nothing is deleted', async (_what, happens) => {
  const one = await siteScene();
  const path = join(one.job.workspace, 'site/robots.txt');
  // The last one shows what is there; those before it whose the bucket is.
  const fault = { kind: 'meanwhile', service: 's3', action: 'ListObjectsV2', nth: 3 } as const;
  one.sandbox.faults.add({ ...fault, does: () => happens(path) });
  const result = await one.step(upload({ 's3-upload-unchanged': 'true', 's3-last': 'robots.txt' }));
  expect(result.code).toBe(1);
  expect(result.errors).toEqual([expect.stringMatching(/site\/robots\.txt: (it cannot be opened|the file changed)/)]);
  expect(result.log).toContain('nothing was deleted');
});

test('a file that grows while its parts are sent, as a log does, is named, and leaves no upload open', async () => {
  const files = { 'site/app.log': 'line of a log\n'.repeat(1_500_000) };
  const { sandbox, job, step } = await siteScene({}, { files });
  const does = () => appendFileSync(join(job.workspace, 'site/app.log'), 'one more line\n');
  sandbox.faults.add({ kind: 'meanwhile', service: 's3', action: 'UploadPart', nth: 1, does });
  const result = await step(upload());
  expect(result.errors).toEqual([expect.stringContaining('site/app.log: the file changed while the step ran')]);
  expect(await read(sandbox, OWNER, 'app.log')).toBe(404);
  expect(writes(sandbox).filter((line) => line.startsWith('Abort'))).toEqual(['AbortMultipartUpload app.log']);
});

test('an upload in parts that begins as another file fails is told: its id never arrives', async () => {
  const files = { ...FILES, 'site/video.mp4': '0123456789'.repeat(1_800_000) };
  const { sandbox, step } = await siteScene({}, { files });
  const over = Promise.withResolvers<void>();
  const create = { service: 's3', action: 'CreateMultipartUpload', nth: 1 } as const;
  sandbox.faults.add({ ...create, kind: 'meanwhile', does: () => over.promise });
  // The first object goes alone.
  sandbox.faults.add({
    service: 's3',
    action: 'PutObject',
    nth: 2,
    kind: 'status',
    status: 400,
    code: 'InvalidArgument',
  });
  const result = await step(upload());
  over.resolve();
  expect(result.code).toBe(1);
  expect(result.warnings.join()).toContain('video.mp4 began: 1 unfinished upload may stay');
});

describe('a server that is not AWS', () => {
  test('gets no checksum header where the environment says so', async () => {
    const files = { ...FILES, 'site/video.mp4': '0123456789'.repeat(1_800_000) };
    const env = { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required' };
    const { sandbox, step } = await siteScene({}, { files, env });
    const s3 = s3As(sandbox, OWNER);
    await s3.send(new PutObjectCommand({ Bucket: 'shop-site', Key: 'old.txt', Body: 'old' }));
    const result = await step(upload({ 's3-delete': 'true' }));
    expect(result.errors).toEqual([]);
    expect(result.outputs['s3-deleted']).toBe('1');
    const manifest = (await step(upload())).outputs['s3-unchanged'];
    expect(manifest).toBe('6');
  });

  test('that does not know a call says 501, which is not waited for', async () => {
    const { sandbox, step } = await siteScene();
    sandbox.faults.add({
      service: 's3',
      action: 'GetBucketOwnershipControls',
      kind: 'status',
      status: 501,
      code: 'NotImplemented',
    });
    const result = await step(upload());
    expect(result.errors).toEqual([]);
    expect(sandbox.log.of('s3', 'GetBucketOwnershipControls')).toHaveLength(1);
  });
});

test('a server that does not know DeleteObjects is asked for each; a line of a file has nothing to delete', async () => {
  const { sandbox, step } = await siteScene();
  for (const Key of ['old.txt', 'older.txt'])
    await s3As(sandbox, OWNER).send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'x' }));
  const fault = {
    service: 's3',
    action: 'DeleteObjects',
    kind: 'status',
    status: 501,
    code: 'NotImplemented',
  } as const;
  sandbox.faults.add(fault);
  const result = await step(upload({ 's3-delete': 'true' }));
  expect([result.errors, result.outputs['s3-deleted']]).toEqual([[], '2']);
  expect(await read(sandbox, OWNER, 'old.txt')).toBe(404);
  const file = await step(upload({ 's3-upload': 'site/robots.txt => s3://shop-site', 's3-delete': 'true' }));
  expect(file.warnings).toEqual([expect.stringContaining('Every line of s3-upload names a file')]);
});

test.each([
  ['--x-s3', 'site--euw1-az1--x-s3', 'a directory bucket'],
  ['--op-s3', 'site-0123456789abcdefghijkl--op-s3', 'an access point of S3 on Outposts'],
  ['--xa-s3', 'site--euw1-az1--xa-s3', 'an access point of a directory bucket'],
  ['--ol-s3', 'site-0123456789abcdefghijkl--ol-s3', 'an Object Lambda Access Point'],
])('a bucket of another kind (%s) is refused by name', async (_what, bucket, kind) => {
  const { sandbox, step } = await siteScene();
  const result = await step(upload({ 's3-upload': `site => s3://${bucket}` }));
  expect(result.errors.join()).toContain(`s3://${bucket}: this is ${kind}`);
  expect(sandbox.log.of('s3')).toEqual([]);
});

test('a bad prefix is one error, and files that cannot be uploaded are named together', async () => {
  const { job, step } = await siteScene();
  const bad = await step(upload({ 's3-upload': 'site => s3://shop-site/a/../b' }));
  expect(bad.errors).toHaveLength(1);
  for (const name of ['a\tb', 'c\td']) writeFileSync(join(job.workspace, 'site', name), 'x');
  const odd = await step(upload());
  expect(odd.errors).toHaveLength(1);
});

test('a LOCAL that leads out of the workspace by a link is refused', async () => {
  const { job, sandbox, step } = await siteScene();
  await job.run('ln', ['-s', '/etc', 'out']);
  const result = await step(upload({ 's3-upload': 'out => s3://shop-site' }));
  expect(result.errors[0]).toContain('a symbolic link on this path leads out of the workspace');
  expect(writes(sandbox)).toEqual([]);
});
