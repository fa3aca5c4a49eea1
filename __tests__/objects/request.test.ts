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
  const request = objectsRequest(reader);
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
  expect(request?.excludes).toEqual(['**/*.map']);
  expect(request?.metadata).toEqual([{ glob: '**/*', name: 'team', value: 'web' }]);
  expect(request?.maxDelete).toEqual({ count: 10 });
  expect(request?.last).toEqual(['**/*.html']);
});

test('without s3-upload there is no such job', () => {
  expect(parse({})).toBeUndefined();
});

describe('what is wrong is said with its input and line', () => {
  test.each<[Record<string, string>, string]>([
    [{ 's3-upload': '\ndist' }, 'Input s3-upload, line 2: "dist" is no upload.'],
    [{ 's3-upload': 'dist => s3://A' }, 'Input s3-upload, line 1: "A" is no name of a bucket.'],
    [{ 's3-upload': 'dist => s3://shop//x' }, 'Input s3-upload, line 1: the prefix "/x" has an empty segment.'],
    [{ 's3-upload': '!x' }, 'Input s3-upload: there are only exclusions.'],
    [{ ...UPLOAD, 's3-acl': 'publik' }, 'Input s3-acl: "publik" is not accepted.'],
    [{ ...UPLOAD, 's3-bucket-owner': '123' }, 'Input s3-bucket-owner: "123" is not accepted.'],
    [{ ...UPLOAD, 's3-max-delete': '120%' }, 'Input s3-max-delete: "120%" is not accepted.'],
    [{ ...UPLOAD, 's3-cache-control': 'no-cache' }, 'Input s3-cache-control, line 1: "no-cache" is no rule.'],
    [
      { ...UPLOAD, 's3-cache-control': '* => é' },
      'Input s3-cache-control, line 1: "é" has characters that a header cannot carry.',
    ],
    [{ ...UPLOAD, 's3-metadata': '* => x' }, 'Input s3-metadata, line 1: "x" is no metadata.'],
    [{ ...UPLOAD, 's3-compress': '* => zip' }, 'Input s3-compress: "zip" is not accepted.'],
    [{ ...UPLOAD, 's3-tags': 'a=b\nc' }, 'Input s3-tags, line 2: "c" is no tag.'],
    [
      { ...UPLOAD, 'cloudfront-distribution': 'E1SHOPSITE', 'cloudfront-paths': 'a' },
      'Input cloudfront-paths, line 1: "a" is no path to invalidate.',
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
