import { describe, expect, test } from '@jest/globals';
import { contentTypeOf, headerBook } from '../../../src/objects/rules/headers.ts';

describe('headers', () => {
  const none = {
    cacheControl: [],
    contentType: [],
    contentEncoding: [],
    contentDisposition: [],
    contentLanguage: [],
    expires: [],
    metadata: [],
    compress: [],
    tags: {},
    storageClass: undefined,
    encryption: undefined,
    kmsKey: undefined,
  };

  test.each([
    ['.well-known/apple-app-site-association', 'application/json; charset=utf-8'],
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
    expect(book.of(['assets/a.js']).all).toEqual({
      'cache-control': 'immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'x-amz-meta-team': 'js',
      'x-amz-meta-map': 'yes',
    });
    expect(book.of(['a.txt']).all['cache-control']).toBe('no-cache');
    expect(book.of(['a.txt'])).toBe(book.of(['b.txt']));
  });

  test('a KMS key alone asks for aws:kms', () => {
    expect(headerBook({ ...none, kmsKey: 'arn:k', tags: { 'a b': 'c&d' } }).of(['x.png']).all).toEqual({
      'content-type': 'image/png',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:k',
      'x-amz-tagging': 'a%20b=c%26d',
    });
  });
});
