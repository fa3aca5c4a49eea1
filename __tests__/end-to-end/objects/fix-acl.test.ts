import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { ROLE } from '../../../harness/scene.ts';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';
import { FILES, head, OWNER, read, s3As, siteScene, upload, view, writes } from './scene.ts';

/** An upload of yesterday, without an ACL: the post-mortem. */
async function orphans(ownership: BucketWorld['ownership']) {
  const one = await siteScene(ownership ? { ownership } : {});
  await one.step(upload({ 's3-acl': 'none', 's3-verify-owner': 'off', 's3-cache-control': '**/*.html => no-cache' }));
  expect(await read(one.sandbox, OWNER, 'index.html')).toBe(403);
  one.sandbox.log.clear();
  return one;
}

test("ObjectWriter: what is there unchanged gets a grant for the bucket's owner, and is not sent again", async () => {
  const { sandbox, step } = await orphans('ObjectWriter');
  const result = await step(upload({ 's3-fix-acl': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.log).toContain("s3-fix-acl: the bucket's owner has full control of 5 more objects");
  expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(['PutObjectAcl']));
  expect(await read(sandbox, OWNER, 'index.html')).toBe(FILES['site/index.html']);
  expect(await view(sandbox, '/index.html')).toBe(403);
});

test("BucketOwnerPreferred: a copy in place makes the bucket's owner the owner, with every header", async () => {
  const { sandbox, step } = await orphans('BucketOwnerPreferred');
  const result = await step(upload({ 's3-fix-acl': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.outputs['s3-bytes']).toBe('0');
  expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(['CopyObject']));
  expect(await view(sandbox, '/index.html')).toBe(200);
  expect((await head(sandbox, 'index.html')).CacheControl).toBe('no-cache');
});

test('ObjectWriter: what an earlier release left under the prefix is repaired too', async () => {
  const { sandbox, job, step } = await orphans('ObjectWriter');
  await job.run('rm', ['site/index.html']);
  const result = await step(upload({ 's3-fix-acl': 'true' }));
  expect(result.errors).toEqual([]);
  expect(result.log).toContain("s3-fix-acl: the bucket's owner has full control of 5 more objects");
  expect(await read(sandbox, OWNER, 'index.html')).toBe(FILES['site/index.html']);
});

test.each([
  ['ObjectWriter', ['PutObjectAcl']],
  ['BucketOwnerPreferred', ['CopyObject']],
] as const)(
  "%s: what a third account wrote is left alone, and listed with the owner's remedy",
  async (ownership, repairs) => {
    const writer = 'arn:aws:iam::777788889999:role/writer';
    const Resource = ['arn:aws:s3:::shop-site', 'arn:aws:s3:::shop-site/*'];
    const Statement = [ROLE, writer].map((AWS) => ({
      Effect: 'Allow' as const,
      Principal: { AWS },
      Action: 's3:*',
      Resource,
    }));
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    const policies = { everything: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };
    const accounts = { '777788889999': { roles: { writer: { trust, policies } } } };
    const { sandbox, step } = await siteScene({ ownership, policy: { Statement } }, { world: { accounts } });
    await step(upload({ 's3-acl': 'none', 's3-verify-owner': 'off' }));
    const Body = FILES['site/robots.txt']!;
    await s3As(sandbox, writer).send(new PutObjectCommand({ Bucket: 'shop-site', Key: 'robots.txt', Body }));
    sandbox.log.clear();
    const result = await step(upload({ 's3-fix-acl': 'true' }));
    expect(result.errors).toEqual([]);
    expect(result.warnings.filter((line) => line.startsWith('s3-fix-acl'))).toEqual([
      "s3-fix-acl: of another account, and not for this step to change: 1 object, s3://shop-site/robots.txt. To fix it, let the bucket's owner set Object Ownership to BucketOwnerEnforced (it then owns every object at once) or BucketOwnerPreferred; with the latter, upload again with s3-upload-unchanged: true.",
    ]);
    expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(repairs));
    expect(writes(sandbox)).toHaveLength(4);
    expect(await read(sandbox, OWNER, 'index.html')).toBe(FILES['site/index.html']);
    expect(await read(sandbox, OWNER, 'robots.txt')).toBe(403);
  },
);
