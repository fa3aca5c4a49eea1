import { Problem } from '../../base/problem.ts';
import type { DeleteLimit } from '../request.ts';

export interface DeletionScope {
  /** `s3://BUCKET/PREFIX`, for messages. */
  readonly on: string;
  /** Files that LOCAL has. */
  readonly localFiles: number;
  /** Objects under the prefix. */
  readonly remoteObjects: number;
  readonly deletions: number;
}

/** @throws Problem when the deletion looks like a mistake: an empty LOCAL, or more than the limit */
export function guardDeletion({ on, localFiles, remoteObjects, deletions }: DeletionScope, limit: DeleteLimit): void {
  if (deletions === 0) return;
  if (localFiles === 0) {
    throw new Problem({
      what: `s3-delete would delete all ${deletions} objects, because LOCAL has no files`,
      on,
      why: 'an empty LOCAL is mostly a build that failed, or a wrong path',
      fix: 'look at the path and at the steps before; to empty a prefix use another tool',
    });
  }
  const allowed = 'count' in limit ? limit.count : Math.floor(limit.share * remoteObjects);
  if (deletions <= allowed) return;
  throw new Problem({
    what: `s3-delete would delete ${deletions} of ${remoteObjects} objects, more than s3-max-delete allows (${allowed})`,
    on,
    why: 'so many deletions are mostly a wrong path or prefix',
    fix: `look at the plan with dry-run: true; if it is right, s3-max-delete: ${deletions}`,
  });
}
