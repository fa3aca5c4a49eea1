import { expect, test } from '@jest/globals';
import { progressLine } from '../../../src/objects/apply/progress.ts';

test('progress says objects, bytes, rate and time left', () => {
  expect(progressLine({ objects: 1_200, bytes: 1.2e9 }, { objects: 4_000, bytes: 3.6e9 }, 10_000)).toBe(
    '1,200 of 4,000 objects, 1.2 GB of 3.6 GB, 120.0 MB/s, 24 s left',
  );
});
