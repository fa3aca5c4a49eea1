import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { FILES, head, OWNER, read, s3As, siteScene, upload, writes } from './scene.ts';

describe('a copy in place', () => {
  const Bucket = 'shop-site';
  const stored = {
    Bucket,
    Key: 'robots.txt',
    Body: FILES['site/robots.txt']!,
    ContentLanguage: 'de',
    ContentType: 'text/x-robots',
    Expires: new Date('2030-01-01T00:00:00Z'),
    WebsiteRedirectLocation: '/humans.txt',
    Metadata: { team: 'web' },
  };

  test('keeps what no rule names', async () => {
    const { sandbox, step } = await siteScene();
    await step(upload());
    await s3As(sandbox, OWNER).send(new PutObjectCommand(stored));
    const result = await step(upload({ 's3-cache-control': '*.txt => no-cache' }));
    expect(result.errors).toEqual([]);
    expect(await head(sandbox, 'robots.txt')).toMatchObject({
      CacheControl: 'no-cache',
      ContentLanguage: 'de',
      ContentType: 'text/x-robots',
      ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
      WebsiteRedirectLocation: '/humans.txt',
      Metadata: { team: 'web' },
    });
  });

  test('is not made of an archived object, which is sent whole', async () => {
    const { sandbox, step } = await siteScene();
    const archived = { ...stored, WebsiteRedirectLocation: undefined, StorageClass: 'GLACIER' as const };
    await s3As(sandbox, OWNER).send(new PutObjectCommand(archived));
    expect((await step(upload({ 's3-cache-control': '*.txt => no-cache' }))).errors).toEqual([]);
    expect(await head(sandbox, 'robots.txt')).toMatchObject({ CacheControl: 'no-cache' });
  });

  test('keeps no ACL, which is told where readers would lose theirs', async () => {
    const bucket = { ownership: 'ObjectWriter', blockPublicAccess: false };
    const { step } = await siteScene({}, { world: { buckets: { 'shop-artifacts': bucket } } });
    const own = upload({ 's3-upload': 'site => s3://shop-artifacts' });
    await step({ ...own, 's3-acl': 'public-read' });
    const result = await step({ ...own, 's3-cache-control': '**/*.html => no-cache' });
    expect(result.warnings).toEqual([expect.stringContaining('its ACL lets everybody read it')]);
    expect((await step({ ...own, 's3-cache-control': '**/*.html => no-cache' })).warnings).toEqual([]);
  });

  test('as a repair too', async () => {
    const { sandbox, step } = await siteScene({ ownership: 'BucketOwnerPreferred' });
    await step(upload({ 's3-acl': 'none', 's3-verify-owner': 'off' }));
    await s3As(sandbox, 'arn:aws:iam::111122223333:role/publish').send(new PutObjectCommand(stored));
    await step(upload({ 's3-fix-acl': 'true' }));
    expect(await head(sandbox, 'robots.txt')).toMatchObject({
      ContentLanguage: 'de',
      ContentType: 'text/x-robots',
      ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
      WebsiteRedirectLocation: '/humans.txt',
    });
  });

  test('goes with the ACL that a policy demands, where a release changes headers alone', async () => {
    const bofc = 'bucket-owner-full-control';
    const { sandbox, step } = await siteScene({}, { world: demanding(bofc) });
    const inputs = { 's3-upload': 'site => s3://shop-artifacts' };
    expect((await step(upload(inputs))).errors).toEqual([]);
    sandbox.log.clear();
    const result = await step(upload({ ...inputs, 's3-cache-control': '**/*.html => no-cache' }));
    expect(result.errors).toEqual([]);
    expect(new Set(writes(sandbox).map((line) => line.split(' ')[0]))).toEqual(new Set(['CopyObject']));
    expect(JSON.stringify(result.outputs['iam-policy'])).toContain('s3:PutObjectAcl');
    const refused = await step(upload({ ...inputs, 's3-acl': 'none', 's3-cache-control': '*.html => max-age=1' }));
    expect(refused.errors[0]).toContain('s3-acl: bucket-owner-full-control');
  });
});

