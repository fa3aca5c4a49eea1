import { DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { PlannedBucket } from '../plan/plan.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const KEYS_A_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;

/** Deletes by the thousand. With versioning they are hidden only. @throws Problem with the keys that S3 kept */
export async function deleteObjects(
  access: Access,
  buckets: ReadonlyMap<string, PlannedBucket>,
  deletions: readonly { readonly bucket: string; readonly key: string }[],
): Promise<void> {
  const kept: { readonly address: string; readonly code: string }[] = [];
  for (const { name, s3, owner } of buckets.values()) {
    const keys = deletions.filter(({ bucket }) => bucket === name).map(({ key }) => key);
    await eachOf(batches(keys), REQUESTS_AT_ONCE, async (batch) => {
      const command = new DeleteObjectsCommand({
        Bucket: name,
        ExpectedBucketOwner: owner,
        Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: false },
      });
      const answer = await access.aws.call('s3:DeleteObject', (abortSignal) => s3.send(command, { abortSignal }), {
        asked: { keys: batch },
      });
      // "200" with an error for each key that was not deleted.
      for (const { Key = '', Code = '' } of answer.Errors ?? [])
        kept.push({ address: `s3://${name}/${Key}`, code: Code });
    });
  }
  if (kept.length === 0) return;
  const codes = [...new Set(kept.map(({ code }) => code))].join(', ');
  throw new Problem({
    what: `${kept.length} objects could not be deleted (${codes})`,
    on: kept
      .slice(0, 3)
      .map(({ address }) => address)
      .join(', '),
    why: 's3:DeleteObject is missing, or a lock holds them; everything was uploaded',
    fix: 'allow s3:DeleteObject under the prefix and run again',
  });
}

function* batches(keys: readonly string[]): Generator<string[]> {
  for (let at = 0; at < keys.length; at += KEYS_A_REQUEST) yield keys.slice(at, at + KEYS_A_REQUEST);
}
