import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeListed, encodeKey, problemOfKey } from '../../../src/objects/rules/key.ts';

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
