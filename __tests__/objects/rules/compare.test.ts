import { describe, expect, test } from '@jest/globals';
import { clueOf, compareFile, headersEqual, provesEqual } from '../../../src/objects/rules/compare.ts';

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

  test('headers that nobody asked for make no difference', () => {
    expect(
      headersEqual({ 'cache-control': 'no-cache' }, { 'cache-control': 'no-cache', 'x-amz-meta-mtime': '1' }),
    ).toBe(true);
    expect(headersEqual({ 'cache-control': 'no-cache' }, {})).toBe(false);
  });
});

// What another tool sent has its checksum, or none: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
test.each([
  ['an MD5 of other content', { etag: MD5 }, undefined],
  ['a KMS key, and no CRC-32', { etag: MD5, kmsKey: 'arn:aws:kms:eu-west-1:111122223333:key/k' }, true],
  ['a KMS key, and the CRC-32 of other content', { etag: MD5, kmsKey: 'k', checksumCrc32: 'AAAAAQ==' }, undefined],
  ['parts, and no CRC-32', { etag: `${MD5}-2` }, true],
  ['parts, and a CRC-32 of their CRC-32s', { etag: `${MD5}-2`, checksumCrc32: 'x-2', checksumType: 'COMPOSITE' }, true],
  [
    'parts, and the CRC-32 of other content',
    { etag: `${MD5}-2`, checksumCrc32: 'x', checksumType: 'FULL_OBJECT' },
    undefined,
  ],
])('%s: it is sent, and that it may be the same is %s', (_what, shown, unproved) => {
  const head = { size: 5, headers: {}, modified: 0, ...shown };
  const listed = { size: 5, etag: shown.etag };
  const rest = { mayList: true, always: false, ruled: {}, isRuled: false, isForeignKey: () => false };
  const digests = { etag: 'other', crc: 0 };
  const compared = compareFile({ size: 5, listed, digests, head, ...rest });
  expect(compared).toEqual({ action: 'changed', ...(unproved ? { unproved } : {}) });
});
