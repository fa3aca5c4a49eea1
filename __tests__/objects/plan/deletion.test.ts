import { expect, test } from '@jest/globals';
import { guardDeletion, planDeletions } from '../../../src/objects/plan/deletion.ts';

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

test.each([
  ['before the listing began', 1_000, 2_000, ['old.js']],
  ['in its first second', 2_000, 2_000, ['old.js']],
  ['in its first second, of which the server tells milliseconds', 2_870, 2_000, ['old.js']],
  ['after it began, by another release', 3_000, 2_000, []],
  ['at a time that cannot be compared', 3_000, undefined, ['old.js']],
])('an object that no file has, and that was written %s', (_when, modified, began, keys) => {
  const file = { path: '/w/site/app.js', name: 'app.js', size: 1, mtimeMs: 0, dev: 0, ino: 0 };
  const place = { bucket: 'b', prefix: 'site/' };
  const target = { ...place, local: 'site', line: 1, kind: 'folder', base: 'site', files: [file] } as const;
  const lines = { ...target, leavesOut: () => false };
  const others = ['old.js'].map((key) => ({ ...place, key, etag: 'e', modified, size: 1 }));
  const listings = new Map([[lines, { total: 2, newer: [], others, began }]]);
  const doomed = planDeletions({ maxDelete: { share: 0.25 } }, { targets: [lines], listings, objects: [] });
  expect(doomed.map(({ key }) => key)).toEqual(keys);
});