function demanding(acl: string): Record<string, unknown> {
  const Deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::shop-artifacts/*',
    Condition: { StringNotEquals: { 's3:x-amz-acl': acl } },
  };
  return { buckets: { 'shop-artifacts': { policy: { Statement: [Deny] } } } };
}

describe('what is stored', () => {
  test('text that is not UTF-8, or says so, has no charset', async () => {
    const files = {
      'site/utf8.html': '<p>grüezi</p>',
      'site/meta.html': '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>hello</p>',
      'site/latin1.txt': Buffer.from('gr\xfcezi', 'latin1'),
      'site/utf16.txt': Buffer.from('\ufeffhello', 'utf16le'),
      'site/long.txt': Buffer.from('gr\xfcezi '.repeat(500), 'latin1'),
      'site/ruled.txt': Buffer.from('gr\xfcezi', 'latin1'),
    } as unknown as Record<string, string>;
    const { sandbox, step } = await siteScene({}, { files });
    const rules = { 's3-compress': 'long.txt => gzip', 's3-content-type': 'ruled.txt => text/plain; charset=utf-8' };
    expect((await step(upload(rules))).errors).toEqual([]);
    const types = await Promise.all(
      Object.keys(files).map(async (path) => {
        const key = path.slice('site/'.length);
        return [key, (await head(sandbox, key)).ContentType];
      }),
    );
    expect(Object.fromEntries(types)).toEqual({
      'utf8.html': 'text/html; charset=utf-8',
      'meta.html': 'text/html',
      'latin1.txt': 'text/plain',
      'utf16.txt': 'text/plain',
      'long.txt': 'text/plain',
      'ruled.txt': 'text/plain; charset=utf-8',
    });
  });

  test('what is compressed already has the charset of what it stands for', async () => {
    const [utf8, latin] = [Buffer.from('<p>grüezi</p>'.repeat(30)), Buffer.from('gr\xfcezi '.repeat(300), 'latin1')];
    const files = {
      'site/in-place.html': gzipSync(utf8),
      'site/brotli.html': brotliCompressSync(utf8),
      'site/latin.html': gzipSync(latin),
      'site/notes.txt': latin,
      'site/notes.txt.gz': gzipSync(latin),
      'site/data.csv': 'a,b\n',
      'site/data.csv.gz': 'not gzip at all',
    } as unknown as Record<string, string>;
    const { sandbox, step } = await siteScene({}, { files });
    const rules = { 's3-content-encoding': '*.html => gzip\nbrotli.html => br' };
    const result = await step(upload(rules));
    expect([result.errors, result.warnings]).toEqual([[], []]);
    const types = await Promise.all(
      Object.keys(files).map(async (path) => {
        const key = path.slice('site/'.length);
        const { ContentType, ContentEncoding = '' } = await head(sandbox, key);
        return [key, `${ContentType} ${ContentEncoding}`.trim()];
      }),
    );
    expect(Object.fromEntries(types)).toEqual({
      'in-place.html': 'text/html; charset=utf-8 gzip',
      'brotli.html': 'text/html; charset=utf-8 br',
      'latin.html': 'text/html gzip',
      'notes.txt': 'text/plain',
      'notes.txt.gz': 'text/plain gzip',
      'data.csv': 'text/csv; charset=utf-8',
      'data.csv.gz': 'application/gzip',
    });
  });

  test('two encodings of one file are refused, unless it is compressed already', async () => {
    const text = 'let shop = 1;\n'.repeat(500);
    const { sandbox, job, step } = await siteScene({}, { files: { 'site/app.js': text } });
    const inputs = upload({ 's3-compress': '**/*.js => br', 's3-content-encoding': '**/*.js => gzip' });
    const result = await step(inputs);
    expect(result.errors[0]).toContain('s3-compress makes it br, and s3-content-encoding says that it is gzip');
    expect(writes(sandbox)).toEqual([]);
    writeFileSync(join(job.workspace, 'site/app.js'), gzipSync(text));
    expect((await step(inputs)).errors).toEqual([]);
    expect((await head(sandbox, 'app.js')).ContentEncoding).toBe('gzip');
  });

  test('what a build tool compressed next to its original is recognised; redirects, expiry and language', async () => {
    const text = 'let shop = 1;\n'.repeat(500);
    const files = {
      'site/app.js': text,
      'site/app.js.br': brotliCompressSync(text),
      'site/app.js.gz': gzipSync(text),
      'site/app.tar.gz': gzipSync(text),
      'site/de/index.html': 'Laden',
    } as unknown as Record<string, string>;
    const { sandbox, step } = await siteScene({}, { files });
    const inputs = upload({
      's3-redirects': '/shop => /de/',
      's3-expires': 'de/** => 2030-01-01T00:00:00Z',
      's3-content-language': 'site/de/** => de',
      's3-delete': 'true',
    });
    expect((await step(inputs)).errors).toEqual([]);
    const js = 'text/javascript; charset=utf-8';
    expect(await head(sandbox, 'app.js.br')).toMatchObject({ ContentEncoding: 'br', ContentType: js });
    expect(await head(sandbox, 'app.js.gz')).toMatchObject({ ContentEncoding: 'gzip', ContentType: js });
    expect((await head(sandbox, 'app.tar.gz')).ContentEncoding).toBeUndefined();
    expect(await head(sandbox, 'shop')).toMatchObject({ WebsiteRedirectLocation: '/de/', ContentLength: 0 });
    expect(await head(sandbox, 'de/index.html')).toMatchObject({
      ContentLanguage: 'de',
      ExpiresString: 'Tue, 01 Jan 2030 00:00:00 GMT',
    });
    sandbox.log.clear();
    const again = await step(inputs);
    expect(writes(sandbox)).toEqual([]);
    expect(again.outputs['s3-unchanged']).toBe('6');
  });
});

describe('two lines that name one key', () => {
  const lines = 'site => s3://shop-site\nsite/assets => s3://shop-site/assets';

  test('count once where they mean the same', async () => {
    const { step } = await siteScene();
    expect((await step(upload({ 's3-upload': lines }))).outputs['s3-uploaded']).toBe('5');
    const again = await step(upload({ 's3-upload': lines }));
    expect(again.outputs).toMatchObject({ 's3-uploaded': '0', 's3-unchanged': '5' });
    const manifest = JSON.parse(readFileSync(again.outputs['s3-manifest'] ?? '', 'utf8')) as unknown[];
    expect(manifest).toHaveLength(5);
  });

  test('are refused where a rule tells them apart', async () => {
    const { sandbox, step } = await siteScene();
    const result = await step(upload({ 's3-upload': lines, 's3-cache-control': 'style.css => max-age=60' }));
    expect(result.errors.join()).toContain(
      's3://shop-site/assets/style.css: lines 1 and 2 of s3-upload name the same key',
    );
    expect(writes(sandbox)).toEqual([]);
  });
});

test('rules and exclusions that match nothing are told by name, and what was left out as well', async () => {
  const files = { ...FILES, 'site/.well-known/security.txt': 'mailto:' };
  const { job, sandbox, step } = await siteScene({}, { files });
  symlinkSync('assets', join(job.workspace, 'site/static'));
  const there = { Bucket: 'shop-site', Key: 'pr-12/index.html', Body: 'preview' };
  await s3As(sandbox, OWNER).send(new PutObjectCommand(there));
  const result = await step(
    upload({
      's3-upload': 'site => s3://shop-site\n!privat/**\n!robots.txt\n!pr-*/**',
      's3-cache-control': 'site/**/*.css => max-age=60\nasets/** => immutable',
      's3-delete': 'true',
    }),
  );
  const told = [
    /^site: left out 1 hidden \(\.well-known\); .*, 1 symbolic link \(static\); s3-follow-symlinks: true uploads what/,
    /^s3-cache-control: asets\/\*\* matches no file/,
    /^s3-upload, line 2: !privat\/\*\* left nothing out/,
  ];
  expect(result.warnings).toEqual(told.map((text) => expect.stringMatching(text)));
  expect(await read(sandbox, OWNER, there.Key)).toBe('preview');
});

