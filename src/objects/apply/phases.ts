import type { PlannedObject } from '../plan/plan.ts';

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
