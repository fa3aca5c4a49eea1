import { hash } from 'node:crypto';
import { Refused } from '../../aws/client.ts';
import { allowing } from '../../aws/denied.ts';
import type { Statement } from '../../aws/policy.ts';
import { escapeXml, firstText } from '../../aws/xml.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { verdictOf } from '../../base/retryable.ts';
import { placeFinder } from '../../base/sorted.ts';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { onObjects } from '../plan/iam-actions.ts';
import type { Deletion, ObjectsPlan, PlannedBucket } from '../plan/plan.ts';
import { listObjects } from '../s3/listing.ts';
import { ownerHeader } from '../s3/wire.ts';
import type { Sent } from './result.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const KEYS_A_REQUEST = 1_000;
const REQUESTS_AT_ONCE = 4;
/** How long a job runs at most on GitHub's machines: https://docs.github.com/actions/reference/limits */
const JOB_MS = 6 * 3_600_000;

/** The right to delete in the bucket of an address. */
function onWhole(address: string, { partition }: Pick<Access['session'], 'partition'>): Statement {
  return onObjects(['s3:DeleteObject'], { name: address.split('/')[2]!, partition });
}

interface Kept {
  readonly address: string;
  readonly key: string;
  readonly code: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ErrorBestPractices.html: an InternalError of one key is worth another attempt. */
function passes({ code }: Kept): boolean {
  return verdictOf({ name: code }) !== 'fatal' || code === 'ServiceUnavailable';
}

export interface Deleting {
  readonly plan: Pick<ObjectsPlan, 'buckets' | 'deletions' | 'objects' | 'scopes'>;
  readonly sent: readonly Sent[];
  /** Gets each object that was asked to be deleted: it may be, also where the answer was lost. */
  readonly begun: Deletion[];
}

/**
 * Deletes by the thousand what is still as the plan saw it. With versioning they are hidden only.
 * @returns what was deleted
 * @throws Problem with the keys that S3 kept
 */
export async function deleteObjects(access: Access, deleting: Deleting): Promise<readonly Deletion[]> {
  const { plan, begun } = deleting;
  const deleted: Deletion[] = [];
  const kept: Kept[] = [];
  for (const bucket of plan.buckets.values()) {
    const own = plan.deletions.filter((one) => one.bucket === bucket.name);
    if (own.length === 0) continue;
    const { same, others, spared } = await lookAgain(access, bucket, deleting);
    if (others.length > 0) tellOfAnother(access, bucket, { others, spared });
    else tellGone(access, bucket, own.length - same.length);
    // XML cannot hold some characters: one such key would fail a whole request.
    const odd = same.filter(({ key }) => NOT_IN_XML.test(key));
    const plain = odd.length === 0 ? same : same.filter(({ key }) => !NOT_IN_XML.test(key));
    for (const one of same) begun.push(one);
    await eachOf(batches(plain), REQUESTS_AT_ONCE, async (batch) => {
      try {
        const left = await deleteBatch(access, bucket, batch);
        kept.push(...left.filter((one) => !passes(one)));
        // S3 says so of single keys in an answer of 200, which no retry of the whole call sees.
        await eachOf(left.filter(passes), REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
      } catch (thrown) {
        // Not every server knows the call for many: Google's does not.
        if (!(thrown instanceof Refused) || (thrown.status !== 501 && thrown.status !== 405)) throw thrown;
        await eachOf(batch, REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
      }
    });
    await eachOf(odd, REQUESTS_AT_ONCE, (one) => deleteOne(access, bucket, one));
    for (const one of same) deleted.push(one);
  }
  if (kept.length === 0) return deleted;
  const codes = [...new Set(kept.map(({ code }) => code))].join(', ');
  throw new Problem({
    what: `${counted(kept.length, 'object')} could not be deleted (${codes})`,
    on: someOf(kept.map(({ address }) => address)),
    why: 's3:DeleteObject is missing, or a lock holds them; everything was uploaded',
    fix: `lift the lock, or ${allowing({ needed: kept.map(({ address }) => onWhole(address, access.session)) })}`,
  });
}

interface SecondLook {
  /** What is to be deleted, and is as the plan saw it. */
  readonly same: readonly Deletion[];
  /** Keys that somebody else has written since. */
  readonly others: readonly string[];
  /** How many are as the plan saw them, but may belong to a release that is under way. */
  readonly spared: number;
}

/**
 * Another release that writes below the prefixes while this step runs may have uploaded what looks superfluous here, and its pages are on
 * their way: nothing is deleted then that is not older than a job can be. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html knows `If-Match`, which
 * takes s3:GetObject as well: a second look takes nothing more than the first.
 */
async function lookAgain(
  { aws }: Pick<Access, 'aws'>,
  bucket: PlannedBucket,
  { plan, sent }: Pick<Deleting, 'plan' | 'sent'>,
): Promise<SecondLook> {
  const isHere = (one: { readonly bucket: string }) => one.bucket === bucket.name;
  const doomed = new Map(plan.deletions.filter(isHere).map((one) => [one.key, one]));
  // Of what this step wrote the ETag is known.
  const written = new Map(sent.map(({ object, stored }) => [object, stored.etag]));
  const ours = plan.objects.filter(isHere).sort((a, b) => (a.key < b.key ? -1 : 1));
  const placeOf = placeFinder(ours, ({ key }) => key);
  const same = new Set<Deletion>();
  const others = new Set<string>();
  let latest = 0;
  const otherWrote = (key: string, modified: number) => {
    others.add(key);
    latest = Math.max(latest, modified);
  };
  for (const prefix of new Set([...doomed.values()].map((one) => one.prefix))) {
    const scope = plan.scopes.find((one) => isHere(one) && one.prefix === prefix && !one.isKey);
    for await (const { key, etag, modified } of listObjects(aws, bucket, { prefix })) {
      const one = doomed.get(key);
      if (one?.etag === etag && one.modified === modified) {
        same.add(one);
        continue;
      }
      const place = placeOf(key);
      const isOthers =
        place === undefined
          ? one !== undefined || !scope?.leavesOut(key.slice(prefix.length))
          : (written.get(ours[place]!) || etag) !== etag;
      if (isOthers) otherWrote(key, modified);
    }
  }
  const old = [...same].filter(({ modified }) => others.size === 0 || modified < latest - JOB_MS);
  return { same: old, others: [...others], spared: same.size - old.length };
}

function tellOfAnother(
  { runner }: Pick<Access, 'runner'>,
  { name }: PlannedBucket,
  { others, spared }: Pick<SecondLook, 'others' | 'spared'>,
): void {
  runner.warning(
    `s3://${name}: somebody else wrote ${counted(others.length, 'object')} while this step ran (${someOf(others)}). ${spared === 0 ? '' : `${counted(spared, 'object')} that ${spared === 1 ? 'is' : 'are'} not in LOCAL may be of that release, and ${spared === 1 ? 'was' : 'were'} not deleted. `}Two releases of one prefix at a time disturb each other: give their jobs one concurrency group. What other programs write there can be left out with a line !GLOB of s3-upload.`,
  );
}

function tellGone({ runner }: Pick<Access, 'runner'>, { name }: PlannedBucket, count: number): void {
  if (count > 0)
    runner.info(`s3://${name}: somebody else has deleted ${counted(count, 'object')} that this step was to delete`);
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
  return answer.Errors.map(({ Key, Code }) => ({ address: `s3://${bucket.name}/${Key}`, key: Key, code: Code }));
}

async function deleteOne({ aws }: Access, bucket: PlannedBucket, { key }: Pick<Deletion, 'key'>): Promise<void> {
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

function* batches(deletions: readonly Deletion[]): Generator<readonly Deletion[]> {
  for (let at = 0; at < deletions.length; at += KEYS_A_REQUEST) yield deletions.slice(at, at + KEYS_A_REQUEST);
}
