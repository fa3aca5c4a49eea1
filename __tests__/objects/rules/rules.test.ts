import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { phasesOf } from '../../../src/objects/apply/phases.ts';
import { progressLine } from '../../../src/objects/apply/progress.ts';
import { replicationState } from '../../../src/objects/apply/replication.ts';
import { guardDeletion } from '../../../src/objects/plan/deletion.ts';
import type { PlannedObject } from '../../../src/objects/plan/plan.ts';
import { clueOf, headersEqual, provesEqual } from '../../../src/objects/rules/compare.ts';
import { contentTypeOf, headerBook } from '../../../src/objects/rules/headers.ts';
import { decodeListed, encodeKey, problemOfKey } from '../../../src/objects/rules/key.ts';
import { encodePath, pathsToInvalidate } from '../../../src/objects/rules/viewer-paths.ts';
import { makeLimiter } from '../../../src/objects/s3/limiter.ts';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';

describe('what a listing tells', () => {
  test.each([
    ['nothing there', 5, undefined, 'new'],
    ['another size', 5, { size: 6, etag: MD5 }, 'changed'],
    ['an ETag like an MD5', 5, { size: 5, etag: MD5 }, 'etag'],
    ['parts by our rule', 17 << 20, { size: 17 << 20, etag: `${MD5}-3` }, 'etag-of-parts'],
    ['parts of another size', 17 << 20, { size: 17 << 20, etag: `${MD5}-2` }, 'ask'],
    ['an ETag of some other store', 5, { size: 5, etag: 'W/x' }, 'ask'],
    ['an empty object in parts', 0, { size: 0, etag: `${MD5}-1` }, 'ask'],
  ] as const)('%s', (_what, size, listed, clue) => {
    expect(clueOf(size, listed)).toBe(clue);
  });

  test('only a checksum of the whole proves anything', () => {
    const head = { etag: MD5, headers: {}, checksumCrc32: 'AAAAAA==' };
    expect(provesEqual(head, 0)).toBe(true);
    expect(provesEqual(head, 1)).toBe(false);
    expect(provesEqual({ ...head, etag: `${MD5}-2` }, 0)).toBe(false);
    expect(provesEqual({ ...head, checksumType: 'COMPOSITE' }, 0)).toBe(false);
    expect(provesEqual({ ...head, etag: `${MD5}-2`, checksumType: 'FULL_OBJECT' }, 0)).toBe(true);
  });

  test('headers that nobody asked for are no difference', () => {
    expect(
      headersEqual({ 'cache-control': 'no-cache' }, { 'cache-control': 'no-cache', 'x-amz-meta-mtime': '1' }),
    ).toBe(true);
    expect(headersEqual({ 'cache-control': 'no-cache' }, {})).toBe(false);
  });
});

describe('keys', () => {
  test.each([
    ['a b+c(d)/é~.txt', 'a%20b%2Bc%28d%29/%C3%A9~.txt'],
    ["it's*!", 'it%27s%2A%21'],
    ['50%', '50%25'],
  ])('%s in a path', (key, path) => {
    expect(encodeKey(key)).toBe(path);
  });

  test('a listing with encoding-type=url gives back every key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (key) => {
        const listed = encodeURIComponent(key).replaceAll('%20', '+');
        return decodeListed(listed) === key;
      }),
    );
  });

  test.each([
    ['x'.repeat(1_025), /1025 bytes/],
    ['ü'.repeat(513), /1026 bytes/],
    ['a/../b', /\.\. as a segment/],
    ['a\nb', /control character/],
    ['a\ufffdb', /not UTF-8/],
  ])('%j is refused', (key, what) => {
    expect(problemOfKey(key)?.what).toMatch(what);
  });

  test.each(['a b+%ü', '.hidden/..x', 'u\u0308', 'x'.repeat(1_024)])('%j is a key', (key) => {
    expect(problemOfKey(key)).toBeUndefined();
  });
});

describe('headers', () => {
  const none = {
    cacheControl: [],
    contentType: [],
    contentEncoding: [],
    contentDisposition: [],
    metadata: [],
    compress: [],
    tags: {},
    storageClass: undefined,
    encryption: undefined,
    kmsKey: undefined,
  };

  test.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['a/app.mjs', 'text/javascript; charset=utf-8'],
    ['app.js.map', 'application/json; charset=utf-8'],
    ['font.woff2', 'font/woff2'],
    ['module.wasm', 'application/wasm'],
    ['image.webp', 'image/webp'],
    ['feed', 'application/octet-stream'],
    ['.bashrc', 'application/octet-stream'],
  ])('%s is %s', (name, type) => {
    expect(contentTypeOf(name)).toBe(type);
  });

  test('the last match wins, metadata by name', () => {
    const book = headerBook({
      ...none,
      cacheControl: [
        { glob: '**/*', value: 'no-cache' },
        { glob: 'assets/**', value: 'immutable' },
      ],
      metadata: [
        { glob: '**/*', name: 'team', value: 'web' },
        { glob: '**/*.js', name: 'team', value: 'js' },
        { glob: '**/*.js', name: 'map', value: 'yes' },
      ],
    });
    expect(book.of('assets/a.js')).toEqual({
      'cache-control': 'immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-amz-meta-team': 'js',
      'x-amz-meta-map': 'yes',
    });
    expect(book.of('a.txt')['cache-control']).toBe('no-cache');
    expect(book.of('a.txt')).toBe(book.of('b.txt'));
  });

  test('a KMS key alone asks for aws:kms', () => {
    expect(headerBook({ ...none, kmsKey: 'arn:k', tags: { 'a b': 'c&d' } }).of('x.png')).toEqual({
      'content-type': 'image/png',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:k',
      'x-amz-tagging': 'a%20b=c%26d',
    });
  });
});

