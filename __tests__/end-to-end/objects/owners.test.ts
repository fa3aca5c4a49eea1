import { describe, expect, test } from '@jest/globals';
import { ROLE, type Scene } from '../../../harness/scene.ts';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';
import { OWNER, read, SITE, siteScene, upload, view, writes } from './scene.ts';

/** What stays as it is has to be served as well: objects that an older tool, or an earlier run, left in the dark. */
const DARK = { 's3-acl': 'none', 's3-verify-owner': 'off' };

/** What A may do in B's bucket, in addition to what its own account allows. */
const policy = (actions: readonly string[]): NonNullable<BucketWorld['policy']> => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: ROLE },
      Action: actions,
      Resource: ['arn:aws:s3:::shop-site', 'arn:aws:s3:::shop-site/*'],
    },
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::shop-site/*',
      Condition: { StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${SITE}:distribution/E1SHOPSITE` } },
    },
  ],
});
const UPLOADS = ['s3:PutObject', 's3:PutObjectAcl', 's3:ListBucket', 's3:GetObject', 's3:*Tagging'];

function setRole({ sandbox }: Scene, actions: readonly string[]): void {
  const publish = sandbox.world.accounts['111122223333']?.roles?.publish;
  if (publish) publish.policies = { all: { Statement: [{ Effect: 'Allow', Action: [...actions], Resource: '*' }] } };
}

async function darkSite(
  bucket: Partial<BucketWorld>,
  role: readonly string[] = ['s3:*', 'cloudfront:*'],
): Promise<Scene> {
  const one = await siteScene(bucket);
  await one.step(upload(DARK));
  const publish = one.sandbox.world.accounts['111122223333']?.roles?.publish;
  if (publish) publish.policies = { objects: { Statement: [{ Effect: 'Allow', Action: [...role], Resource: '*' }] } };
  one.sandbox.log.clear();
  return one;
}

describe("objects that stay, and that the bucket's owner does not own", () => {
  test('are named in a warning with what mends them, also when nothing is sent', async () => {
    const { sandbox, step } = await darkSite({ ownership: 'BucketOwnerPreferred' });
    const result = await step(upload());
    expect(result.code).toBe(0);
    expect(writes(sandbox)).toEqual([]);
    expect(result.outputs['s3-unchanged']).toBe('5');
    expect(result.warnings).toEqual([
      expect.stringMatching(
        /^s3:\/\/shop-site: 5 unchanged objects are not owned by the bucket's owner: about\/index.html, .*To fix it, run once with s3-fix-acl: true/,
      ),
    ]);
    expect(await read(sandbox, OWNER, 'index.html')).toBe(403);
  });

  test('fail the step where s3-verify-owner says so', async () => {
    const { step } = await darkSite({ ownership: 'BucketOwnerPreferred' });
    const result = await step(upload({ 's3-verify-owner': 'fail' }));
    expect(result.code).toBe(1);
    expect(result.errors[0]).toContain("5 unchanged objects are not owned by the bucket's owner");
  });

  test('whose owner cannot be told are named too', async () => {
    const { step } = await darkSite({ ownership: 'BucketOwnerPreferred', policy: policy(UPLOADS) }, UPLOADS);
    const result = await step(upload());
    expect(result.code).toBe(0);
    expect(result.warnings.join()).toMatch(
      /5 unchanged objects may not be owned by the bucket's owner: .*s3:GetBucketAcl/,
    );
    expect((await step(upload({ 's3-verify-owner': 'fail' }))).code).toBe(1);
  });

  test("are seen by the bucket's owner as well, who adopts what it may read and names the rest", async () => {
    const { sandbox, step } = await darkSite({ ownership: 'ObjectWriter' });
    const asOwner = upload({ 'role-to-assume': `${ROLE}\narn:aws:iam::${SITE}:role/deploy` });
    const publish = sandbox.world.accounts['111122223333']?.roles?.publish;
    if (publish) publish.policies = { all: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };
    const told = await step(asOwner);
    expect(told.warnings.join()).toContain("5 unchanged objects are not owned by the bucket's owner");
    const refused = await step({ ...asOwner, 's3-fix-acl': 'true' });
    expect(refused.errors.join()).toContain('s3-fix-acl cannot repair 5 objects of another account');
    await step(upload({ 's3-fix-acl': 'true', 's3-verify-owner': 'off' }));
    const adopted = await step({ ...asOwner, 's3-fix-acl': 'true' });
    expect(adopted.errors).toEqual([]);
    expect(adopted.log).toContain("s3-fix-acl: the bucket's owner owns 5 more objects");
    expect(await view(sandbox, '/index.html')).toBe(200);
    expect((await step(asOwner)).warnings).toEqual([]);
  });

  test('in a healthy bucket there is nothing to tell', async () => {
    const { step } = await siteScene({ ownership: 'BucketOwnerPreferred' });
    await step(upload());
    expect((await step(upload())).warnings).toEqual([]);
  });
});

test('redirects that stay are judged and repaired as well', async () => {
  const { sandbox, step } = await siteScene({ ownership: 'BucketOwnerPreferred' });
  const redirects = { 's3-redirects': '/old%20page => /new' };
  await step(upload({ ...DARK, ...redirects }));
  const told = await step(upload(redirects));
  expect(told.warnings.join()).toContain('6 unchanged objects are not owned');
  expect((await step(upload({ ...redirects, 's3-fix-acl': 'true' }))).errors).toEqual([]);
  expect(await read(sandbox, OWNER, 'old page')).toBe('');
  expect((await step(upload(redirects))).warnings).toEqual([]);
});

describe("what is sent, where Object Ownership and the first object's ACL may not be asked for", () => {
  const sends = ['s3:PutObject', 's3:PutObjectAcl', 's3:ListBucket'];
  async function blindSite(ownership: 'ObjectWriter' | 'BucketOwnerPreferred', more: readonly string[]) {
    const one = await siteScene({ ownership, policy: policy([...sends, 's3:GetBucketAcl']) });
    setRole(one, [...sends, ...more]);
    return one;
  }

  test.each([['s3:ListAllMyBuckets'], ['s3:GetBucketAcl']])('%s tells whose it is', async (action) => {
    const dark = await blindSite('ObjectWriter', [action]);
    const result = await dark.step(upload({ 's3-verify-owner': 'fail' }));
    expect(result.errors[0]).toContain('the first object stays with the uploader, so the rest was not sent');
    expect(writes(dark.sandbox)).toHaveLength(1);
    expect((await dark.step(upload())).warnings.join()).toContain('may read the objects but does not own them');

    const good = await blindSite('BucketOwnerPreferred', [action]);
    const { code, warnings, outputs } = await good.step(upload({ 's3-verify-owner': 'fail' }));
    expect([code, warnings]).toEqual([0, []]);
    expect(outputs['iam-policy']).toContain(action);
  });

  test('without both that is a warning, and a failure where it must be proven', async () => {
    const { step, sandbox } = await blindSite('ObjectWriter', []);
    const untold = "whether the bucket's owner owns what is sent cannot be told";
    expect((await step(upload({ 's3-verify-owner': 'fail' }))).errors[0]).toContain(untold);
    expect(writes(sandbox)).toHaveLength(1);
    expect((await step(upload())).warnings.join()).toContain(untold);
  });
});

describe('s3-fix-acl', () => {
  test('that cannot tell whose the objects are is an error', async () => {
    const { sandbox, step } = await darkSite({ ownership: 'BucketOwnerPreferred', policy: policy(UPLOADS) }, UPLOADS);
    const result = await step(upload({ 's3-fix-acl': 'true' }));
    expect(result.code).toBe(1);
    expect(result.errors[0]).toMatch(
      /s3-fix-acl cannot be carried out: whose 5 objects are cannot be told.*Fix: let the bucket's owner .*s3:GetBucketAcl/s,
    );
    expect(writes(sandbox)).toEqual([]);
  });

  test('copies where the mode is unknown, and shows that before it does it; what a copy names nobody stays', async () => {
    const actions = [...UPLOADS, 's3:GetBucketAcl'];
    const { sandbox, step } = await darkSite({ ownership: 'BucketOwnerPreferred', policy: policy(actions) });
    const dry = await step(upload({ 's3-fix-acl': 'true', 'dry-run': 'true' }));
    expect(dry.log).toContain("Repairs (s3-fix-acl): 5 made the bucket owner's, by a copy in place (not carried out)");
    expect(writes(sandbox)).toEqual([]);
    const least = JSON.parse(dry.outputs['iam-policy'] ?? '');
    const publish = sandbox.world.accounts['111122223333']?.roles?.publish;
    if (publish) publish.policies = { least };
    const result = await step(upload({ 's3-fix-acl': 'true' }));
    expect(result.errors).toEqual([]);
    expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(['CopyObject']));
    expect(await view(sandbox, '/index.html')).toBe(200);
  });

  test('whose repair is refused is an error that names the objects', async () => {
    const { sandbox, step } = await darkSite({ ownership: 'ObjectWriter' });
    sandbox.faults.add({ service: 's3', action: 'PutObjectAcl', kind: 'status', status: 403, code: 'AccessDenied' });
    const result = await step(upload({ 's3-fix-acl': 'true' }));
    expect(result.code).toBe(1);
    expect(result.errors.join()).toContain('s3-fix-acl: 5 repairs were refused');
  });
});

describe('a default encryption that is resolved in the account of who uploads', () => {
  test.each([
    ['without a key', undefined],
    ['with an alias', 'alias/site'],
  ])('%s: the first answer names the key, and the rest is not sent', async (_what, encryptionKey) => {
    const bucket = { encryption: 'aws:kms' as const, ...(encryptionKey ? { encryptionKey } : {}) };
    const { sandbox, step } = await siteScene(bucket);
    const result = await step(upload());
    expect(result.code).toBe(1);
    expect(result.errors[0]).toContain("S3 encrypts the objects with a KMS key of the uploader's account");
    expect(writes(sandbox)).toHaveLength(1);
    // The same again, until the bucket's owner has mended it.
    expect((await step(upload())).code).toBe(1);
    const warned = await step(upload({ 's3-verify-owner': 'warn' }));
    expect(warned.code).toBe(0);
    expect(warned.warnings.join()).toContain("of the uploader's account encrypts");
  });

  test('seen also by a role that may ask nothing, and in the answer to a copy in place', async () => {
    const blind = await siteScene({ encryption: 'aws:kms', policy: policy(['s3:PutObject', 's3:PutObjectAcl']) });
    setRole(blind, ['s3:PutObject', 's3:PutObjectAcl']);
    const result = await blind.step(upload({ 's3-upload-unchanged': 'true' }));
    expect(result.errors[0]).toContain("a KMS key of the uploader's account");
    expect(writes(blind.sandbox).filter((line) => line.startsWith('Put'))).toHaveLength(3);

    const { sandbox, step } = await siteScene();
    await step(upload());
    Object.assign((sandbox.world as unknown as { buckets: Record<string, BucketWorld> }).buckets['shop-site']!, {
      encryption: 'aws:kms',
    });
    sandbox.log.clear();
    const headers = await step(upload({ 's3-cache-control': '**/*.html => no-cache' }));
    expect(headers.errors[0]).toContain("a KMS key of the uploader's account");
    expect(writes(sandbox)).toHaveLength(1);
  });

  test('an upload in parts is told by the answer to its beginning', async () => {
    const files = { 'site/video.mp4': '0123456789'.repeat(1_800_000) };
    const { sandbox, step } = await siteScene({ encryption: 'aws:kms' }, { files });
    expect((await step(upload())).errors[0]).toContain("a KMS key of the uploader's account");
    expect(sandbox.log.of('s3', 'UploadPart')).toEqual([]);
  });

  test('mended by its owner: what was sent before is sent again', async () => {
    const { sandbox, step } = await siteScene({ encryption: 'aws:kms' });
    await step(upload());
    const key = `arn:aws:kms:eu-west-1:${SITE}:key/site-key`;
    const bucket = (sandbox.world as unknown as { buckets: Record<string, BucketWorld> }).buckets['shop-site']!;
    Object.assign(bucket, { encryptionKey: key });
    const publish = sandbox.world.accounts['111122223333']?.roles?.publish;
    if (publish) publish.policies = { all: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };
    const result = await step(upload());
    expect(result.errors).toEqual([]);
    expect(result.outputs['s3-uploaded']).toBe('5');
    expect(await read(sandbox, OWNER, 'index.html')).toContain('Shop');
  });
});
