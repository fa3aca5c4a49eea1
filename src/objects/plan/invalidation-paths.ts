import type { ObjectAddress } from '../rules/key.ts';
import { pathsToInvalidate } from '../rules/viewer-paths.ts';
import type { ObjectsPlan, PlannedInvalidation } from './plan.ts';

/** The paths of an invalidation, as far as the plan can tell them; percent-encoded. */
export interface PlannedPaths {
  readonly distribution: string;
  readonly afterUpload: readonly string[];
  readonly afterDeletion: readonly string[];
}

export function plannedPaths({ invalidations, objects, repairs, deletions }: ObjectsPlan): PlannedPaths[] {
  const replaced = objects.filter(({ action }) => action === 'changed' || action === 'headers');
  return invalidations.map((planned) => {
    const { distribution, given } = planned;
    // Given paths are due in every run; once more where objects are deleted after others were replaced.
    const waits = given && replaced.length === 0 && deletions.length > 0;
    return {
      distribution,
      afterUpload: waits ? [] : pathsOf(planned, [...replaced, ...repairs]),
      afterDeletion: deletions.length === 0 ? [] : pathsOf({ ...planned, owed: [] }, deletions),
    };
  });
}

/** The paths of these objects and of what is owed, or those that are given. */
export function pathsOf(
  { given, viewerKey, owed }: Pick<PlannedInvalidation, 'given' | 'viewerKey' | 'owed'>,
  objects: readonly ObjectAddress[],
): readonly string[] {
  return given ?? pathsToInvalidate([...owed, ...objects.map(viewerKey).filter((key) => key !== undefined)]);
}
