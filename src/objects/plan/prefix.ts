import { Refused } from '../../aws/client.ts';
import { allowing, saysDenied } from '../../aws/denied.ts';
import { Problem } from '../../base/problem.ts';
import { placeFinder } from '../../base/sorted.ts';
import type { Access } from '../../job.ts';
import { keyOf, type LocalTarget } from '../local/targets.ts';
import type { ObjectsRequest } from '../request.ts';
import type { ListedObject } from '../rules/compare.ts';
import { listPages } from '../s3/listing.ts';
import { onListing } from './iam-actions.ts';
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

/** What a page of a listing says of a target's files, by their places in it. */
export type ListedFiles = readonly (readonly [place: number, listed: ListedObject])[];

interface ListedTarget {
  readonly target: LocalTarget;
  readonly bucket: PlannedBucket;
  readonly paidUntil: number;
  /** Is given each page's, while the next one is on its way. */
  readonly compare: (found: ListedFiles) => Promise<void>;
}

/** Nothing else of a listing is kept but what the step may have to do with it: a bucket may hold far more than the step has files. */
export async function listTarget(
  request: ObjectsRequest,
  access: Pick<Access, 'aws' | 'session'>,
  { target, bucket, paidUntil, compare }: ListedTarget,
): Promise<PrefixListing> {
  if (!bucket.mayList) return { total: 0, newer: [], others: [], began: undefined };
  const { files, prefix, leavesOut, kind } = target;
  const placeOf = placeFinder(files, (file) => keyOf(target, file));
  const others: PrefixListing['others'][number][] = [];
  const newer: Written[] = [];
  const owners = new Map<string, string>();
  let total = 0;
  let began: number | undefined;
  const pages = listPages(access.aws, bucket, {
    prefix,
    fetchOwner: bucket.looksAtOwners,
    began: (at) => {
      began ??= at;
    },
    ahead: true,
  });
  for await (const page of told(pages, access, target)) {
    const found: [number, ListedObject][] = [];
    for (const { key, owner: said, ...object } of page) {
      // Few accounts own many objects: one text for each.
      const owner = said === undefined ? undefined : (owners.get(said) ?? said);
      if (owner !== undefined) owners.set(owner, owner);
      const place = placeOf(key);
      if (place !== undefined) found.push([place, { ...object, owner }]);
      if (kind === 'file') continue;
      total++;
      const isWanted = request.delete || request.fixAcl || object.modified > paidUntil;
      if (place !== undefined || !isWanted || leavesOut(key.slice(prefix.length))) continue;
      if (object.modified > paidUntil) newer.push({ bucket: bucket.name, key, modified: object.modified });
      if (request.delete || request.fixAcl) others.push({ bucket: bucket.name, key, prefix, ...object, owner });
    }
    await compare(found);
  }
  return { total, newer, others, began };
}

/** A policy may allow to list one prefix of the step and not another. @throws Problem that names it */
async function* told<T>(
  pages: AsyncIterable<T>,
  { session }: Pick<Access, 'session'>,
  { bucket: name, prefix }: LocalTarget,
): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (thrown) {
    if (!(thrown instanceof Refused) || !saysDenied(thrown)) throw thrown;
    const said = thrown.details.why;
    throw new Problem({
      what: 'the prefix may not be listed',
      on: `s3://${name}/${prefix}`,
      why: said,
      fix: allowing({ said, needed: [onListing({ name, ...session }, prefix)] }),
      cause: thrown,
    });
  }
}