test('what is only a pointer of Git LFS is not published; names that no typed link finds are told', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 18151\n`;
  const { job, sandbox, step } = await siteScene({}, { files: { ...FILES, 'site/logo.png': pointer } });
  const refused = await step(upload());
  expect(refused.errors.join()).toMatch(
    /only a pointer of Git LFS, without the content: logo\.png[\s\S]*set lfs: true on/,
  );
  expect(writes(sandbox)).toEqual([]);
  writeFileSync(join(job.workspace, 'site/logo.png'), 'PNG');
  writeFileSync(join(job.workspace, 'site/cafe\u0301.html'), 'NFD');
  const { code, warnings } = await step(upload());
  expect({ code, warnings: warnings.join() }).toMatchObject({
    code: 0,
    warnings: expect.stringContaining('1 name in decomposed form (Unicode NFD, as macOS writes it): cafe\u0301.html'),
  });
});

test('a compressed file whose original is not there has the type of that original', async () => {
  const files = { 'site/game.wasm.br': brotliCompressSync('wasm'), 'site/game.js.gz': gzipSync('js') } as never;
  const { sandbox, step } = await siteScene({}, { files });
  await step(upload({ 's3-content-encoding': '**/*.br => br\n**/*.gz => gzip' }));
  const type = async (key: string) => (await head(sandbox, key)).ContentType;
  expect(await Promise.all(['game.wasm.br', 'game.js.gz'].map(type))).toEqual([
    'application/wasm',
    'text/javascript; charset=utf-8',
  ]);
});
