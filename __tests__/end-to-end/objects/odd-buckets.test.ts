import { createHash } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { ROLE, type Scene } from '../../../harness/scene.ts';
import { aliasOf, type BucketWorld } from '../../../sandbox/s3/model.ts';
import { FILES, OWNER, PUBLISHER, read, readUnsigned, s3As, siteScene, upload } from './scene.ts';

const Bucket = 'shop-artifacts';
const OWN = upload({ 's3-upload': `site => s3://${Bucket}` });

/** The publisher's own bucket with other settings. */
function ownScene(settings: Partial<BucketWorld>, more: Parameters<typeof siteScene>[1] = {}): Promise<Scene> {
  return siteScene({}, { ...more, world: { buckets: { [Bucket]: settings } } });
}

/** A Deny for everybody who writes, by a condition. */
function denying(Condition: unknown): Partial<BucketWorld> {
  const Resource = `arn:aws:s3:::${Bucket}/*`;
  return {
    policy: {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource, Condition: Condition as never }],
    },
  };
}

test("an access point's alias works like a bucket, and the printed policy names the access point", async () => {
  const accessPoint = 'publish-here';
  const one = await ownScene({ accessPoint });
  const alias = aliasOf({ name: Bucket, accessPoint });
  const inputs = upload({ 's3-upload': `site => s3://${alias}/v1`, 's3-delete': 'true' });
  await s3As(one.sandbox, ROLE).send(new PutObjectCommand({ Bucket, Key: 'v1/old.txt', Body: 'old' }));
  const dry = await one.step({ ...inputs, 'dry-run': 'true' });
  one.sandbox.world.accounts[PUBLISHER]!.roles!.publish!.policies = {
    least: JSON.parse(dry.outputs['iam-policy'] ?? ''),
  };
  const result = await one.step(inputs);
  expect([result.errors, result.outputs['s3-uploaded'], result.outputs['s3-deleted']]).toEqual([[], '5', '1']);
  expect(await read(one.sandbox, OWNER, { bucket: alias, key: 'v1/robots.txt' })).toBe(403);
  expect(await read(one.sandbox, ROLE, { bucket: Bucket, key: 'v1/robots.txt' })).toBe(403);
});

test('a public ACL that Block Public Access ignores is a warning: S3 takes it, and nobody can read', async () => {
  const settings = { ownership: 'ObjectWriter', blockPublicAccess: false } as const;
  const one = await ownScene({ ...settings, ignoresPublicAcls: true });
  const result = await one.step({ ...OWN, 's3-acl': 'public-read' });
  expect(await readUnsigned(one.sandbox, 'robots.txt', Bucket)).toBe(403);
  expect(result.warnings).toEqual([expect.stringContaining('public-read is sent and has no effect')]);
  one.sandbox.world.buckets = {
    ...(one.sandbox.world.buckets as object),
    [Bucket]: { account: PUBLISHER, ...settings },
  };
  expect((await one.step({ ...OWN, 's3-acl': 'public-read' })).warnings).toEqual([]);
  expect(await readUnsigned(one.sandbox, 'robots.txt', Bucket)).toBe(200);
});

test('a bucket whose requesters pay looks like a missing permission, and is named as one thing that it may be', async () => {
  const { step } = await siteScene({ requesterPays: true });
  expect((await step(upload())).errors.join()).toMatch(/the bucket may not be listed[\s\S]*Requester Pays/);
});

test('a bucket with Object Lock takes whole files, parts, copies, tags and deletions, with or without checksums', async () => {
  const files = { ...FILES, 'site/video.mp4': '0123456789'.repeat(1_800_000) };
  const one = await ownScene({ versioning: true, lockDays: 30 }, { files });
  const rules = { 's3-cache-control': '**/* => no-cache', 's3-tags': 'a=b' };
  await s3As(one.sandbox, ROLE).send(
    new PutObjectCommand({ Bucket, Key: 'old.txt', Body: 'old', ContentMD5: md5('old') }),
  );
  const env = { AWS_REQUEST_CHECKSUM_CALCULATION: 'when_required' };
  const first = await one.step({ ...OWN, 's3-delete': 'true' }, { env });
  expect([first.errors, first.outputs['s3-uploaded'], first.outputs['s3-deleted']]).toEqual([[], '6', '1']);
  const again = await one.step({ ...OWN, ...rules });
  expect([again.errors, again.outputs['s3-uploaded']]).toEqual([[], '6']);
  const whole = await one.step({ ...OWN, ...rules, 's3-upload-unchanged': 'true' });
  expect([whole.errors, whole.outputs['s3-uploaded']]).toEqual([[], '6']);
});

function md5(text: string): string {
  return createHash('md5').update(text).digest('base64');
}

