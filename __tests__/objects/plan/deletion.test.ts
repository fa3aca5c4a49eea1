import { expect, test } from '@jest/globals';
import { guardDeletion } from '../../../src/objects/plan/deletion.ts';

test.each([
  [{ share: 0.25 }, 400, 100, true],
  [{ share: 0.25 }, 400, 101, false],
  [{ share: 0.25 }, 4, 4, true],
  [{ share: 0.25 }, 30, 26, false],
  [{ share: 0 }, 4, 1, false],
  [{ count: 0 }, 100, 1, false],
  [{ count: 5 }, 5, 5, true],
] as const)('the limit %j of %d objects, %d deletions: %s', (limit, remoteObjects, deletions, allowed) => {
  const guard = () => guardDeletion({ on: 's3://b/', localFiles: 1, remoteObjects, deletions }, limit);
  if (allowed) expect(guard).not.toThrow();
  else expect(guard).toThrow('more than s3-max-delete allows');
});
