import { crc32 } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { combineCrc, crcHeader } from '../../../src/objects/rules/crc.ts';
import { partSizeOf, partsOf } from '../../../src/objects/rules/parts.ts';

const MIB = 2 ** 20;

describe('parts', () => {
  test.each([
    [17 * MIB, 8 * MIB],
    [10_000 * 8 * MIB, 8 * MIB],
    [10_000 * 8 * MIB + 1, 9 * MIB],
    [5 * 2 ** 40, 525 * MIB],
  ])('a file of %d bytes has parts of %d', (size, part) => {
    expect(partSizeOf(size)).toBe(part);
  });

  test('parts cover the file without a gap, at most 10,000 of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 46 }), (size) => {
        let [end, count] = [0, 0];
        for (const part of partsOf(size)) {
          count++;
          if (part.number !== count || part.offset !== end || part.size < 1) return false;
          end += part.size;
        }
        return end === size && count <= 10_000;
      }),
      { numRuns: 50 },
    );
  });

  test('the CRC of a whole is that of its pieces combined', () => {
    const pieces = fc.tuple(fc.uint8Array({ maxLength: 5_000 }), fc.uint8Array({ maxLength: 5_000 }));
    fc.assert(
      fc.property(pieces, ([a, b]) => combineCrc(crc32(a), crc32(b), b.length) === crc32(Buffer.concat([a, b]))),
    );
  });

  test('a CRC is written as S3 writes it', () => {
    expect(crcHeader(crc32(Buffer.from('hello world')))).toBe('DUoRhQ==');
  });
});
