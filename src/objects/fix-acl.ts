import { GetBucketAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3';
import { Refused } from '../aws.ts';
import type { Access } from '../job.ts';
import { eachOf } from '../parallel.ts';
import { OWNERSHIP_REMEDY } from './acl.ts';
import { allowed, type Bucket, ownCanonicalId } from './bucket.ts';
import type { PlannedBucket } from './plan.ts';

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

/** Repairs at a time. */
const WIDTH = 32;

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

/**
 * Gives the bucket's owner full control by the ACL; the writer stays the owner, which no ACL changes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 */
export async function repairAcls(
  access: Access,
  buckets: ReadonlyMap<string, PlannedBucket>,
  orphans: readonly Orphan[],
): Promise<void> {
  const kept: Orphan[] = [];
  await eachOf(orphans, WIDTH, async (orphan) => {
    const { s3, name, owner } = buckets.get(orphan.bucket)!;
    const command = new PutObjectAclCommand({
      Bucket: name,
      Key: orphan.key,
      ACL: 'bucket-owner-full-control',
      ExpectedBucketOwner: owner,
    });
    try {
      await access.aws.call('s3:PutObjectAcl', (abortSignal) => s3.send(command, { abortSignal }));
    } catch (thrown) {
      if (!(thrown instanceof Refused) || thrown.status !== 403) throw thrown;
      kept.push(orphan);
    }
  });
  if (orphans.length > kept.length) {
    access.runner.info(
      `s3-fix-acl: the bucket's owner has full control of ${orphans.length - kept.length} more objects`,
    );
  }
  warnOfForeign(access, kept);
}

/** Objects that only somebody else can mend. */
export function warnOfForeign({ runner }: Pick<Access, 'runner'>, orphans: readonly Orphan[]): void {
  if (orphans.length === 0) return;
  const some = orphans.slice(0, 10).map(({ bucket, key }) => `s3://${bucket}/${key}`);
  const more = orphans.length > some.length ? `, and ${orphans.length - some.length} more` : '';
  runner.warning(
    `s3-fix-acl: of another account, and not for this step to change: ${orphans.length === 1 ? 'one object' : `${orphans.length} objects`}, ${some.join(', ')}${more}. To mend it, ${OWNERSHIP_REMEDY}; with the latter, upload again with s3-upload-unchanged: true.`,
  );
}
