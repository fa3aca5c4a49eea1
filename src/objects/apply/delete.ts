import { hash } from 'node:crypto';
import { allowing } from '../../aws/denied.ts';
import type { Statement } from '../../aws/policy.ts';
import { firstText } from '../../aws/xml.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { onObjects } from '../plan/iam-actions.ts';
import type { Deletion, ObjectsPlan, PlannedBucket } from '../plan/plan.ts';
import { listObjects, listOne } from '../s3/listing.ts';
import { ownerHeader } from '../s3/wire.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const KEYS_A_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
/** So few are looked at one by one. */
const FEW = 16;

/** The right to delete in the bucket of an address. */
function onWhole(address: string, { partition }: Pick<Access['session'], 'partition'>): Statement {
  return onObjects(['s3:DeleteObject'], { name: address.split('/')[2]!, partition });
}

interface Kept {
  readonly address: string;
  readonly code: string;
}

/**
 * Deletes by the thousand what is still as the plan saw it. With versioning they are hidden only.
 * @param begun gets each object that was asked to be deleted: it may be, also where the answer was lost
 * @returns what was deleted
 * @throws Problem with the keys that S3 kept
 */
export async function deleteObjects(
  access: Access,
  { buckets, deletions }: Pick<ObjectsPlan, 'buckets' | 'deletions'>,
  begun: Deletion[],
): Promise<readonly Deletion[]> {
  const deleted: Deletion[] = [];
  const kept: Kept[] = [];
  for (const bucket of buckets.values()) {
    const own = deletions.filter((one) => one.bucket === bucket.name);
    if (own.length === 0) continue;
    const same = await stillThere(access, bucket, own);
    tellChanged(access, bucket, own.length - same.length);
    // XML cannot hold some characters: one such key would fail a whole request.
    const odd = same.filter(({ key }) => NOT_IN_XML.test(key));
    const plain = odd.length === 0 ? same : same.filter(({ key }) => !NOT_IN_XML.test(key));
    for (const one of same) begun.push(one);
    await eachOf(batches(plain), REQUESTS_AT_ONCE, async (batch) => {
      kept.push(...(await deleteBatch(access, bucket, batch)));
    });
    await eachOf(odd, REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
    for (const one of same) deleted.push(one);
  }
  if (kept.length === 0) return deleted;
  const codes = [...new Set(kept.map(({ code }) => code))].join(', ');
  throw new Problem({
    what: `${kept.length} objects could not be deleted (${codes})`,
    on: someOf(kept.map(({ address }) => address)),
    why: 's3:DeleteObject is missing, or a lock holds them; everything was uploaded',
    fix: `lift the lock, or ${allowing({ needed: kept.map(({ address }) => onWhole(address, access.session)) })}`,
  });
}

/**
 * What another release wrote since the plan was made is not deleted. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 * knows `If-Match`, which takes s3:GetObject as well: a second look takes nothing more than the first.
 */
async function stillThere(
  { aws }: Pick<Access, 'aws'>,
  bucket: PlannedBucket,
  doomed: readonly Deletion[],
): Promise<Deletion[]> {
  const found = new Map<string, { readonly etag: string; readonly modified: number }>();
  if (doomed.length <= FEW) {
    await Promise.all(
      doomed.map(async ({ key, prefix }) => {
        const listed = await listOne(aws, bucket, { prefix, key });
        if (listed) found.set(key, listed);
      }),
    );
  } else {
    const keys = new Set(doomed.map(({ key }) => key));
    for (const prefix of new Set(doomed.map((one) => one.prefix))) {
      for await (const listed of listObjects(aws, bucket, { prefix })) {
        if (keys.has(listed.key)) found.set(listed.key, listed);
      }
    }
  }
  return doomed.filter(({ key, etag, modified }) => {
    const now = found.get(key);
    return now?.etag === etag && now.modified === modified;
  });
}

function tellChanged({ runner }: Pick<Access, 'runner'>, { name }: PlannedBucket, count: number): void {
  if (count === 0) return;
  runner.warning(
    `s3://${name}: ${count === 1 ? '1 object was' : `${count} objects were`} written or deleted by somebody else since the plan was made, and ${count === 1 ? 'was' : 'were'} not deleted. Two releases of one prefix at a time disturb each other: give their jobs one concurrency group.`,
  );
}

async function deleteBatch({ aws }: Access, bucket: PlannedBucket, batch: readonly Deletion[]): Promise<Kept[]> {
  const keys = batch.map(({ key }) => key);
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('');
  const body = Buffer.from(`<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${objects}</Delete>`);
  // Content-MD5, as not every server knows the checksums.
  const headers = {
    ...ownerHeader(bucket),
    'content-type': 'application/xml',
    'content-md5': hash('md5', body, 'base64'),
  };
  const answer = await aws.call(
    's3:DeleteObject',
    async (signal) => {
      const { text } = await bucket.wire.ask({ method: 'POST', query: { delete: '' }, headers, body }, signal);
      return readResult(text);
    },
    { asked: { keys } },
  );
  // "200" with an error for each key that was not deleted.
  return answer.Errors.map(({ Key, Code }) => ({ address: `s3://${bucket.name}/${Key}`, code: Code }));
}

async function deleteOne({ aws }: Access, bucket: PlannedBucket, { key }: Deletion): Promise<void> {
  await aws.call(
    's3:DeleteObject',
    async (signal) => {
      await bucket.wire.ask({ method: 'DELETE', key, headers: ownerHeader(bucket) }, signal);
      return { Deleted: [{ Key: key }] };
    },
    { asked: { keys: [key] } },
  );
}

function readResult(text: string): { Deleted: { Key: string }[]; Errors: { Key: string; Code: string }[] } {
  const elements = [...text.matchAll(/<(Deleted|Error)>([\s\S]*?)<\/\1>/g)];
  const of = (kind: string) => elements.filter(([, name]) => name === kind).map(([, , inner = '']) => inner);
  return {
    Deleted: of('Deleted').map((inner) => ({ Key: firstText(inner, 'Key') })),
    Errors: of('Error').map((inner) => ({ Key: firstText(inner, 'Key'), Code: firstText(inner, 'Code') })),
  };
}

/** https://www.w3.org/TR/xml/#charsets */
const NOT_IN_XML = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** What a parser would take for the end of a line, too: https://www.w3.org/TR/xml11/#sec-line-ends */
function escapeXml(text: string): string {
  return text.replace(/[&<>"'\t\n\r\u0085\u2028]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function* batches(deletions: readonly Deletion[]): Generator<readonly Deletion[]> {
  for (let at = 0; at < deletions.length; at += KEYS_A_REQUEST) yield deletions.slice(at, at + KEYS_A_REQUEST);
}
