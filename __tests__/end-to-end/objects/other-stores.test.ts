import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { ROLE } from '../../../harness/scene.ts';
import { FILES, head, OWNER, read, s3As, siteScene, tagsOf, upload, writes } from './scene.ts';

/** One file in parts, the others whole. */
const files = { ...FILES, 'site/video.mp4': '0123456789'.repeat(1_800_000) };

test.each(['alibaba', 'ceph', 'google', 'minio'] as const)('a store that is not AWS: %s', async (dialect) => {
  const { sandbox, step } = await siteScene({ dialect }, { files });
  const s3 = s3As(sandbox, OWNER);
  await s3.send(new PutObjectCommand({ Bucket: 'shop-site', Key: 'old.txt', Body: 'old' }));
  const first = await step(upload({ 's3-delete': 'true' }));
  expect(first.errors).toEqual([]);
  expect([first.outputs['s3-uploaded'], first.outputs['s3-deleted']]).toEqual(['6', '1']);
  expect(await read(sandbox, OWNER, 'video.mp4')).toBe(files['site/video.mp4']);
  // What is the same is found to be the same: by its ETag, or, where that is a number by chance, by its checksum.
  const again = await step(upload({ 's3-delete': 'true' }));
  expect([again.errors, again.outputs['s3-unchanged'], again.outputs['s3-uploaded']]).toEqual([[], '6', '0']);
});

test('headers of what has tags are changed by sending it whole where a copy would lose them', async () => {
  const { sandbox, step } = await siteScene({ dialect: 'ceph' });
  await step(upload());
  const put = { Bucket: 'shop-site', Key: 'robots.txt', Body: FILES['site/robots.txt']! };
  const said = { ContentType: 'text/plain', ContentLanguage: 'en', Tagging: 'scan=clean' };
  await s3As(sandbox, OWNER).send(new PutObjectCommand({ ...put, ...said }));
  sandbox.log.clear();
  const rules = { 's3-cache-control': '{robots.txt,index.html} => no-cache' };
  const dry = await step(upload({ ...rules, 'dry-run': 'true' }));
  expect(dry.outputs['iam-policy']).toContain('s3:GetObjectTagging');
  const result = await step(upload(rules));
  expect([result.errors, result.warnings]).toEqual([[], []]);
  expect(result.log).toContain('1 object whose headers change is sent whole');
  expect(writes(sandbox).sort()).toEqual(['CopyObject index.html', 'PutObject robots.txt']);
  expect(await tagsOf(sandbox, 'robots.txt')).toEqual({ scan: 'clean' });
  expect(await head(sandbox, 'robots.txt')).toMatchObject({ CacheControl: 'no-cache', ContentLanguage: 'en' });
  const tagged = await step(upload({ 's3-cache-control': '**/* => max-age=60', 's3-tags': 'team=web' }));
  expect(tagged.errors).toEqual([]);
  expect(await tagsOf(sandbox, 'robots.txt')).toEqual({ scan: 'clean', team: 'web' });
  expect(await tagsOf(sandbox, 'index.html')).toEqual({ team: 'web' });
});

test('what a repair copies keeps its tags', async () => {
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { AWS: OWNER },
      Action: 's3:*',
      Resource: ['arn:aws:s3:::shop-artifacts', 'arn:aws:s3:::shop-artifacts/*'],
    },
  ];
  const bucket = { ownership: 'ObjectWriter', dialect: 'ceph', policy: { Statement } };
  const { sandbox, step } = await siteScene({}, { world: { buckets: { 'shop-artifacts': bucket } } });
  const put = { Bucket: 'shop-artifacts', Key: 'old.txt', Body: 'old', Tagging: 'a=b' };
  await s3As(sandbox, OWNER).send(new PutObjectCommand({ ...put, ACL: 'bucket-owner-full-control' }));
  const result = await step(upload({ 's3-upload': 'site => s3://shop-artifacts', 's3-fix-acl': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.log).toContain("s3-fix-acl: the bucket's owner owns 1 more object");
  expect(await tagsOf(sandbox, 'old.txt', { bucket: 'shop-artifacts', role: ROLE })).toEqual({ a: 'b' });
});
