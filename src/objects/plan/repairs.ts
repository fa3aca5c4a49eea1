import { allowing } from '../../aws/denied.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import { BUCKET_OWNER_FULL_CONTROL, DARK_OBJECTS, OWNERSHIP_REMEDY } from '../rules/acl.ts';
import { MAX_COPY_BYTES, type ObjectHead } from '../rules/compare.ts';
import { allowed } from '../s3/bucket.ts';
import { headObject } from '../s3/listing.ts';
import { copyActions, onBucket, onObjects } from './iam-actions.ts';
import {
  type KeptByOwner,
  type KeptObject,
  lookAtOwners,
  type NotOwned,
  notOwnedOf,
  type OwnerIds,
  tellingOwners,
} from './owners.ts';
import type { PlannedBucket, Repair } from './plan.ts';
import { tagsLostByCopy } from './tags.ts';

const HEADS_AT_ONCE = 32;

export interface Repairs {
  readonly repairs: readonly Repair[];
  /** Buckets of which an id was of use. */
  readonly owners: ReadonlyMap<string, OwnerIds>;
  /** Buckets of which HEAD told something of use. */
  readonly headed: ReadonlySet<string>;
}

/**
 * Judges what stays as it is: what the bucket's owner does not own is as dark as if it were sent now. With `s3-fix-acl` it plans
 * how each is mended, and refuses what cannot be.
 * @throws Problem where `s3-verify-owner` says fail, or a repair that was asked for cannot be done
 */
export async function planRepairs(
  request: ObjectsRequest,
  access: Access,
  { buckets, kept }: { buckets: ReadonlyMap<string, PlannedBucket>; kept: ReadonlyMap<string, KeptByOwner> },
): Promise<Repairs> {
  const repairs: Repair[] = [];
  const owners = new Map<string, OwnerIds>();
  const headed = new Set<string>();
  for (const bucket of buckets.values()) {
    if (request.fixAcl && !bucket.mayList)
      throw cannotRepair(access, bucket, { what: 'the bucket may not be listed', action: 's3:ListBucket' });
    const objects = kept.get(bucket.name);
    if (!objects) continue;
    const ids = await lookAtOwners(access, bucket);
    const found = notOwnedOf(objects, ids, bucket);
    // In the step's own account the step does the same without them, unless there is something to tell.
    const isOfUse = bucket.relation !== 'same' || found.byAnother.length + found.byUploader.length > 0;
    if (isOfUse && (ids.own ?? ids.bucketOwner)) owners.set(bucket.name, ids);
    if (!request.fixAcl) judge(access, { bucket, found });
    else {
      const planned = await repairsOf(access, bucket, found);
      for (const repair of planned) repairs.push(repair);
      if (planned.some(({ by }) => by === 'copy')) headed.add(bucket.name);
    }
  }
  return { repairs, owners, headed };
}

function judge(
  { runner }: Access,
  { bucket, found }: { readonly bucket: PlannedBucket; readonly found: NotOwned },
): void {
  const dark = [...found.byUploader, ...found.byAnother];
  const says = (objects: readonly KeptObject[], what: string) =>
    `${counted(objects.length, 'unchanged object')} ${what}: ${someOf(objects.map(({ key }) => key))}`;
  if (dark.length > 0 && bucket.verify !== 'off') {
    const what = says(dark, `${dark.length === 1 ? 'is' : 'are'} not owned by the bucket's owner`);
    const fix = remedyOf(bucket, found);
    if (bucket.verify === 'fail') {
      throw new Problem({
        what,
        on: `s3://${bucket.name}`,
        why: DARK_OBJECTS,
        fix: `${fix}; s3-verify-owner: warn goes on`,
      });
    }
    runner.warning(`s3://${bucket.name}: ${what}; ${DARK_OBJECTS}. To fix it, ${fix}.`);
  }
  if (found.unknown.length > 0 && bucket.verify !== 'off') {
    const what = says(found.unknown, "may not be owned by the bucket's owner");
    const fix = `${tellingOwners(bucket)}; or repair with s3-fix-acl: true, or send everything again with s3-upload-unchanged: true`;
    if (bucket.mustTellOwner)
      throw new Problem({ what, on: `s3://${bucket.name}`, why: 'their owner cannot be told', fix });
    runner.warning(`s3://${bucket.name}: ${what}; their owner cannot be told. To fix it, ${fix}.`);
  }
}

/** What is there already is not mended by a change of the bucket alone, but by BucketOwnerEnforced. */
function remedyOf({ ownership }: PlannedBucket, { byUploader }: NotOwned): string {
  const again = `run once with s3-fix-acl: true, or send everything again with s3-upload-unchanged: true`;
  if (ownership === 'BucketOwnerPreferred' && byUploader.length > 0) return again;
  return `${OWNERSHIP_REMEDY}; with the latter, then ${again}`;
}

