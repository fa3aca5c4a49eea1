import { PutObjectCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { ROLE } from '../../../harness/scene.ts';
import { FILES, head, OWNER, s3As, siteScene, tagsOf, upload, writes } from './scene.ts';

const Bucket = 'shop-site';

describe('s3-tags that are named later', () => {
  test('are set on what stays, beside tags of others, without sending it', async () => {
    const { sandbox, step } = await siteScene();
    await step(upload());
    const Tagging = { TagSet: [{ Key: 'scan', Value: 'clean & <safe>' }] };
    for (const Key of ['robots.txt', 'index.html'])
      await s3As(sandbox, OWNER).send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }));
    const tags = { 's3-tags': 'team=web\ncost=a b' };
    const dry = await step(upload({ ...tags, 'dry-run': 'true' }));
    expect(dry.log).toContain('Tags (s3-tags): set on 5 unchanged objects (not carried out)');
    sandbox.world.accounts['111122223333']!.roles!.publish!.policies = {
      least: JSON.parse(dry.outputs['iam-policy'] ?? '{}'),
    };
    sandbox.log.clear();
    const result = await step(upload(tags));
    expect([result.errors, result.warnings]).toEqual([[], []]);
    expect(result.outputs).toMatchObject({ 's3-unchanged': '5', 's3-uploaded': '0' });
    expect(writes(sandbox).filter((line) => !line.startsWith('PutObjectTagging'))).toEqual([]);
    expect(await tagsOf(sandbox, 'robots.txt')).toEqual({ scan: 'clean & <safe>', team: 'web', cost: 'a b' });
    expect(await tagsOf(sandbox, 'assets/style.css')).toEqual({ team: 'web', cost: 'a b' });
    sandbox.log.clear();
    expect((await step(upload(tags))).errors).toEqual([]);
    expect(writes(sandbox)).toEqual([]);
  });

  test('stay with those of others where a copy changes headers; what cannot be told is a warning, too many are an error', async () => {
    const { sandbox, step } = await siteScene();
    await step(upload());
    const TagSet = Array.from({ length: 9 }, (_, n) => ({ Key: `k${n}`, Value: 'v' }));
    await s3As(sandbox, OWNER).send(new PutObjectTaggingCommand({ Bucket, Key: 'index.html', Tagging: { TagSet } }));
    const rule = { 's3-cache-control': '*.html => no-cache' };
    expect((await step(upload({ ...rule, 's3-tags': 'a=1\nb=2' }))).errors.join()).toContain(
      'more than 10 tags with those of s3-tags',
    );
    expect((await step(upload({ ...rule, 's3-tags': 'a=1' }))).errors).toEqual([]);
    expect(await tagsOf(sandbox, 'index.html')).toMatchObject({ k0: 'v', k8: 'v', a: '1' });
    expect(await head(sandbox, 'index.html')).toMatchObject({ CacheControl: 'no-cache' });
    sandbox.faults.add({
      ...{ service: 's3', action: 'GetObjectTagging' },
      ...{ kind: 'status', status: 403, code: 'AccessDenied' },
    });
    expect((await step(upload({ 's3-tags': 'a=2' }))).warnings.join()).toContain('Allow s3:GetObjectTagging');
  });
});

test('headers of an older tool, or of a rule that was removed, and a lifecycle rule that deletes what stays are told', async () => {
  const files = { 'site/index.html': 'page', 'site/module.wasm': 'wasm', 'site/style.css': 'a {}' };
  const { sandbox, step } = await siteScene({ expiresAfterDays: 30 }, { files });
  const older = { 'index.html': 'text/html', 'module.wasm': undefined, 'style.css': 'text/plain' };
  for (const [Key, ContentType] of Object.entries(older)) {
    const Body = files[`site/${Key}` as keyof typeof files];
    await s3As(sandbox, OWNER).send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
  }
  await step(upload({ 's3-cache-control': '*.html => max-age=31536000' }));
  const result = await step(upload());
  expect(result.errors).toEqual([]);
  expect(result.warnings).toEqual([
    expect.stringMatching(
      /module\.wasm \(\S+ in place of application\/wasm\), style\.css \(text\/plain in place of text\/css\)/,
    ),
    expect.stringContaining('a lifecycle rule of the bucket deletes objects that are still in use: index.html on'),
  ]);
  expect(result.notices).toEqual([expect.stringContaining('Cache-Control max-age=31536000 of index.html')]);
  // Only a look: the release does not depend on it.
  sandbox.faults.add({ service: 's3', action: 'HeadObject', kind: 'status', status: 500, code: 'InternalError' });
  const blind = await step(upload());
  expect([blind.code, blind.warnings]).toEqual([0, []]);
  sandbox.faults.clear();
  const again = await step(upload({ 's3-upload-unchanged': 'true' }));
  expect([again.warnings, again.notices]).toEqual([[], []]);
});

test('what is new beside objects that everybody may read by their ACL is dark, which is told', async () => {
  const bucket = { ownership: 'ObjectWriter', blockPublicAccess: false };
  const { sandbox, step } = await siteScene({}, { world: { buckets: { 'shop-artifacts': bucket } } });
  const own = upload({ 's3-upload': 'site => s3://shop-artifacts' });
  await s3As(sandbox, ROLE).send(
    new PutObjectCommand({
      Bucket: 'shop-artifacts',
      Key: 'robots.txt',
      Body: FILES['site/robots.txt']!,
      ContentType: 'text/plain',
      ACL: 'public-read',
    }),
  );
  expect((await step(own)).warnings).toEqual([expect.stringContaining('what is new now cannot be read so')]);
  expect((await step(own)).warnings).toEqual([]);
});

test('what is released with s3-immutable keeps its headers, which is told', async () => {
  const { step } = await siteScene();
  const immutable = upload({ 's3-immutable': 'true', 's3-cache-control': '**/* => max-age=60' });
  await step(immutable);
  expect((await step(immutable)).warnings).toEqual([]);
  const rules = { 's3-cache-control': '*.txt => no-cache\n**/*.css => max-age=60', 's3-tags': 'a=b' };
  const result = await step(upload({ ...immutable, ...rules }));
  expect(result.warnings).toEqual([expect.stringMatching(/as it is, .*: Cache-Control of robots\.txt\. To have/)]);
});
