import type { ObjectAddress } from '../rules/key.ts';
import { isContentNamed, joinPaths, pathsToInvalidate, withQueries } from '../rules/viewer-paths.ts';
import type { ObjectsPlan, PlannedInvalidation, PlannedObject } from './plan.ts';

/** The paths of an invalidation, as far as the plan can tell them; percent-encoded. */
export interface PlannedPaths {
  readonly distribution: string;
  readonly afterUpload: readonly string[];
  readonly afterDeletion: readonly string[];
}

export function plannedPaths(plan: ObjectsPlan): PlannedPaths[] {
  if (plan.invalidations.length === 0) return [];
  const due = [...plan.objects.filter(isDue), ...plan.repairs];
  return plan.invalidations.map((planned) => ({
    distribution: planned.distribution,
    afterUpload: pathsAfterUpload(planned, due, plan.deletions),
    afterDeletion: plan.deletions.length === 0 ? [] : pathsAfterDeletion(planned, plan.deletions),
  }));
}

/** Whether viewers may have something else at its key: another content, or an error. */
export function isDue({ action, key }: Pick<PlannedObject, 'action' | 'key'>): boolean {
  return action === 'changed' || action === 'headers' || (action === 'new' && !isContentNamed(key));
}

/**
 * What is sent, what is owed, and what is going to be deleted: should the step not live to invalidate that afterwards, the next one
 * sees it here. Paths that are given are due in every run.
 */
export function pathsAfterUpload(
  planned: PlannedInvalidation,
  sent: readonly ObjectAddress[],
  deletions: readonly ObjectAddress[],
): readonly string[] {
  const { given, maySee } = planned;
  if (given) return given;
  return pathsOf(planned, maySee ? [...sent, ...deletions] : sent);
}

/** Whether the invalidation after the upload is to say that deletions follow. */
export function announces(
  { given, maySee, viewerKey }: PlannedInvalidation,
  deletions: readonly ObjectAddress[],
): boolean {
  return (given !== undefined || maySee) && deletions.some((one) => viewerKey(one) !== undefined);
}

/** Names of pages that are usually served for errors; others need no warning. */
const ERROR_PAGE = /^(index|error|40[34]|200)\.html$/;

/** Where error pages cannot be seen, a page that may be one is invalidated under its own addresses alone. */
export function warnOfUnseenErrorPages(
  invalidations: readonly PlannedInvalidation[],
  objects: readonly Pick<PlannedObject, 'action' | 'bucket' | 'key'>[],
  log: { warning(text: string): void },
): void {
  for (const { distribution, facts, given, viewerKey } of invalidations) {
    if (facts || given) continue;
    const page = objects.find((one) => isDue(one) && ERROR_PAGE.test(viewerKey(one) ?? ''));
    if (!page) continue;
    log.warning(
      `CloudFront ${distribution}: whether ${page.key} is also served for errors, as for all addresses of a single-page application, cannot be told. Those addresses may keep the page of before. Allow cloudfront:GetDistribution on the distribution, or give cloudfront-paths: /*.`,
    );
  }
}

/** A cache may have asked again for what was not deleted yet. */
export function pathsAfterDeletion(planned: PlannedInvalidation, deleted: readonly ObjectAddress[]): readonly string[] {
  return pathsOf({ ...planned, owed: [], announced: [] }, deleted);
}

/** The paths of these objects and of what is owed, or those that are given. */
export function pathsOf(
  { given, viewerKey, owed, announced, facts }: PlannedInvalidation,
  objects: readonly ObjectAddress[],
): readonly string[] {
  if (given) return given;
  const keys = [...owed, ...objects.map(viewerKey).filter((key) => key !== undefined)];
  // An error page is kept under every address that has no object of its own.
  if (facts && keys.some((key) => facts.errorPages.has(`/${key}`))) return ['/*'];
  const root = facts && keys.includes(facts.rootObject) ? ['/'] : [];
  const paths = joinPaths(announced, root, pathsToInvalidate(keys));
  return facts?.byQuery ? withQueries(paths) : paths;
}
