import { GetBucketAclCommand } from '@aws-sdk/client-s3';
import type { Access } from '../../job.ts';
import type { ListedObject } from '../rules/compare.ts';
import type { ObjectAddress } from '../rules/key.ts';
import { allowed, type Bucket, ownCanonicalId } from '../s3/bucket.ts';

/** Canonical ids, as far as the caller may ask for them. */
export interface OwnerIds {
  readonly own: string | undefined;
  readonly bucketOwner: string | undefined;
}

/** What would show whose the objects of a bucket are, as the beginning of a remedy. */
export function tellingOwners({ ownership }: Pick<Bucket, 'ownership'>): string {
  const settings =
    ownership === 'unknown'
      ? 'allow s3:GetBucketOwnershipControls on the bucket, which shows its Object Ownership; or '
      : '';
  return `${settings}allow s3:GetBucketAcl on the bucket or s3:ListAllMyBuckets, which show who owns the objects`;
}

/** Objects of a bucket that stay as they are, by the canonical id of their owner; `undefined`: the server did not say. */
export type KeptByOwner = ReadonlyMap<string | undefined, readonly KeptObject[]>;

export interface KeptObject extends ObjectAddress, Pick<ListedObject, 'size'> {}

/** What stays, by bucket; it grows as listings and redirects are looked at. */
export type KeptByBucket = Map<string, Map<string | undefined, KeptObject[]>>;

/** Adds an object that stays, in the time that one takes. */
export function keep(all: KeptByBucket, owner: string | undefined, { bucket, key, size }: KeptObject): void {
  const owners = all.get(bucket) ?? new Map<string | undefined, KeptObject[]>();
  all.set(bucket, owners);
  const same = owners.get(owner) ?? [];
  owners.set(owner, same);
  same.push({ bucket, key, size });
}

/** A copy that may grow without the original. */
export function copyOfKept(all: ReadonlyMap<string, KeptByOwner>): KeptByBucket {
  return new Map(
    [...all].map(([bucket, owners]) => [bucket, new Map([...owners].map(([owner, same]) => [owner, [...same]]))]),
  );
}

/** Kept objects that the bucket's owner does not own, or may not own. */
export interface NotOwned {
  /** The caller's account owns them, and can mend that. */
  readonly byUploader: readonly KeptObject[];
  readonly byAnother: readonly KeptObject[];
  /** Nothing that the caller may ask tells whose they are. */
  readonly unknown: readonly KeptObject[];
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketAcl.html: its owner is the bucket's. */
export async function lookAtOwners(access: Access, bucket: Bucket): Promise<OwnerIds> {
  const { s3, name, owner } = bucket;
  const acl = allowed(
    access.aws.call('s3:GetBucketAcl', (abortSignal) =>
      s3.send(new GetBucketAclCommand({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }),
    ),
  );
  const [own, found] = await Promise.all([ownCanonicalId(access, bucket), acl]);
  return { own, bucketOwner: found?.Owner?.ID ?? (bucket.relation === 'same' ? own : undefined) };
}

/**
 * Sorts what stays by whose it is. Without any id objects of one owner are taken for the bucket owner's in the step's own account, where
 * another owner is rare, and are unknown in another one.
 */
export function notOwnedOf(
  kept: KeptByOwner,
  { own, bucketOwner }: OwnerIds,
  { relation }: Pick<Bucket, 'relation'>,
): NotOwned {
  const sorted: Record<keyof NotOwned, KeptObject[]> = { byUploader: [], byAnother: [], unknown: [] };
  const strangers = [...kept.keys()].filter((owner) => owner !== own && owner !== bucketOwner);
  for (const [owner, objects] of kept) {
    const kind = kindOf(owner);
    if (kind) for (const one of objects) sorted[kind].push(one);
  }
  return sorted;

  function kindOf(owner: string | undefined): keyof NotOwned | undefined {
    if (owner === undefined) return relation === 'same' ? undefined : 'unknown';
    if (owner === bucketOwner) return undefined;
    if (owner === own) return 'byUploader';
    if (bucketOwner !== undefined) return 'byAnother';
    // One owner that is not the caller is the bucket's, as far as one can see; of two at most one is.
    if (strangers.length > 1) return 'unknown';
    return own === undefined && relation !== 'same' ? 'unknown' : undefined;
  }
}
