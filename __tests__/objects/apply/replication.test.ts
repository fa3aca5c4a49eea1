import { expect, test } from '@jest/globals';
import { replicationState } from '../../../src/objects/apply/replication.ts';

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
