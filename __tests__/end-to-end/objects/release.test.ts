import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { ROLE } from '../../../harness/scene.ts';
import { FILES, head, OWN, OWNER, PUBLISHER, read, readUnsigned, s3As, siteScene, upload, writes } from './scene.ts';

describe('only what changed', () => {
  test('another content of the same size is sent, and nothing else', async () => {
    const { sandbox, job, step } = await siteScene();
    await step(upload());
    sandbox.log.clear();
    writeFileSync(join(job.workspace, 'site/index.html'), '<h1>SHOP</h1>\n');
    const result = await job.step(upload());
    expect(writes(sandbox)).toEqual(['PutObject index.html']);
    expect(result.log).toContain('Objects: 1 changed, 4 unchanged');
    expect(await read(sandbox, OWNER, 'index.html')).toBe('<h1>SHOP</h1>\n');
  });

  test('another header alone is a copy in place, which keeps the content, the other headers and the tags', async () => {
    const { sandbox, step } = await siteScene();
    const before = { 's3-metadata': '**/*.css => team=web', 's3-tags': 'cost=shop' };
    await step(upload(before));
    sandbox.log.clear();
    const result = await step(upload({ 's3-cache-control': '**/*.css => max-age=60' }));
    expect(result.errors).toEqual([]);
    expect(writes(sandbox)).toEqual(['CopyObject assets/style.css']);
    expect(result.outputs['s3-bytes']).toBe('0');
    expect(await head(sandbox, 'assets/style.css')).toMatchObject({
      CacheControl: 'max-age=60',
      ContentType: 'text/css; charset=utf-8',
      Metadata: { team: 'web' },
      TagCount: 1,
    });
    sandbox.log.clear();
    await step(upload({ 's3-cache-control': '**/*.css => max-age=60' }));
    expect(writes(sandbox)).toEqual([]);
  });

  test('in a bucket with KMS, whose ETags tell nothing, the checksum that S3 keeps is compared', async () => {
    const { sandbox, step } = await siteScene({ encryption: 'aws:kms', account: PUBLISHER });
    await step(upload());
    sandbox.log.clear();
    const result = await step(upload());
    expect(writes(sandbox)).toEqual([]);
    expect(result.outputs['s3-unchanged']).toBe('5');
  });

  test('a class or a key that is asked for goes for what stays as well; what a lifecycle rule moved on stays', async () => {
    const { sandbox, step } = await siteScene({ account: PUBLISHER });
    await step(upload());
    const asked = async (inputs: Record<string, string>) => {
      sandbox.log.clear();
      await step(upload(inputs));
      return [...new Set(writes(sandbox).map((write) => write.split(' ')[0]))].join();
    };
    const CLASS = { 's3-storage-class': 'STANDARD_IA' };
    expect([await asked(CLASS), await asked(CLASS)]).toEqual(['CopyObject', '']);
    const Body = FILES['site/robots.txt']!;
    const cold = { Bucket: 'shop-site', Key: 'robots.txt', Body, StorageClass: 'GLACIER_IR' as const };
    await s3As(sandbox, ROLE).send(new PutObjectCommand(cold));
    expect(await asked(CLASS)).toBe('');
    const KMS = { 's3-sse': 'aws:kms' };
    expect([await asked(KMS), await asked(KMS)]).toEqual(['CopyObject', '']);
    expect((await head(sandbox, 'index.html', { role: ROLE })).ServerSideEncryption).toBe('aws:kms');
    const AES = { 's3-sse': 'AES256' };
    expect([await asked(AES), await asked(AES)]).toEqual(['CopyObject', '']);
  });

  test('an ACL that is asked for by name goes for what stays as well', async () => {
    const open = { account: PUBLISHER, ownership: 'ObjectWriter', blockPublicAccess: false } as const;
    const { sandbox, step } = await siteScene(open);
    await step(upload());
    expect(await readUnsigned(sandbox, 'index.html')).toBe(403);
    const acl = upload({ 's3-acl': 'public-read' });
    const first = await step(acl);
    expect(first.outputs).toMatchObject({
      's3-uploaded': '5',
      'iam-policy': expect.stringContaining('s3:GetObjectAcl'),
    });
    expect(await readUnsigned(sandbox, 'index.html')).toBe(200);
    expect((await step(acl)).outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '5' });
    await step(upload({ 's3-acl': 'private' }));
    expect(await readUnsigned(sandbox, 'index.html')).toBe(403);
    sandbox.faults.add({ kind: 'status', service: 's3', action: 'GetObjectAcl', status: 403, code: 'AccessDenied' });
    const blind = await step(acl);
    expect(blind.warnings.join()).toContain('whether the objects that stay have the ACL public-read cannot be told');
  });

  test('a file that is stored compressed is known again; one that does not get smaller stays as it is', async () => {
    const files = { 'site/long.js': 'let shop = 1;\n'.repeat(500), 'site/short.js': 'x' };
    const { sandbox, step } = await siteScene({}, { files });
    const inputs = upload({ 's3-compress': '**/*.js => br' });
    const first = await step(inputs);
    expect(first.errors).toEqual([]);
    expect(await head(sandbox, 'long.js')).toMatchObject({
      ContentEncoding: 'br',
      ContentType: 'text/javascript; charset=utf-8',
    });
    expect((await head(sandbox, 'short.js')).ContentEncoding).toBeUndefined();
    const stored = await s3As(sandbox, OWNER).send(new GetObjectCommand({ Bucket: 'shop-site', Key: 'long.js' }));
    const bytes = Buffer.from((await stored.Body?.transformToByteArray()) ?? []);
    expect(brotliDecompressSync(bytes).toString()).toBe(files['site/long.js']);
    sandbox.log.clear();
    await step(inputs);
    expect(writes(sandbox)).toEqual([]);
  });

  test('an upload in parts is known again by the ETag of its parts', async () => {
    const { sandbox, step } = await siteScene({}, { files: { 'site/video.mp4': '0123456789'.repeat(1_800_000) } });
    await step(upload());
    expect(writes(sandbox).filter((line) => line.startsWith('UploadPart'))).toHaveLength(3);
    sandbox.log.clear();
    await step(upload());
    expect(writes(sandbox)).toEqual([]);
  });
});

