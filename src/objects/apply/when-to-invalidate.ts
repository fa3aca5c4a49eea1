import { problemsIn } from '../../base/edge/index.ts';
import type { Access } from '../../job.ts';
import { announces, pathsAfterDeletion, pathsAfterUpload, pathsOf } from '../plan/invalidation-paths.ts';
import type { ObjectsPlan, PlannedInvalidation } from '../plan/plan.ts';
import type { ObjectsRequest } from '../request.ts';
import type { ObjectAddress } from '../rules/key.ts';
import { invalidate } from './invalidate.ts';

export interface Replaced {
  readonly plan: ObjectsPlan;
  /** What was replaced, or may have been. */
  readonly replaced: readonly ObjectAddress[];
}

/** Makes every distribution forget what was replaced or repaired now, and what an earlier run owed. @returns ids */
export async function invalidateAfterUpload(
  request: ObjectsRequest,
  access: Access,
  { plan, replaced }: Replaced,
): Promise<string[]> {
  const ids: string[] = [];
  for (const planned of plan.invalidations) {
    const paths = pathsAfterUpload(planned, [...replaced, ...plan.repairs], plan.deletions);
    if (paths.length === 0) continue;
    tellOwed(access, planned);
    ids.push(await invalidate(request, access, { planned, paths, announces: announces(planned, plan.deletions) }));
  }
  return ids;
}

/**
 * The same when the step fails: viewers would otherwise keep the old half of what is new by half. The step's own failure is what
 * the reader is told.
 */
export async function invalidateAfterFailure(access: Access, { plan, replaced }: Replaced): Promise<void> {
  if (replaced.length === 0) return;
  const left = AbortSignal.timeout(access.signal.aborted ? AFTER_CANCEL_MS : AFTER_FAILURE_MS);
  for (const planned of plan.invalidations) {
    const paths = pathsOf(planned, replaced);
    if (paths.length === 0) continue;
    try {
      await invalidate(
        { waitForInvalidation: false },
        { ...access, signal: left },
        { planned, paths, announces: false },
      );
    } catch (thrown) {
      if (!problemsIn(thrown) && !left.aborted) throw thrown;
      access.runner.warning(
        `CloudFront ${planned.distribution}: what was replaced or deleted before the step failed could not be invalidated. The next run does it, or invalidate ${paths.length === 1 ? paths[0] : 'the prefix'} by hand.`,
      );
    }
  }
}

/** The runner leaves seven seconds after a cancel. */
const AFTER_CANCEL_MS = 4_000;
const AFTER_FAILURE_MS = 30_000;

/** @returns ids */
export async function invalidateAfterDeletion(
  request: ObjectsRequest,
  access: Access,
  { plan, deleted }: { readonly plan: ObjectsPlan; readonly deleted: readonly ObjectAddress[] },
): Promise<string[]> {
  const ids: string[] = [];
  for (const planned of plan.invalidations) {
    const paths = plan.deletions.length > 0 ? pathsAfterDeletion(planned, deleted) : [];
    if (paths.length > 0) ids.push(await invalidate(request, access, { planned, paths, announces: false }));
  }
  return ids;
}

function tellOwed({ runner }: Pick<Access, 'runner'>, { distribution, owed, announced }: PlannedInvalidation): void {
  if (announced.length > 0)
    runner.info(
      `CloudFront ${distribution}: an earlier run was to delete objects and did not invalidate their paths, which this run makes up for`,
    );
  if (owed.length === 0) return;
  const objects = owed.length === 1 ? '1 object was' : `${owed.length} objects were`;
  runner.info(
    `CloudFront ${distribution}: ${objects} written since the last invalidation of ${owed.length === 1 ? 'its path' : 'their paths'}, which this run makes up for`,
  );
}
