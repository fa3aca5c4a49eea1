import { Problem } from '../problem.ts';
import type { DeleteLimit } from '../request/objects.ts';
import type { PlannedObject } from './plan.ts';

/** Objects that may be sent in any order among themselves. */
export interface Phase {
  readonly name: 'new' | 'changed' | 'last';
  readonly objects: readonly PlannedObject[];
}

/**
 * The order of a release: S3 has no transaction, so nothing may name what is not there yet. First what is new under new
 * names, then the rest, then the pages (`s3-last`); a failure before the pages leaves the old site whole. In each phase the
 * largest first, so that the small ones fill the gaps.
 */
export function phasesOf(objects: readonly PlannedObject[]): Phase[] {
  const sent = objects.filter(({ action }) => action !== 'unchanged');
  const largestFirst = (some: PlannedObject[]) => some.sort((a, b) => b.size - a.size);
  const phases: Phase[] = [
    { name: 'new', objects: largestFirst(sent.filter((it) => !it.last && it.action === 'new')) },
    { name: 'changed', objects: largestFirst(sent.filter((it) => !it.last && it.action !== 'new')) },
    { name: 'last', objects: largestFirst(sent.filter((it) => it.last)) },
  ];
  return phases.filter((phase) => phase.objects.length > 0);
}

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