describe('s3-immutable', () => {
  const released = upload({ 's3-upload': 'site => s3://shop-site/v1', 's3-immutable': 'true' });

  test('the same content is a success, other content is refused before anything is sent', async () => {
    const { sandbox, job, step } = await siteScene();
    expect((await step(released)).outputs['s3-uploaded']).toBe('5');
    expect((await step(released)).outputs['s3-unchanged']).toBe('5');
    writeFileSync(join(job.workspace, 'site/robots.txt'), 'Disallow: /\n');
    sandbox.log.clear();
    const result = await step(released);
    expect(result.errors[0]).toContain('1 key is released already, with other content');
    expect(writes(sandbox)).toEqual([]);
  });

  test('a key that appears while the step runs is not overwritten', async () => {
    const policy = {
      Statement: [
        {
          Effect: 'Allow' as const,
          Principal: { AWS: 'arn:aws:iam::111122223333:role/publish' },
          Action: ['s3:PutObject', 's3:PutObjectAcl'],
          Resource: 'arn:aws:s3:::shop-site/*',
        },
      ],
    };
    const { sandbox, step } = await siteScene({ policy });
    await s3As(sandbox, OWNER).send(
      new PutObjectCommand({ Bucket: 'shop-site', Key: 'v1/robots.txt', Body: 'theirs' }),
    );
    const result = await step(released);
    expect(result.code).toBe(1);
    expect(await read(sandbox, OWNER, 'v1/robots.txt')).toBe('theirs');
  });
});