describe('the order of a release', () => {
  const object = (key: string, action: PlannedObject['action'], size = 1, last = false): PlannedObject => ({
    bucket: 'b',
    key,
    file: { path: key, size, mtimeMs: 0 },
    size,
    headers: {},
    action,
    last,
  });

  test('new names, then the rest, then pages; the largest first; nothing for what is unchanged', () => {
    const phases = phasesOf([
      object('page', 'new', 9, true),
      object('old', 'unchanged'),
      object('changed', 'changed'),
      object('headers', 'headers'),
      object('small', 'new', 1),
      object('large', 'new', 5),
    ]);
    expect(phases.map(({ name, objects }) => [name, objects.map(({ key }) => key)])).toEqual([
      ['new', ['large', 'small']],
      ['changed', ['changed', 'headers']],
      ['last', ['page']],
    ]);
  });

  test.each([
    [{ share: 0.25 }, 100, 25, true],
    [{ share: 0.25 }, 100, 26, false],
    [{ count: 0 }, 100, 1, false],
    [{ count: 5 }, 5, 5, true],
  ] as const)('the limit %j of %d objects, %d deletions: %s', (limit, remoteObjects, deletions, allowed) => {
    const guard = () => guardDeletion({ on: 's3://b/', localFiles: 1, remoteObjects, deletions }, limit);
    if (allowed) expect(guard).not.toThrow();
    else expect(guard).toThrow('more than s3-max-delete allows');
  });
});

describe('invalidation paths', () => {
  test('a page has three addresses', () => {
    expect(pathsToInvalidate(['index.html', 'a/index.html', 'b.css'])).toEqual([
      '/',
      '/a',
      '/a/',
      '/a/index.html',
      '/b.css',
      '/index.html',
    ]);
    expect(pathsToInvalidate([])).toEqual([]);
  });

  test.each([
    ['/a b', '/a%20b'],
    ['/ä~', '/%C3%A4%7E'],
    ["/a+b(c)'@$,;:&=!", "/a+b(c)'@$,;:&=!"],
    ['/100%', '/100%25'],
    ['/a*b/*', '/a%2Ab/*'],
  ])('%s is sent as %s', (path, encoded) => {
    expect(encodePath(path)).toBe(encoded);
  });

  test('many are few: folders by wildcard, each key covered', () => {
    const keys = fc.array(fc.stringMatching(/^[a-c]{1,2}\/[a-z]{1,3}\/[a-z]{1,8}\.js$/), {
      minLength: 60,
      maxLength: 300,
    });
    fc.assert(
      fc.property(keys, (some) => {
        const paths = pathsToInvalidate(some);
        const covers = (path: string, key: string) =>
          path.endsWith('*') ? `/${key}`.startsWith(path.slice(0, -1)) : path === `/${key}`;
        const wildcards = paths.filter((path) => path.endsWith('*')).length;
        return some.every((key) => paths.some((path) => covers(path, key))) && wildcards <= 10 && paths.length <= 60;
      }),
    );
  });
});

describe('the limiter', () => {
  test('grows with what succeeds, halves once for what is refused together, and holds the bytes', async () => {
    const limiter = makeLimiter({ start: 4, most: 8, bytes: 100 });
    for (let n = 0; n < 10; n++) limiter.succeeded();
    expect(limiter.limit).toBe(8);
    for (let n = 0; n < 5; n++) limiter.throttled();
    expect(limiter.limit).toBe(4);

    const order: string[] = [];
    const first = await limiter.take(80);
    const second = limiter.take(30).then((release) => {
      order.push('second');
      return release;
    });
    const third = limiter.take(0).then((release) => {
      order.push('third');
      return release;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    const alone = await limiter.take(1_000);
    alone();
  });
});

test.each([
  ['COMPLETED', 'done'],
  ['COMPLETE', 'done'],
  ['REPLICA', 'done'],
  ['PENDING', 'waiting'],
  ['FAILED', 'failed'],
  [undefined, 'uncovered'],
] as const)('replication %s is %s', (status, state) => {
  expect(replicationState(status)).toBe(state);
});

test('progress says objects, bytes, rate and time left', () => {
  expect(progressLine({ objects: 1_200, bytes: 1.2e9 }, { objects: 4_000, bytes: 3.6e9 }, 10_000)).toBe(
    '1,200 of 4,000 objects, 1.2 GB of 3.6 GB, 120.0 MB/s, 24 s left',
  );
});
