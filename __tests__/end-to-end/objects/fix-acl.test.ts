import { expect, test } from '@jest/globals';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';
import { FILES, head, OWNER, read, siteScene, upload, view, writes } from './harness.ts';

/** An upload of yesterday, without an ACL: the post-mortem. */
async function orphans(ownership: BucketWorld['ownership']) {
  const one = await siteScene(ownership ? { ownership } : {});
  await one.step(upload({ 's3-acl': 'none', 's3-verify-owner': 'off', 's3-cache-control': '**/*.html => no-cache' }));
  expect(await read(one.sandbox, OWNER, 'index.html')).toBe(403);
  one.sandbox.log.clear();
  return one;
}

test('ObjectWriter: what is there unchanged gets a grant for the bucket’s owner, and is not sent again', async () => {
  const { sandbox, step } = await orphans('ObjectWriter');
  const result = await step(upload({ 's3-fix-acl': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.log).toContain("s3-fix-acl: the bucket's owner has full control of 5 more objects");
  expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(['PutObjectAcl']));
  expect(await read(sandbox, OWNER, 'index.html')).toBe(FILES['site/index.html']);
  expect(await view(sandbox, '/index.html')).toBe(403);
});

test('BucketOwnerPreferred: a copy in place makes the bucket’s owner the owner, with every header', async () => {
  const { sandbox, step } = await orphans('BucketOwnerPreferred');
  const result = await step(upload({ 's3-fix-acl': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.outputs['s3-bytes']).toBe('0');
  expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(['CopyObject']));
  expect(await view(sandbox, '/index.html')).toBe(200);
  expect((await head(sandbox, 'index.html')).CacheControl).toBe('no-cache');
});