/** @throws Problem for what cannot be repaired by this caller */
async function repairsOf(access: Access, bucket: PlannedBucket, found: NotOwned): Promise<readonly Repair[]> {
  if (found.unknown.length > 0) {
    const what = `whose ${counted(found.unknown.length, 'object')} are cannot be told: ${someOf(found.unknown.map(({ key }) => key))}`;
    throw cannotRepair(access, bucket, { what, action: 's3:GetBucketAcl' });
  }
  if (bucket.relation === 'same') return adopt(access, bucket, found.byAnother);
  warnOfOthers(access, bucket, found.byAnother);
  // With ObjectWriter a copy is the copier's as well: the grant costs less.
  const grants = bucket.ownership === 'ObjectWriter';
  const planned: Repair[] = [];
  let unread = false;
  let archived = false;
  await eachOf(found.byUploader, HEADS_AT_ONCE, async (object) => {
    const { key, size } = object;
    const copies = !grants && size <= MAX_COPY_BYTES;
    const head = copies ? await allowed(headObject(access.aws, bucket, { key })) : undefined;
    unread ||= copies && !head;
    archived ||= head?.isArchived ?? false;
    const address = { bucket: bucket.name, key };
    if (head && !head.isArchived) planned.push(await copyOf(access, bucket, { key, head }));
    else planned.push({ ...address, by: 'grant' });
  });
  tellOfGrants(access, bucket, { planned, unread, archived });
  return planned;
}

/** A grant lets the bucket owner's own roles read, and changes no owner. @throws Problem where that is not enough */
function tellOfGrants(
  { runner, session: { partition } }: Pick<Access, 'runner' | 'session'>,
  bucket: PlannedBucket,
  {
    planned,
    unread,
    archived,
  }: { readonly planned: readonly Repair[]; readonly unread: boolean; readonly archived: boolean },
): void {
  const keys = planned.filter(({ by }) => by === 'grant').map(({ key }) => key);
  if (keys.length === 0 || bucket.verify === 'off') return;
  const what = `s3-fix-acl can give the bucket's owner full control of ${counted(keys.length, 'object')}, but not make them its own: ${someOf(keys)}`;
  const restored = archived
    ? 'restore first what lies in an archive (GLACIER, DEEP_ARCHIVE), and run this again; or '
    : '';
  if (bucket.verify === 'fail') {
    // What may not be read cannot be copied, and only a copy changes the owner.
    const copying = onObjects(copyActions({}, BUCKET_OWNER_FULL_CONTROL), { name: bucket.name, partition });
    const read = unread ? `; or, to copy them, ${allowing({ needed: [copying] })}` : '';
    const fix = `${restored}${OWNERSHIP_REMEDY}, then run this again; or s3-verify-owner: warn, if the owner's own roles are the only readers${read}`;
    throw new Problem({ what, on: `s3://${bucket.name}`, why: DARK_OBJECTS, fix });
  }
  runner.warning(
    `s3://${bucket.name}: ${what}; ${DARK_OBJECTS}. To fix it, ${restored}${unread ? 'allow s3:GetObject and s3:GetObjectTagging, or ' : ''}${OWNERSHIP_REMEDY}.`,
  );
}

async function copyOf(
  access: Access,
  bucket: PlannedBucket,
  { key, head }: { readonly key: string; readonly head: ObjectHead },
): Promise<Repair> {
  const tags = await tagsLostByCopy(access, bucket, { key, head });
  return { bucket: bucket.name, key, by: 'copy', headers: head.headers, tags };
}

/** The bucket's owner makes its own what it may read, by a copy onto itself. */
async function adopt(
  access: Access,
  bucket: PlannedBucket,
  objects: readonly KeptObject[],
): Promise<readonly Repair[]> {
  const planned: Repair[] = [];
  const unreadable: string[] = [];
  await eachOf(objects, HEADS_AT_ONCE, async ({ key, size }) => {
    const head = size > MAX_COPY_BYTES ? undefined : await allowed(headObject(access.aws, bucket, { key }));
    if (head && !head.isArchived) planned.push(await copyOf(access, bucket, { key, head }));
    else unreadable.push(key);
  });
  if (unreadable.length === 0) return planned;
  throw new Problem({
    what: `s3-fix-acl cannot repair ${counted(unreadable.length, 'object')} of another account: ${someOf(unreadable)}`,
    on: `s3://${bucket.name}`,
    why: "the bucket's owner may not read them, or they lie in an archive and were not restored, so it cannot copy them",
    fix: 'set Object Ownership of the bucket to BucketOwnerEnforced: every object then belongs to its owner at once; or let their writer run this with s3-fix-acl: true',
  });
}

function cannotRepair(
  { session: { partition } }: Pick<Access, 'session'>,
  { name }: PlannedBucket,
  { what, action }: { readonly what: string; readonly action: string },
): Problem {
  return new Problem({
    what: `s3-fix-acl cannot be carried out: ${what}`,
    on: `s3://${name}`,
    why: 'without that the step does not know which objects lack their owner',
    fix: `let the bucket's owner set BucketOwnerEnforced, which repairs every object at once; or ${allowing({ needed: [onBucket([action], { name, partition })] })}`,
  });
}

/** Objects that only somebody else can mend. */
function warnOfOthers(
  { runner }: Pick<Access, 'runner'>,
  { name }: PlannedBucket,
  objects: readonly KeptObject[],
): void {
  if (objects.length === 0) return;
  const some = someOf(
    objects.map(({ key }) => `s3://${name}/${key}`),
    10,
  );
  runner.warning(
    `s3-fix-acl: of another account, and not for this step to change: ${counted(objects.length, 'object')}, ${some}. To fix it, ${OWNERSHIP_REMEDY}; with the latter, upload again with s3-upload-unchanged: true.`,
  );
}
