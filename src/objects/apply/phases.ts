import type { PlannedObject } from '../plan/plan.ts';

/** Objects that may be sent in any order among themselves. */
export interface Phase {
  readonly name: 'new' | 'changed' | 'last' | 'workers';
  readonly objects: readonly PlannedObject[];
}

/**
 * The order of a release: S3 has no transaction, so nothing may name what is not there yet. First what is new under new
 * names, then the rest, then the pages (`s3-last`); a failure before the pages leaves the old site whole. At the very end come
 * service workers. In each phase the largest first, so that the small ones fill the gaps.
 */
export function phasesOf(objects: readonly PlannedObject[]): Phase[] {
  const sent = objects.filter(({ action }) => action !== 'unchanged');
  const workers = new Set(sent.filter(({ key }) => SERVICE_WORKER.test(key)));
  const largestFirst = (some: PlannedObject[]) => some.sort((a, b) => b.size - a.size);
  const others = sent.filter((it) => !workers.has(it));
  const phases: Phase[] = [
    { name: 'new', objects: largestFirst(others.filter((it) => !it.last && it.action === 'new')) },
    { name: 'changed', objects: largestFirst(others.filter((it) => !it.last && it.action !== 'new')) },
    { name: 'last', objects: largestFirst(others.filter((it) => it.last)) },
    { name: 'workers', objects: largestFirst([...workers]) },
  ];
  return phases.filter((phase) => phase.objects.length > 0);
}

/**
 * A browser that finds a new service worker fetches at once all that it lists, pages too, and keeps it under the revision that it
 * lists, whatever it was given. https://developer.chrome.com/docs/workbox/modules/workbox-precaching; Angular's names its list ngsw.json
 * and refuses what has another hash: https://angular.dev/ecosystem/service-workers/devops
 */
const SERVICE_WORKER =
  /(^|\/)(([\w.-]*[-_.])?(?<!workbox-)sw|service[-_]?worker|ngsw-worker)\.m?js(\.br|\.gz)?$|(^|\/)ngsw\.json$/i;
/(^|\/)(([\w.-]+[-_.])?(?<!workbox-)sw|service[-_]?worker|ngsw-worker)\.m?js(\.br|\.gz)?$|(^|\/)ngsw\.json$/i;