describe('deletions and CloudFront', () => {
  test('what a lifecycle rule has put into an archive is told: no viewer can read it', async () => {
    const { sandbox, step } = await siteScene();
    await step(upload(OWN));
    const Body = FILES['site/robots.txt']!;
    const archived = { Bucket: 'shop-artifacts', Key: 'robots.txt', Body, StorageClass: 'DEEP_ARCHIVE' as const };
    await s3As(sandbox, ROLE).send(new PutObjectCommand(archived));
    const told = async (inputs: Record<string, string>) => (await step(upload({ ...OWN, ...inputs }))).warnings.join();
    expect(await told({})).toContain('1 of the unchanged objects cannot be read by any viewer');
    await told({ 's3-upload-unchanged': 'true' });
    expect(await told({})).not.toContain('archive');
  });

  test('what changed is invalidated after the upload, what is gone after the deletion', async () => {
    const { sandbox, job, step } = await siteScene();
    // The first release may meet error pages, and an older site, in the cache.
    expect((await step(upload(OWN))).outputs['cloudfront-invalidation-id']).toBe('I0000000000001');
    expect((await step(upload(OWN))).outputs['cloudfront-invalidation-id']).toBe('');
    await s3As(sandbox, `arn:aws:iam::${PUBLISHER}:role/publish`).send(
      new PutObjectCommand({ Bucket: 'shop-artifacts', Key: 'old page/index.html', Body: 'old' }),
    );
    writeFileSync(join(job.workspace, 'site/about/index.html'), 'new\n');
    sandbox.log.clear();
    const result = await step(upload({ ...OWN, 's3-delete': 'true' }));
    expect(result.errors).toEqual([]);
    const old = ['/old%20page', '/old+page'].flatMap((page) => [page, `${page}/`, `${page}/index.html`]);
    expect(sandbox.log.of('cloudfront', 'CreateInvalidation').map(({ params }) => params.paths)).toEqual([
      // What is going to be deleted is told before: should the step end in between, the next one makes up for it.
      ['/about', '/about/', '/about/index.html', ...old],
      old,
    ]);
    const order = sandbox.log.entries
      .map(({ action }) => action)
      .filter((action) => /PutObject|CreateInvalidation|DeleteObjects/.test(action));
    expect(order).toEqual(['PutObject', 'CreateInvalidation', 'DeleteObjects', 'CreateInvalidation']);
    expect(result.outputs).toMatchObject({
      's3-deleted': '1',
      'cloudfront-invalidation-id': 'I0000000000002,I0000000000003',
    });
  });

  test('paths that are given are what is invalidated, and a wait ends', async () => {
    const { sandbox, job, step } = await siteScene();
    await step(upload(OWN));
    sandbox.log.clear();
    writeFileSync(join(job.workspace, 'site/robots.txt'), 'Disallow: /\n');
    const result = await step(upload({ ...OWN, 'cloudfront-paths': '/*', 'cloudfront-wait': 'true' }));
    expect(result.errors).toEqual([]);
    expect(sandbox.log.of('cloudfront', 'CreateInvalidation').map(({ params }) => params.paths)).toEqual([['/*']]);
    expect(sandbox.log.of('cloudfront', 'GetInvalidation').length).toBeGreaterThan(0);
  });

  test('paths that are given are invalidated also when objects are only deleted', async () => {
    const { sandbox, job, step } = await siteScene();
    await step(upload(OWN));
    sandbox.log.clear();
    rmSync(join(job.workspace, 'site/robots.txt'));
    const result = await step(upload({ ...OWN, 's3-delete': 'true', 'cloudfront-paths': '/*' }));
    expect(result.errors).toEqual([]);
    expect(result.outputs).toMatchObject({ 's3-uploaded': '0', 's3-deleted': '1' });
    expect(sandbox.log.of('cloudfront', 'CreateInvalidation').map(({ params }) => params.paths)).toEqual([
      ['/*'],
      ['/*'],
    ]);
  });

  test.each([
    [
      'more than s3-max-delete',
      { 's3-max-delete': '2' },
      's3-delete would delete 3 of 8 objects, more than s3-max-delete allows (2)',
    ],
    [
      'an empty LOCAL',
      { 's3-upload': 'empty/*.html => s3://shop-artifacts', 's3-if-no-files-found': 'ignore' },
      'because LOCAL has no files',
    ],
  ])('%s is refused, and nothing is done', async (_what, inputs, message) => {
    const { sandbox, step } = await siteScene();
    await step(upload({ ...OWN }));
    const s3 = s3As(sandbox, `arn:aws:iam::${PUBLISHER}:role/publish`);
    for (const Key of ['a.html', 'b.html', 'c.html'])
      await s3.send(new PutObjectCommand({ Bucket: 'shop-artifacts', Key, Body: 'x' }));
    sandbox.log.clear();
    const result = await step(upload({ ...OWN, 's3-delete': 'true', ...inputs }));
    expect(result.code).toBe(1);
    expect(result.errors[0]).toContain(message);
    expect(writes(sandbox)).toEqual([]);
  });

  test('what the step leaves out is not deleted', async () => {
    const { sandbox, step } = await siteScene();
    await step(upload(OWN));
    const s3 = s3As(sandbox, `arn:aws:iam::${PUBLISHER}:role/publish`);
    for (const Key of ['reports/1.html', '.well-known/x', 'site2.html'])
      await s3.send(new PutObjectCommand({ Bucket: 'shop-artifacts', Key, Body: 'x' }));
    const result = await step(upload({ ...OWN, 's3-upload': `${OWN['s3-upload']}\n!reports/**`, 's3-delete': 'true' }));
    expect(result.outputs['s3-deleted']).toBe('1');
    const reader = `arn:aws:iam::${PUBLISHER}:role/publish`;
    expect(await read(sandbox, reader, { bucket: 'shop-artifacts', key: 'reports/1.html' })).toBe('x');
    expect(await read(sandbox, reader, { bucket: 'shop-artifacts', key: '.well-known/x' })).toBe('x');
    expect(await read(sandbox, reader, { bucket: 'shop-artifacts', key: 'site2.html' })).toBe(404);
  });
});

describe('s3-wait-for-replication', () => {
  const own = { 's3-upload': 'site => s3://shop-site', 's3-wait-for-replication': 'true' };
  const bucket = (status: 'COMPLETED' | 'FAILED', prefix = '') => ({
    account: PUBLISHER,
    versioning: true,
    replication: { prefix, status, afterSeconds: 2 },
  });

  test.each([
    ['COMPLETED', '', 0, ''],
    ['FAILED', '', 1, 'the replication of 5 objects failed'],
    ['COMPLETED', 'other/', 1, 'no replication rule covers 5 objects'],
  ] as const)('%s for the prefix "%s" ends with %d', async (status, prefix, code, message) => {
    const { sandbox, step } = await siteScene(bucket(status, prefix), { files: { ...FILES } });
    const result = await step(upload({ ...own, 'cloudfront-distribution': 'E2ARTIFACTS' }));
    expect(result.code).toBe(code);
    expect(result.errors.join()).toContain(message);
    // Viewers may be served from the replica: CloudFront is told when that has the objects too.
    const actions = sandbox.log.entries.map(({ action }) => action);
    expect(actions.indexOf('CreateInvalidation')).toBeGreaterThan(actions.lastIndexOf('HeadObject'));
  });
});