test('what an older tool encrypted with a key of its own (SSE-C) is sent again, and released as it is where nothing may change', async () => {
  const one = await ownScene({});
  const key = Buffer.alloc(32, 7);
  const SSECustomerKey = key.toString('base64');
  const SSECustomerKeyMD5 = createHash('md5').update(key).digest('base64');
  const sealed = { SSECustomerAlgorithm: 'AES256', SSECustomerKey, SSECustomerKeyMD5 };
  const Body = FILES['site/robots.txt']!;
  await s3As(one.sandbox, ROLE).send(new PutObjectCommand({ Bucket, Key: 'robots.txt', Body, ...sealed }));
  const immutable = await one.step({ ...OWN, 's3-immutable': 'true' });
  expect(immutable.errors.join()).toContain('with other content, or 1 of them with the same: S3 does not show');
  const result = await one.step({ ...OWN, 's3-cache-control': '**/* => no-cache', 's3-tags': 'a=b' });
  expect(result.errors).toEqual([]);
  expect(await read(one.sandbox, ROLE, { bucket: Bucket, key: 'robots.txt' })).toBe(Body);
});

describe('s3-fix-acl, and objects in an archive, which nothing can copy', () => {
  const put = ({ sandbox }: Scene, role: string, bucket: string) =>
    s3As(sandbox, role).send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: 'old.txt',
        Body: 'old',
        StorageClass: 'GLACIER',
        ...(role === OWNER ? { ACL: 'bucket-owner-full-control' } : {}),
      }),
    );

  test("the uploader's are granted, which is told", async () => {
    const one = await siteScene({ ownership: 'BucketOwnerPreferred' });
    await put(one, ROLE, 'shop-site');
    const result = await one.step(upload({ 's3-fix-acl': 'true' }));
    expect(result.errors).toEqual([]);
    expect(result.warnings).toEqual([expect.stringContaining('restore first what lies in an archive')]);
  });

  test("another account's in the step's own bucket are refused before anything is sent", async () => {
    const one = await ownScene({
      ownership: 'ObjectWriter',
      policy: {
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: OWNER },
            Action: 's3:*',
            Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
          },
        ],
      },
    });
    await put(one, OWNER, Bucket);
    const result = await one.step({ ...OWN, 's3-fix-acl': 'true' });
    expect(result.errors.join()).toMatch(/cannot repair 1 object of another account: old.txt[\s\S]*in an archive/);
    expect(one.sandbox.log.of('s3', 'PutObject')).toHaveLength(1);
  });
});

describe('what a policy of the bucket demands is told', () => {
  test('a header that encrypts', async () => {
    const one = await ownScene(denying({ StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }));
    expect((await one.step(OWN)).errors.join()).toMatch(
      /with an explicit deny in a resource-based policy[\s\S]*Fix: where a policy demands a header, give it by [\s\S]*s3-sse with s3-sse-kms-key-id/,
    );
  });

  test('If-None-Match, which s3-immutable sends', async () => {
    const one = await ownScene(denying({ Null: { 's3:if-none-match': 'true' } }));
    expect((await one.step(OWN)).errors.join()).toContain('s3-immutable (If-None-Match)');
    expect((await one.step({ ...OWN, 's3-immutable': 'true' })).errors).toEqual([]);
  });

  test('no ACL, where the step cannot see that there are none', async () => {
    const { sandbox, step } = await siteScene();
    const { policy } = (sandbox.world.buckets as Record<string, { policy: { Statement: unknown[] } }>)['shop-site']!;
    const deny = { Effect: 'Deny', Principal: '*' };
    policy.Statement.push(
      { ...deny, Action: 's3:GetBucketOwnershipControls', Resource: 'arn:aws:s3:::shop-site' },
      {
        ...deny,
        Action: ['s3:PutObject', 's3:PutObjectAcl'],
        Resource: 'arn:aws:s3:::shop-site/*',
        Condition: { Null: { 's3:x-amz-acl': 'false' } },
      },
    );
    expect((await step(upload())).errors.join()).toContain(
      'Fix: s3-acl: none, where the bucket has its ACLs turned off',
    );
    expect((await step(upload({ 's3-acl': 'none' }))).errors).toEqual([]);
  });
});

