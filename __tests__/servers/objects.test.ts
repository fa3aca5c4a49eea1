import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectLockConfigurationCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Job, startJob } from '../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Keys, type Radosgw, startRadosgw } from './radosgw.ts';

/** The shipped action uploads to Ceph's object gateway, in which two users are two owners. Its STS is the sandbox's. */
const ACCOUNT = '111122223333';
const OWNER = '444455556666';
const FILES: Readonly<Record<string, string>> = {
  'index.html': '<h1>Shop</h1>',
  'a b+c/ü (1).txt': 'odd names',
  'video.mp4': '0123456789abcdef'.repeat((17 << 20) / 16),
  empty: '',
};

let radosgw: Radosgw;
let sandbox: Sandbox;
let job: Job;
let owner: S3Client;
let uploader: Keys;
let ownerKeys: Keys;

beforeAll(async () => {
  radosgw = await startRadosgw();
  const [ofOwner, uploaderKeys] = await Promise.all([radosgw.createUser('owner'), radosgw.createUser('uploader')]);
  uploader = uploaderKeys;
  ownerKeys = ofOwner;
  const { accessKeyId: id, secretAccessKey: secret } = uploader;
  sandbox = await startSandbox({
    world: {
      accounts: {
        [ACCOUNT]: { users: { uploader: { keys: [{ id, secret }] } } },
        [OWNER]: { users: { owner: { keys: [{ id: ofOwner.accessKeyId, secret: ofOwner.secretAccessKey }] } } },
      },
    },
  });
  owner = new S3Client({ endpoint: radosgw.url, region: 'us-east-1', forcePathStyle: true, credentials: ofOwner });
  job = startJob({
    env: {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_ENDPOINT_URL_S3: radosgw.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: id,
      AWS_SECRET_ACCESS_KEY: secret,
    },
    files: Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`site/${name}`, text])),
  });
}, 120_000);

afterAll(async () => {
  job?.end();
  await sandbox?.stop();
  await radosgw?.stop();
});

let used = 0;
async function bucketOfOwner(): Promise<string> {
  const Bucket = `objects-${used++}`;
  await owner.send(new CreateBucketCommand({ Bucket }));
  const allow = {
    Effect: 'Allow',
    Principal: { AWS: ['arn:aws:iam:::user/uploader'] },
    Action: ['s3:*'],
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
  };
  await owner.send(
    new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [allow] }) }),
  );
  return Bucket;
}

