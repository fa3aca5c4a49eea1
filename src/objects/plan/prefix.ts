import { placeFinder } from '../../base/sorted.ts';
import type { Access } from '../../job.ts';
import { keyOf, type LocalTarget } from '../local/targets.ts';
import type { ObjectsRequest } from '../request.ts';
import type { ListedObject } from '../rules/compare.ts';
import { listObjects } from '../s3/listing.ts';
import type { Written } from './owed-invalidations.ts';
import type { Deletion, PlannedBucket } from './plan.ts';

/** What a listing found under a target's prefix beside its files. */
export interface PrefixListing {
  /** Objects under the prefix. */
  readonly total: number;
  /** No file's, and newer than what is paid for at CloudFront. */
  readonly newer: readonly Written[];
  /** Those that no file of this target has, and that the step's rules do not leave out; for `s3-delete` and `s3-fix-acl`. */
  readonly others: readonly (Deletion & Pick<ListedObject, 'owner' | 'size'>)[];
  /** The server's time as the listing began, in milliseconds since 1970, where it told that. */
  readonly began: number | undefined;
}

/**
 * Only what the comparison needs is kept: a bucket may hold far more than the step has files.
 * @returns `listed` in the order of the files
 */
export async function listTarget(
  request: ObjectsRequest,
  { aws }: Pick<Access, 'aws'>,
  {
    target,
    bucket,
    paidUntil,
  }: { readonly target: LocalTarget; readonly bucket: PlannedBucket; readonly paidUntil: number },
): Promise<PrefixListing & { listed: (ListedObject | undefined)[] }> {
  if (!bucket.mayList) return { total: 0, newer: [], others: [], began: undefined, listed: [] };
  const { files, prefix, leavesOut, kind } = target;
  const placeOf = placeFinder(files, (file) => keyOf(target, file));
  const listed: (ListedObject | undefined)[] = [];
  const others: PrefixListing['others'][number][] = [];
  const newer: Written[] = [];
  const owners = new Map<string, string>();
  let total = 0;
  let began: number | undefined;
  for await (const { key, owner: said, ...object } of listObjects(aws, bucket, {
    prefix,
    fetchOwner: bucket.looksAtOwners,
    began: (at) => {
      began ??= at;
    },
  })) {
    // Few accounts own many objects: one text for each.
    const owner = said === undefined ? undefined : (owners.get(said) ?? said);
    if (owner !== undefined) owners.set(owner, owner);
    const place = placeOf(key);
    if (place !== undefined) listed[place] = { ...object, owner };
    if (kind === 'file') continue;
    total++;
    const isWanted = request.delete || request.fixAcl || object.modified > paidUntil;
    if (place !== undefined || !isWanted || leavesOut(key.slice(prefix.length))) continue;
    if (object.modified > paidUntil) newer.push({ bucket: bucket.name, key, modified: object.modified });
    if (request.delete || request.fixAcl) others.push({ bucket: bucket.name, key, prefix, ...object, owner });
  }
  return { total, newer, others, began, listed };
}
