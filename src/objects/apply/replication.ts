import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import type { PlannedBucket } from '../plan/plan.ts';
import { headObject } from '../s3/listing.ts';
import type { Sent } from './result.ts';
import { waitFor } from './wait.ts';

/** For S3 to have replicated what was uploaded: most objects within 15 minutes, large ones within hours. */
const REPLICATION_MS = 60 * 60_000;

/** What `x-amz-replication-status` means. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html */
export type ReplicationState = 'done' | 'waiting' | 'failed' | 'uncovered';

const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
const HEADS_AT_ONCE = 32;

/** Waits until every object that was written is replicated. @throws Problem for those that failed, or that no rule covers */
export async function waitForReplication(
  access: Access,
  buckets: ReadonlyMap<string, PlannedBucket>,
  sent: readonly Sent[],
): Promise<void> {
  let waiting = sent;
  const bad: { readonly address: string; readonly state: ReplicationState }[] = [];
  const ask = async () => {
    const still: Sent[] = [];
    await eachOf(waiting, HEADS_AT_ONCE, async (one) => {
      const { bucket, key } = one.object;
      // A later write of the same key has a status of its own.
      const { replication } = await headObject(access.aws, buckets.get(bucket)!, { key, version: one.stored.version });
      const state = replicationState(replication);
      if (state === 'waiting') still.push(one);
      else if (state !== 'done') bad.push({ address: `s3://${bucket}/${key}`, state });
    });
    waiting = still;
    if (bad.length > 0) throw notReplicated(bad);
    return waiting.length === 0 ? undefined : `${sent.length - waiting.length} of ${sent.length} objects`;
  };
  const wait = {
    what: 'the replication of what was uploaded',
    input: 's3-wait-for-replication',
    ask,
    pausesMs: PAUSES_MS,
    deadlineMs: REPLICATION_MS,
    fix: "everything was uploaded, and S3 carries on: check the rule's metrics (RTC replicates within 15 minutes), or leave s3-wait-for-replication out",
  };
  await waitFor(wait, access);
}

/** The SDK's enumeration knows `COMPLETE` too: both are taken as done. A `REPLICA` came from elsewhere. */
export function replicationState(status: string | undefined): ReplicationState {
  if (status === 'COMPLETED' || status === 'COMPLETE' || status === 'REPLICA') return 'done';
  if (status === 'FAILED') return 'failed';
  return status === 'PENDING' ? 'waiting' : 'uncovered';
}

function notReplicated(bad: readonly { readonly address: string; readonly state: ReplicationState }[]): Problem {
  const failed = bad.some(({ state }) => state === 'failed');
  return new Problem({
    what: failed
      ? `the replication of ${counted(bad.length, 'object')} failed`
      : `no replication rule covers ${counted(bad.length, 'object')}`,
    on: someOf(bad.map(({ address }) => address)),
    why: failed
      ? "the replication role or the destination bucket's policy lacks a permission, or the KMS key does"
      : 'without a rule S3 never replicates them: waiting would not end',
    fix: failed
      ? 'fix the permission and upload again (s3-upload-unchanged: true); S3 does not try again by itself'
      : 'check the rules of the bucket, or leave out s3-wait-for-replication',
  });
}
