import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { inputReader } from '../../src/base/inputs.ts';
import { Problems } from '../../src/base/problem.ts';
import { objectsRequest } from '../../src/objects/request.ts';

const workspace = mkdtempSync(join(tmpdir(), 'keyless-request-'));
for (const folder of ['dist', 'my dir']) mkdirSync(join(workspace, folder));
afterAll(() => rmSync(workspace, { recursive: true }));

const parse = (inputs: Readonly<Record<string, string>>) => {
  const reader = inputReader({ input: (name) => inputs[name] ?? '', env: { GITHUB_WORKSPACE: workspace } });
  const request = objectsRequest(reader, { secretFiles: [] });
  reader.throwProblems();
  return request;
};

const problems = (inputs: Readonly<Record<string, string>>): string[] => {
  try {
    parse(inputs);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Problems)) throw thrown;
    return thrown.all.map(({ message }) => message.split('\n')[0] ?? '');
  }
};

const UPLOAD = { 's3-upload': 'dist => s3://shop-site' };

test('targets, exclusions and rules', () => {
  const request = parse({
    's3-upload': '# the site\ndist => s3://shop-site/v1/x\n!**/*.map\nmy dir => s3://other.bucket',
    's3-metadata': '**/* => Team = web',
    's3-max-delete': '10',
  });
  expect(request?.targets).toEqual([
    { local: 'dist', bucket: 'shop-site', prefix: 'v1/x', line: 2 },
    { local: 'my dir', bucket: 'other.bucket', prefix: '', line: 4 },
  ]);
  expect(request?.excludes).toEqual([{ glob: '**/*.map', line: 3 }]);
  expect(request?.metadata).toEqual([{ glob: '**/*', name: 'team', value: 'web' }]);
  expect(request?.maxDelete).toEqual({ count: 10 });
  expect(request?.last).toEqual([{ glob: '**/*.html', isGiven: false }]);
});

test('redirects, distributions with an origin, dates and languages', () => {
  const request = parse({
    's3-upload': 'dist => s3://shop-site/v1',
    's3-redirects': '/old => /new\n/docs/ => https://docs.example.com/',
    's3-expires': '**/*.ics => 2026-10-21T09:28:00+02:00',
    's3-content-language': 'de/** => de-CH',
    'cloudfront-distribution': 'E1SHOPSITE\nE2ARTIFACTS => s3://shop-site/v1',
  });
  expect(request).toMatchObject({
    redirects: [
      { bucket: 'shop-site', key: 'old', location: '/new', line: 1 },
      { bucket: 'shop-site', key: 'docs/index.html', location: 'https://docs.example.com/', line: 2 },
    ],
    expires: [{ glob: '**/*.ics', value: 'Wed, 21 Oct 2026 07:28:00 GMT' }],
    contentLanguage: [{ glob: 'de/**', value: 'de-CH' }],
    distributions: [
      { distribution: 'E1SHOPSITE' },
      { distribution: 'E2ARTIFACTS', origin: { bucket: 'shop-site', prefix: 'v1/' } },
    ],
  });
});

test('without s3-upload there is no such job', () => {
  expect(parse({})).toBeUndefined();
});

test.each([
  'public, max-age=31536000, immutable',
  'no-cache, no-store, must-revalidate, max-age=0, post-check=0',
  'private="set-cookie, x", s-maxage=86400,stale-while-revalidate=60',
])('%s is a value of Cache-Control', (value) => {
  const request = parse({ ...UPLOAD, 's3-cache-control': `* => ${value}` });
  expect(request?.cacheControl).toEqual([{ glob: '*', value }]);
});