async function readAsOwner(Bucket: string, Key: string): Promise<string | number> {
  try {
    return (await (await owner.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()) ?? '';
  } catch (error) {
    return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  }
}

describe('radosgw, two owners', () => {
  test.each([
    ["without the ACL the bucket's owner gets 403: the post-mortem", { 's3-acl': 'none' }, 403],
    ["auto takes a server that ignores the expected owner for the step's own account", {}, 403],
    ['auto, told that the account differs, sends the ACL', { 's3-bucket-owner': '444455556666' }, 200],
    ['the ACL by name', { 's3-acl': 'bucket-owner-full-control' }, 200],
  ])('%s', async (_what, inputs, status) => {
    const bucket = await bucketOfOwner();
    const step = { 'credentials-source': 'ambient', 's3-upload': `site => s3://${bucket}/v1`, ...inputs };
    const result = await job.step(step);
    expect(result.errors).toEqual([]);
    expect(result.code).toBe(0);
    for (const [name, text] of Object.entries(FILES)) {
      expect(await readAsOwner(bucket, `v1/${name}`)).toBe(status === 200 ? text : status);
    }
    const { Uploads = [] } = await owner.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(Uploads).toEqual([]);
    const again = await job.step(step);
    expect(again.outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '4' });
  });

  test("objects that are lost are told, repaired by their writer, and adopted by the bucket's owner", async () => {
    const bucket = await bucketOfOwner();
    const common = { 'credentials-source': 'ambient', 's3-upload': `site => s3://${bucket}`, 's3-bucket-owner': OWNER };
    const asOwner = {
      env: { AWS_ACCESS_KEY_ID: ownerKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: ownerKeys.secretAccessKey },
    };
    await job.step({ ...common, 's3-acl': 'none', 's3-verify-owner': 'off' });
    const lost = await job.step(common);
    expect(lost.outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '4' });
    expect(lost.warnings.join()).toContain("4 unchanged objects are not owned by the bucket's owner");
    expect((await job.step({ ...common, 's3-verify-owner': 'fail' })).code).toBe(1);
    // Its owner may not read them, so it cannot make them its own.
    const cannot = await job.step({ ...common, 's3-fix-acl': 'true' }, asOwner);
    expect(cannot.errors.join()).toContain('s3-fix-acl cannot repair 4 objects of another account');

    const repaired = await job.step({ ...common, 's3-fix-acl': 'true' });
    expect(repaired.errors).toEqual([]);
    for (const [name, text] of Object.entries(FILES)) expect(await readAsOwner(bucket, name)).toBe(text);
    // A copy, or a grant, of radosgw changes no owner: only the owner's own copy does.
    const adopted = await job.step({ ...common, 's3-fix-acl': 'true' }, asOwner);
    expect(adopted.errors).toEqual([]);
    expect(adopted.log).toContain("s3-fix-acl: the bucket's owner owns 4 more objects");
    const { Contents = [] } = await owner.send(new ListObjectsV2Command({ Bucket: bucket, FetchOwner: true }));
    expect(new Set(Contents.map(({ Owner }) => Owner?.ID))).toEqual(new Set(['owner']));
    for (const [name, text] of Object.entries(FILES)) expect(await readAsOwner(bucket, name)).toBe(text);
    expect((await job.step(common)).outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '4' });
  });

  test('a bucket with Object Lock takes all that a step sends, and a change of headers keeps the tags', async () => {
    const Bucket = 'locked';
    const own = new S3Client({
      endpoint: radosgw.url,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: uploader,
    });
    await own.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
    await own.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    const step = { 'credentials-source': 'ambient', 's3-upload': `site => s3://${Bucket}` };
    expect((await job.step({ ...step, 's3-tags': 'team=web' })).errors).toEqual([]);
    const Tagging = { TagSet: [{ Key: 'scan', Value: 'clean' }] };
    await own.send(new PutObjectTaggingCommand({ Bucket, Key: 'index.html', Tagging }));
    const ruled = await job.step({ ...step, 's3-cache-control': '**/* => no-cache' });
    expect([ruled.errors, ruled.warnings]).toEqual([[], []]);
    const again = await job.step({ ...step, 's3-cache-control': '**/* => max-age=60', 's3-tags': 'team=shop' });
    expect(again.errors).toEqual([]);
    const { TagSet = [] } = await own.send(new GetObjectTaggingCommand({ Bucket, Key: 'index.html' }));
    expect(Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]))).toEqual({ scan: 'clean', team: 'shop' });
    expect(await own.send(new HeadObjectCommand({ Bucket, Key: 'index.html' }))).toMatchObject({
      CacheControl: 'max-age=60',
      ObjectLockMode: 'COMPLIANCE',
    });
  });

  test('what is gone is deleted', async () => {
    const bucket = await bucketOfOwner();
    const step = {
      'credentials-source': 'ambient',
      's3-upload': `site => s3://${bucket}`,
      's3-bucket-owner': '444455556666',
    };
    await job.step(step);
    rmSync(join(job.workspace, 'site/a b+c'), { recursive: true });
    const result = await job.step({ ...step, 's3-delete': 'true' });
    expect(result.errors).toEqual([]);
    expect(result.outputs['s3-deleted']).toBe('1');
    expect(await readAsOwner(bucket, 'a b+c/ü (1).txt')).toBe(404);
    expect(await readAsOwner(bucket, 'index.html')).toBe(FILES['index.html']);
  });
});
