import type { PlannedObject } from '../plan/plan.ts';

/** Objects that may be sent in any order among themselves. */
export interface Phase {
  readonly name: 'new' | 'changed' | 'last' | 'lists';
  readonly objects: readonly PlannedObject[];
}

/**
 * The order of a release: S3 has no transaction, so nothing may name what is not there yet. First what is new under new
 * names, then the rest, then the pages (`s3-last`); a failure before the pages leaves the old site whole. At the very end comes
 * what lists others by their hashes. In each phase the largest first, so that the small ones fill the gaps.
 */
export function phasesOf(objects: readonly PlannedObject[]): Phase[] {
  const sent = objects.filter(({ action }) => action !== 'unchanged');
  const lists = new Set(sent.filter(({ key }) => LISTS.test(key)));
  const largestFirst = (some: PlannedObject[]) => some.sort((a, b) => b.size - a.size);
  const others = sent.filter((it) => !lists.has(it));
  const phases: Phase[] = [
    { name: 'new', objects: largestFirst(others.filter((it) => !it.last && it.action === 'new')) },
    { name: 'changed', objects: largestFirst(others.filter((it) => !it.last && it.action !== 'new')) },
    { name: 'last', objects: largestFirst(others.filter((it) => it.last)) },
    { name: 'lists', objects: largestFirst([...lists]) },
  ];
  return phases.filter((phase) => phase.objects.length > 0);
}

/**
 * What lists other files, mostly by their hashes: whoever finds it new fetches at once what it lists, under names that stay the same, or
 * that are new with it. A browser keeps what a service worker lists, pages too, under the revision that it lists, whatever it was given
 * (https://developer.chrome.com/docs/workbox/modules/workbox-precaching); Angular's list is ngsw.json
 * (https://angular.dev/ecosystem/service-workers/devops); apt and yum refuse an index with another hash; programs that update
 * themselves ask for latest.yml (https://www.electron.build/auto-update), latest.json or appcast.xml; nix asks for a .narinfo before
 * its archive, and players for a playlist before its segments.
 */
const LISTS = new RegExp(
  [
    String.raw`([\w.-]*[-_.])?((?<!workbox-)sw|service[-_]?worker|ngsw-worker)\.m?js(\.br|\.gz)?`,
    String.raw`ngsw\.json|InRelease|Release(\.gpg)?|repomd\.xml(\.asc)?`,
    String.raw`latest(-[\w-]+)?\.(ya?ml|json)|appcast[\w.-]*\.xml`,
    String.raw`[\w.-]+\.(narinfo|m3u8|mpd)`,
  ]
    .map((form) => `(^|/)(${form})$`)
    .join('|'),
  'i',
);