describe('a server that is not AWS', () => {
  test.each([
    [403, 'SecondLevelDomainForbidden', 'Please use virtual hosted style to access.', 'path style'],
    [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist', 'of another partition or server'],
    [301, 'PermanentRedirect', 'must be addressed using the specified endpoint', 'unset AWS_ENDPOINT_URL_S3'],
  ])(
    'refuses the keys, or the address, which is not a missing permission: %d %s',
    async (status, code, message, fix) => {
      const { sandbox, step } = await siteScene();
      const fault = { service: 's3', kind: 'status', status, code, message } as const;
      for (const action of ['ListObjectsV2', 'HeadBucket']) sandbox.faults.add({ ...fault, action });
      const [error = ''] = (await step(upload())).errors;
      for (const told of [code, message, fix]) expect(error).toContain(told);
      expect(error).not.toContain('may not be listed');
    },
  );

  test('does not know a header: the input that sends it is named', async () => {
    const { sandbox, step } = await siteScene();
    const message = "Header 'x-amz-tagging' with value 'a=b' not implemented";
    const fault = { service: 's3', action: 'PutObject', kind: 'status', status: 501, code: 'NotImplemented' } as const;
    sandbox.faults.add({ ...fault, message });
    expect((await step(upload({ 's3-tags': 'a=b' }))).errors.join()).toMatch(/x-amz-tagging[\s\S]*with no s3-tags/);
  });

  test('its address that names the bucket too is told', async () => {
    const { sandbox, step } = await siteScene();
    const env = { AWS_ENDPOINT_URL_S3: `${sandbox.url}/shop-site` };
    expect((await step(upload(), { env })).errors.join()).toContain('must not name the bucket as well');
  });

  test('has an error for an object without tags, which gets them all the same', async () => {
    const { sandbox, step } = await siteScene();
    await step(upload());
    const fault = { service: 's3', action: 'GetObjectTagging', kind: 'status', status: 404 } as const;
    sandbox.faults.add({ ...fault, code: 'NoSuchTagSetError' });
    const result = await step(upload({ 's3-tags': 'a=b' }));
    expect([result.errors, result.warnings]).toEqual([[], []]);
    expect(sandbox.log.of('s3', 'PutObjectTagging').map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});

test('an object that somebody deletes before it is tagged is named, and the job is to be run again', async () => {
  const { sandbox, step } = await siteScene();
  await step(upload());
  const gone = new DeleteObjectCommand({ Bucket: 'shop-site', Key: 'robots.txt' });
  const does = () => s3As(sandbox, OWNER).send(gone);
  sandbox.faults.add({ kind: 'meanwhile', service: 's3', action: 'GetObjectTagging', nth: 1, does });
  const result = await step(upload({ 's3-tags': 'a=b' }));
  expect(result.errors.join()).toMatch(
    /s3:\/\/shop-site\/robots.txt: s3:PutObjectTagging was refused with NoSuchKey[\s\S]*run the job again, which uploads it/,
  );
  const again = await step(upload({ 's3-tags': 'a=b' }));
  expect([again.errors, again.outputs['s3-uploaded']]).toEqual([[], '1']);
});

test('a key of which DeleteObjects says that S3 failed is deleted by itself', async () => {
  const { sandbox, step } = await siteScene();
  const s3 = s3As(sandbox, OWNER);
  for (const Key of ['old.txt', 'older.txt'])
    await s3.send(new PutObjectCommand({ Bucket: 'shop-site', Key, Body: 'x' }));
  sandbox.faults.add({ service: 's3 key', kind: 'status', code: 'InternalError', nth: 2 });
  const result = await step(upload({ 's3-delete': 'true' }));
  expect([result.errors, result.outputs['s3-deleted']]).toEqual([[], '2']);
  expect(await read(sandbox, OWNER, 'older.txt')).toBe(404);
});

describe("another account's bucket whose Object Ownership is changed while the step runs", () => {
  const ownership = 'ObjectWriter';
  const changing = async (inputs: Record<string, string>) => {
    const one = await siteScene();
    const buckets = one.sandbox.world.buckets as Record<string, { ownership: string }>;
    const does = () => {
      buckets['shop-site']!.ownership = ownership;
    };
    one.sandbox.faults.add({ service: 's3', action: 'PutObject', nth: 2, kind: 'meanwhile', does });
    return { ...one, result: await one.step(upload(inputs)) };
  };

  test('what was sent since then is dark, which is told', async () => {
    const { sandbox, result } = await changing({});
    expect(await read(sandbox, OWNER, 'index.html')).toBe(403);
    expect(result.warnings).toEqual([expect.stringContaining('changed from BucketOwnerEnforced to ObjectWriter')]);
  });

  test('s3-verify-owner: fail stops before anything is deleted', async () => {
    const { result, sandbox } = await changing({ 's3-verify-owner': 'fail', 's3-delete': 'true' });
    expect(result.errors.join()).toContain('changed from BucketOwnerEnforced to ObjectWriter while the step ran');
    expect(sandbox.log.of('s3', 'DeleteObjects')).toEqual([]);
  });
});

test('a prefix that the role may not list is named, with the policy for it', async () => {
  const one = await ownScene({});
  const Condition = { StringLike: { 's3:prefix': 'a/*' } };
  const Statement = [
    { Effect: 'Allow' as const, Action: 's3:ListBucket', Resource: '*', Condition },
    { Effect: 'Allow' as const, Action: 's3:PutObject', Resource: '*' },
  ];
  one.sandbox.world.accounts[PUBLISHER]!.roles!.publish!.policies = { least: { Statement } };
  const lines = `site => s3://${Bucket}/a\nsite/assets => s3://${Bucket}/b`;
  const { errors } = await one.step(upload({ 's3-upload': lines }));
  expect(errors.join()).toMatch(/s3:\/\/shop-artifacts\/b\/: the prefix may not be listed[\s\S]*"s3:prefix": "b\/"/);
});

test('a write that meets another one is sent again', async () => {
  const { sandbox, step } = await siteScene();
  const fault = { service: 's3', action: 'PutObject', kind: 'status', status: 409, code: 'OperationAborted' } as const;
  sandbox.faults.add({ ...fault, nth: 2 });
  const result = await step(upload());
  expect([result.errors, result.outputs['s3-uploaded']]).toEqual([[], '5']);
});
