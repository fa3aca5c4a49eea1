import { PutObjectAclCommand } from '@aws-sdk/client-s3';
import { Refused } from '../../aws/client.ts';
import { eachOf } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import { type Orphan, warnOfForeign } from '../plan/owners.ts';
import type { PlannedBucket } from '../plan/plan.ts';

/** Repairs at a time. */
const WIDTH = 32;

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
