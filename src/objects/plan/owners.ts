import { GetBucketAclCommand } from '@aws-sdk/client-s3';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { OWNERSHIP_REMEDY } from '../rules/acl.ts';
import { allowed, type Bucket, ownCanonicalId } from '../s3/bucket.ts';

/** Canonical ids, as far as the caller may ask for them. */
export interface Owners {
  readonly own: string | undefined;
  readonly bucketOwner: string | undefined;
}

/** An object that its bucket's owner does not own. */
export interface Orphan {
  readonly bucket: string;
  readonly key: string;
}

/** Whether objects of a bucket can be orphans at all: not in the own account, nor where the bucket's owner owns everything. */
export function mayHaveOrphans({ relation, ownership }: Bucket): boolean {
  return relation !== 'same' && ownership !== 'BucketOwnerEnforced';
}

export async function lookAtOwners(access: Access, bucket: Bucket): Promise<Owners> {
  const { s3, name, owner } = bucket;
  const acl = allowed(
    access.aws.call('s3:GetBucketAcl', (abortSignal) =>
      s3.send(new GetBucketAclCommand({ Bucket: name, ExpectedBucketOwner: owner }), { abortSignal }),
    ),
  );
  return { own: await ownCanonicalId(access, bucket), bucketOwner: (await acl)?.Owner?.ID };
}

/**
 * What to do about an object's owner, as a listing with `fetch-owner` shows it: `mine` the caller may repair, `foreign` only its
 * writer or the bucket's owner can; nothing where it is the bucket's owner, or can't be told.
 */
export function orphanKind(owner: string | undefined, { own, bucketOwner }: Owners): 'mine' | 'foreign' | undefined {
  if (owner === undefined || owner === bucketOwner) return undefined;
  if (owner === own) return 'mine';
  if (bucketOwner === undefined) return undefined;
  return own === undefined ? 'mine' : 'foreign';
}

/** Objects that only somebody else can mend. */
export function warnOfForeign({ runner }: Pick<Access, 'runner'>, orphans: readonly Orphan[]): void {
  if (orphans.length === 0) return;
  const some = someOf(
    orphans.map(({ bucket, key }) => `s3://${bucket}/${key}`),
    10,
  );
  runner.warning(
    `s3-fix-acl: of another account, and not for this step to change: ${counted(orphans.length, 'object')}, ${some}. To mend it, ${OWNERSHIP_REMEDY}; with the latter, upload again with s3-upload-unchanged: true.`,
  );
}
