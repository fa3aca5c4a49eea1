import { Problem } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { LocalTarget } from '../local/targets.ts';
import type { DeleteLimit, ObjectsRequest } from '../request.ts';
import type { ObjectAddress } from '../rules/key.ts';
import type { Deletion, PlannedObject } from './plan.ts';
import type { PrefixListing } from './prefix.ts';

export interface DeletionScope {
  /** `s3://BUCKET/PREFIX`, for messages. */
  readonly on: string;
  /** Files that LOCAL has. */
  readonly localFiles: number;
  /** Objects under the prefix. */
  readonly remoteObjects: number;
  readonly deletions: number;
}

/** A share of a small site is less than a page with its assets: so many objects a share always allows. */
const SHARE_FLOOR = 25;

/** @throws Problem when the deletion looks like a mistake: an empty LOCAL, or more than the limit */
export function guardDeletion({ on, localFiles, remoteObjects, deletions }: DeletionScope, limit: DeleteLimit): void {
  if (deletions === 0) return;
  if (localFiles === 0) {
    throw new Problem({
      what: `s3-delete would delete ${deletions === 1 ? 'the only object' : `all ${deletions} objects`}, because LOCAL has no files`,
      on,
      why: 'an empty LOCAL usually means that the build failed, or that the path is wrong',
      fix: 'check the path and the steps before; to empty a prefix use another tool',
    });
  }
  const allowed = allowedBy(limit, remoteObjects);
  if (deletions <= allowed) return;
  throw new Problem({
    what: `s3-delete would delete ${deletions} of ${counted(remoteObjects, 'object')}, more than s3-max-delete allows (${allowed})`,
    on,
    why: 'so many deletions usually mean a wrong path or prefix',
    fix: `check the plan with dry-run: true; if it is right, s3-max-delete: ${deletions}`,
  });
}

function allowedBy(limit: DeleteLimit, remoteObjects: number): number {
  if ('count' in limit) return limit.count;
  return limit.share === 0 ? 0 : Math.max(SHARE_FLOOR, Math.floor(limit.share * remoteObjects));
}

export interface ReleaseListing {
  readonly targets: readonly LocalTarget[];
  readonly listings: ReadonlyMap<LocalTarget, PrefixListing>;
  readonly objects: readonly PlannedObject[];
}

/**
 * What is under a folder's or glob's prefix and not in the release, and not left out by the step's rules. What was written after the
 * listing began is another release's, whose pages may be on their way. @throws Problem
 */
export function planDeletions(
  { maxDelete }: Pick<ObjectsRequest, 'maxDelete'>,
  { targets, listings, objects }: ReleaseListing,
): Deletion[] {
  const found = targets.map((target) => {
    const { total = 0, others = [], began = Number.POSITIVE_INFINITY } = listings.get(target) ?? {};
    return { target, total, doomed: others.filter(({ modified }) => wholeSeconds(modified) <= began) };
  });
  // What no file of one line has may be another line's.
  const addresses = new Set(found.flatMap(({ doomed }) => doomed.map(addressOf)));
  if (addresses.size > 0) for (const object of objects) addresses.delete(addressOf(object));
  for (const { target, total, doomed } of found) {
    const on = `s3://${target.bucket}/${target.prefix}`;
    const deletions = doomed.filter((one) => addresses.has(addressOf(one))).length;
    guardDeletion({ on, localFiles: target.files.length, remoteObjects: total, deletions }, maxDelete);
    // A number, and 100%, are somebody's word for it.
    if ('share' in maxDelete && maxDelete.share < 1) {
      const names = target.files.map(({ name }) => name);
      const gone = doomed
        .filter((one) => addresses.has(addressOf(one)))
        .map(({ key }) => key.slice(target.prefix.length));
      guardSites(on, { names, gone }, deletions);
    }
  }
  // Below two prefixes it is deleted once.
  return found.flatMap(({ doomed }) => doomed.filter((one) => addresses.delete(addressOf(one))));
}

/**
 * A site that is released to the root of a bucket would take with it whole sites below: previews of pull requests, other applications. What
 * is deleted is one when the release has nothing in its folder, and the folder has an index page and something else that lies at the
 * root of the release as well. https://github.com/department-of-veterans-affairs/vets-design-system-documentation/pull/3435
 * @param names of the release, and of what is to be deleted, below the prefix
 * @throws Problem
 */
function guardSites(
  on: string,
  { names, gone }: { readonly names: readonly string[]; readonly gone: readonly string[] },
  deletions: number,
): void {
  if (gone.length < 2) return;
  const roots = new Set(names.map(firstOf));
  if (!roots.has('index.html')) return;
  const folders = new Map<string, Set<string>>();
  for (const name of gone) {
    const folder = firstOf(name);
    if (folder === name || roots.has(folder)) continue;
    const entries = folders.get(folder) ?? new Set();
    folders.set(folder, entries.add(firstOf(name.slice(folder.length + 1))));
  }
  const sites = [...folders].filter(
    ([, entries]) => entries.has('index.html') && [...entries].some((one) => one !== 'index.html' && roots.has(one)),
  );
  if (sites.length === 0) return;
  throw new Problem({
    what: `s3-delete would delete what looks like ${sites.length === 1 ? 'another site' : `${sites.length} other sites`}: ${someOf(sites.map(([folder]) => `${folder}/`))}`,
    on,
    why: 'LOCAL has no such folder, and what is in it is laid out as LOCAL is: a preview, or another application',
    fix: `keep it with a line !${sites[0]![0]}/**; if it is to go, write the number of deletions, s3-max-delete: ${deletions}, or 100%`,
  });
}

/** As AWS tells times, and every server its own; Ceph and MinIO tell milliseconds of objects. */
function wholeSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000) * 1_000;
}

/** The first part of a name. */
function firstOf(name: string): string {
  const slash = name.indexOf('/');
  return slash < 0 ? name : name.slice(0, slash);
}

function addressOf({ bucket, key }: ObjectAddress): string {
  return `${bucket}/${key}`;
}
