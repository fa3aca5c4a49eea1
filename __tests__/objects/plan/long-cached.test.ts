import { expect, test } from '@jest/globals';
import { isLong } from '../../../src/objects/plan/long-cached.ts';

test.each([
  ['public, max-age=31536000, immutable', true],
  ['max-age=604800', true],
  ['Public,Max-Age=31536000', true],
  ['max-age=604799', false],
  ['max-age=60, s-maxage=31536000', false],
  ['s-maxage=31536000', false],
  ['no-cache, max-age=31536000', false],
  ['no-cache', false],
  ['', false],
])('whether browsers keep "%s" for longer than a release lives', (cacheControl, long) => {
  expect(isLong(cacheControl)).toBe(long);
});
