import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { FILES, head, OWNER, PUBLISHER, read, SITE, siteScene, upload, view, writes } from './scene.ts';

test('a folder goes to another account, whose owner and CloudFront can read it; a second run sends nothing', async () => {
  const { sandbox, job, step } = await siteScene();
  const first = await step(upload());
  expect(first.errors).toEqual([]);
  expect(first.code).toBe(0);
  expect(first.log).toContain(
    "s3://shop-site (eu-west-1): BucketOwnerEnforced, another account's bucket: no ACL is sent; the bucket's owner owns every object",
  );
  expect(first.log).toMatch(/Objects: 5 new; 83 B in [\d.]+ s/);
  for (const [path, text] of Object.entries(FILES)) {
    expect(await read(sandbox, OWNER, path.slice('site/'.length))).toBe(text);
  }
  expect(await view(sandbox, '/about/index.html')).toBe(200);
  expect((await head(sandbox, 'index.html')).ContentType).toBe('text/html; charset=utf-8');
  expect((await head(sandbox, 'assets/app.0a1b2c.js')).ContentType).toBe('text/javascript; charset=utf-8');
  expect(first.outputs).toMatchObject({
    's3-uploaded': '5',
    's3-unchanged': '0',
    's3-deleted': '0',
    's3-bytes': '83',
  });
  const manifest = JSON.parse(readFileSync(first.outputs['s3-manifest'] ?? '', 'utf8'));
  expect(manifest).toContainEqual({
    bucket: 'shop-site',
    key: 'robots.txt',
    action: 'new',
    size: 14,
    etag: expect.stringMatching(/^[0-9a-f]{32}$/),
    checksum: 'crc32:h0C4Bg==',
  });
  expect(first.summary).toContain('| `s3://shop-site/robots.txt` | new | 14 B |');

  sandbox.log.clear();
  const second = await job.step(upload());
  expect(second.code).toBe(0);
  expect(second.outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '5', 's3-bytes': '0' });
  expect(writes(sandbox)).toEqual([]);

  await first.post();
  expect(existsSync(first.outputs['s3-manifest'] ?? '')).toBe(false);
});

test('the order of a release: assets, then the rest, then pages', async () => {
  const { sandbox, step } = await siteScene();
  await step(upload());
  expect(writes(sandbox).slice(-2).sort()).toEqual(['PutObject about/index.html', 'PutObject index.html']);
});

test('exactly the policy that the step prints is enough for it', async () => {
  const { sandbox, step } = await siteScene({ ownership: 'BucketOwnerPreferred' });
  const inputs = upload({ 's3-cache-control': '**/*.html => no-cache' });
  const planned = await step({ ...inputs, 'dry-run': 'true' });
  expect(writes(sandbox)).toEqual([]);
  const policy = JSON.parse(planned.outputs['iam-policy'] ?? '');
  expect(policy.Statement).toEqual([
    {
      Effect: 'Allow',
      // Without s3:GetBucketOwnershipControls the same ACL is sent, but nothing proves that the owner then owns the objects.
      Action: ['s3:GetBucketOwnershipControls', 's3:ListBucket'],
      Resource: ['arn:aws:s3:::shop-site'],
    },
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: ['arn:aws:s3:::shop-site/*'] },
  ]);
  const publish = sandbox.world.accounts[PUBLISHER]?.roles?.publish;
  if (publish) publish.policies = { least: policy };
  const done = await step(inputs);
  expect(done.errors).toEqual([]);
  expect(done.outputs['s3-uploaded']).toBe('5');
  expect(await read(sandbox, OWNER, 'index.html')).toBe(FILES['site/index.html']);
});

test.each([
  [
    'a bucket that is not there',
    { 's3-upload': 'site => s3://no-such-bucket' },
    's3://no-such-bucket: there is no such bucket',
  ],
  ['a bucket of another owner', { 's3-bucket-owner': PUBLISHER }, `the bucket is not owned by account ${PUBLISHER}`],
  [
    'a folder that is not there',
    { 's3-upload': 'dist => s3://shop-site' },
    'Input s3-upload, line 1: there is no "dist" in the workspace',
  ],
  ['a KMS key that the owner never has', { 's3-sse': 'aws:kms' }, 's3-sse: aws:kms names no key'],
  [
    'an ACL in a bucket without ACLs',
    { 's3-acl': 'public-read' },
    's3-acl: public-read would be refused for every object',
  ],
])('%s is said before anything is sent', async (_what, inputs, message) => {
  const { sandbox, step } = await siteScene();
  const result = await step(upload(inputs));
  expect(result.code).toBe(1);
  expect(result.errors.join('\n')).toContain(message);
  expect(writes(sandbox)).toEqual([]);
});

test('the bucket is found in its own region, and its owner is sent along', async () => {
  const { sandbox, step } = await siteScene({ region: 'us-west-2' });
  const result = await step(upload({ 's3-bucket-owner': SITE }));
  expect(result.errors).toEqual([]);
  expect(result.log).toContain('s3://shop-site (us-west-2)');
  expect(await read(sandbox, OWNER, 'index.html')).toBe(400);
});