describe('what is wrong is said with its input and line', () => {
  test.each<[Record<string, string>, string]>([
    [{ 's3-upload': '\ndist' }, 'Input s3-upload, line 2: "dist" is not an upload.'],
    [{ 's3-upload': 'dist => s3://A' }, 'Input s3-upload, line 1: "A" is not the name of a bucket.'],
    [{ 's3-upload': 'dist => s3:///main' }, 'Input s3-upload, line 1: "s3:///main" names no bucket.'],
    [{ 's3-upload': 'dist => s3://shop//x' }, 'Input s3-upload, line 1: the prefix "/x" has an empty segment.'],
    [
      { 's3-upload': 'dist => s3://arn:aws:s3:::shop/v1' },
      'Input s3-upload, line 1: "arn:aws:s3:::shop" is the ARN of a bucket.',
    ],
    [
      { 's3-upload': 'dist => s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/x' },
      'Input s3-upload, line 1: "arn:aws:s3:eu-west-1:111122223333:accesspoint" is an ARN, and not of a bucket for general purposes.',
    ],
    [
      { 's3-upload': 'dist => s3://arn:aws:s3vectors:eu-west-1:111122223333:bucket/x' },
      'Input s3-upload, line 1: "arn:aws:s3vectors:eu-west-1:111122223333:bucket" is an ARN, and not of a bucket for general purposes.',
    ],
    [
      { 's3-upload': 'dist => s3://shop/../x' },
      'Input s3-upload, line 1: the prefix "../x": a key with . or .. as a segment would be taken for another one by most clients.',
    ],
    [{ 's3-upload': 'dist => s3://shop\n!' }, 'Input s3-upload, line 2: !GLOB: there is no glob.'],
    [{ 's3-upload': 'dist => s3://shop\n!/' }, 'Input s3-upload, line 2: !GLOB: there is no glob.'],
    [
      { 's3-upload': 'dist => s3://shop\n!"private/**"' },
      'Input s3-upload, line 2: !GLOB: ""private/**"" is in quotes, which would be part of the name.',
    ],
    [
      { 's3-upload': 'dist => s3://shop\n!**/*.map # maps' },
      'Input s3-upload, line 2: !GLOB: "**/*.map # maps" has a note behind it, which would be part of the name.',
    ],
    [{ ...UPLOAD, 's3-expires': '* => tomorrow' }, 'Input s3-expires, line 1: "tomorrow" is not a date of HTTP.'],
    [
      { ...UPLOAD, 's3-content-language': '* => en_GB' },
      'Input s3-content-language, line 1: "en_GB" is not a language.',
    ],
    [{ ...UPLOAD, 's3-redirects': '/old' }, 'Input s3-redirects, line 1: "/old" is not a redirect.'],
    [
      { ...UPLOAD, 's3-redirects': 's3://other/old => /new' },
      'Input s3-redirects, line 1: no line of s3-upload is for the bucket "other".',
    ],
    [
      { ...UPLOAD, 'cloudfront-distribution': 'E1SHOPSITE, E2ARTIFACTS' },
      'Input cloudfront-distribution, line 1: "E1SHOPSITE, E2ARTIFACTS" is not a distribution.',
    ],
    [
      { ...UPLOAD, 'cloudfront-distribution': 'E1SHOPSITE', 'cloudfront-paths': '/a, /b' },
      'Input cloudfront-paths, line 1: "/a, /b" is not a path to invalidate.',
    ],
    [
      { ...UPLOAD, 'cloudfront-distribution': 'E1SHOPSITE', 'cloudfront-paths': '/a b' },
      'Input cloudfront-paths, line 1: "/a b" is not a path to invalidate.',
    ],
    [
      {
        ...UPLOAD,
        'cloudfront-distribution': 'E1SHOPSITE',
        'cloudfront-paths': Array.from({ length: 16 }, (_, n) => `/${n}/*`).join('\n'),
      },
      'Input cloudfront-paths: 16 paths with * and 0 without are too many.',
    ],
    [{ 's3-upload': '!x' }, 'Input s3-upload: there are only exclusions.'],
    [
      { 's3-upload': 'dist => s3://shop-site\n!*.map => s3://shop-site' },
      'Input s3-upload, line 2: !GLOB: "*.map => s3://shop-site" has an address, and an exclusion has none.',
    ],
    [
      { 's3-upload': 'dist => s3://shop-site\n!!robots.txt' },
      'Input s3-upload, line 2: !GLOB: "!!robots.txt" would leave out everything else.',
    ],
    [
      { ...UPLOAD, 's3-redirects': '/old?page=1 => /new' },
      'Input s3-redirects, line 1: "/old?page=1" has a query or a fragment, which S3 does not look at.',
    ],
    [{ ...UPLOAD, 's3-acl': 'publik' }, 'Input s3-acl: "publik" is not accepted.'],
    [{ ...UPLOAD, 's3-bucket-owner': '123' }, 'Input s3-bucket-owner: "123" is not accepted.'],
    [{ ...UPLOAD, 's3-max-delete': '120%' }, 'Input s3-max-delete: "120%" is not accepted.'],
    [{ ...UPLOAD, 's3-cache-control': 'no-cache' }, 'Input s3-cache-control, line 1: "no-cache" is not a rule.'],
    ...[
      'max-age=',
      'max-age: 60',
      'public max-age=60',
      'max-age=60; immutable',
      'maxage=60',
      'public, s-max-age=1',
    ].map((value): [Record<string, string>, string] => [
      { ...UPLOAD, 's3-cache-control': `* => ${value}` },
      `Input s3-cache-control, line 1: "${value.replace('public, ', '')}" is not a directive of Cache-Control.`,
    ]),
    [
      { ...UPLOAD, 's3-content-type': '* => text/html charset=utf-8' },
      'Input s3-content-type, line 1: "text/html charset=utf-8" is not a content type.',
    ],
    [{ ...UPLOAD, 's3-content-type': '* => html' }, 'Input s3-content-type, line 1: "html" is not a content type.'],
    [
      { ...UPLOAD, 's3-content-encoding': '* => UTF-8' },
      'Input s3-content-encoding, line 1: "UTF-8" is not an encoding of HTTP.',
    ],
    [
      { ...UPLOAD, 's3-redirects': '/old => https:///new' },
      'Input s3-redirects, line 1: "/old => https:///new" is not a redirect.',
    ],
    [
      { ...UPLOAD, 's3-cache-control': '* => é' },
      'Input s3-cache-control, line 1: "é" has characters that a header cannot carry.',
    ],
    [{ ...UPLOAD, 's3-metadata': '* => x' }, 'Input s3-metadata, line 1: "x" is not metadata.'],
    [{ ...UPLOAD, 's3-compress': '* => zip' }, 'Input s3-compress: "zip" is not accepted.'],
    [{ ...UPLOAD, 's3-tags': 'a=b\nc' }, 'Input s3-tags, line 2: "c" is not a tag.'],
    [
      { ...UPLOAD, 'cloudfront-distribution': 'E1SHOPSITE', 'cloudfront-paths': 'a' },
      'Input cloudfront-paths, line 1: "a" is not a path to invalidate.',
    ],
    [
      { ...UPLOAD, 'cloudfront-wait': 'true' },
      'Input cloudfront-distribution: paths to invalidate, or a wait, without a distribution.',
    ],
    [
      { ...UPLOAD, 's3-immutable': 'true', 's3-delete': 'true' },
      'Input s3-immutable: what is released can neither be deleted nor sent again.',
    ],
  ])('%j', (inputs, message) => {
    expect(problems(inputs)).toEqual([message]);
  });

  test('all of them at once', () => {
    expect(problems({ 's3-upload': 'dist', 's3-acl': 'x', 's3-sse': 'y' })).toHaveLength(3);
  });
});
