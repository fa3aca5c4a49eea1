import { crc32 } from 'node:zlib';
import { Refused } from '../../aws/client.ts';
import { allowing } from '../../aws/denied.ts';
import { plainETag } from '../../aws/etag.ts';
import { Problem } from '../../base/problem.ts';
import { isUtf8Text } from '../local/charset.ts';
import { digestsOf, readWhole } from '../local/digest.ts';
import { onObjects } from '../plan/iam-actions.ts';
import type { PlannedObject } from '../plan/plan.ts';
import { provesEqual } from '../rules/compare.ts';
import { crcHeader } from '../rules/crc.ts';
import { withoutCharset } from '../rules/headers.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import { allowed } from '../s3/bucket.ts';
import { headObject, listOne } from '../s3/listing.ts';
import { copyInPlace } from './copy.ts';
import { deniedWrite } from './denied.ts';
import { checkKey, KEY_HEADER } from './kms-key.ts';
import { uploadParts } from './multipart.ts';
import { type Sender, type Stored, scopePrefix, sendOptions, writeHeaders } from './sender.ts';

/** Carries out one object of the plan. @throws Problem, with what a refusal means */
export async function uploadObject(sender: Sender, object: PlannedObject): Promise<Stored> {
  try {
    const stored =
      object.action === 'headers'
        ? await changeHeaders(sender, object)
        : object.size > MULTIPART_ABOVE
          ? await uploadParts(sender, object)
          : await putObject(sender, object);
    sender.progress.object();
    return stored;
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    if (thrown.code === 'PreconditionFailed' && sender.immutable) return alreadyReleased(sender, object);
    throw deniedWrite(thrown, sender, object);
  }
}

async function putObject(sender: Sender, object: PlannedObject): Promise<Stored> {
  const { access, bucket, limiter, buffers, signal, progress } = sender;
  const release = await limiter.take(object.size);
  let body: Buffer | undefined;
  try {
    signal.throwIfAborted();
    const bytes = await readWhole(object.file, buffers);
    body = bytes;
    const crc = crc32(bytes);
    const isText = !object.guessesCharset || isUtf8Text(bytes, { isWhole: true });
    const headers = writeHeaders(sender, isText ? object : { headers: withoutCharset(object.headers) });
    if (sender.immutable) headers['if-none-match'] = '*';
    const answer = await access.aws.call(
      's3:PutObject',
      (abort) => bucket.wire.put({ key: object.key, headers, body: bytes, crc }, abort),
      { ...sendOptions(sender, bytes.length), asked: { body: bytes, crc: crcHeader(crc) } },
    );
    limiter.succeeded();
    progress.bytes(bytes.length);
    checkKey(sender, object, answer[KEY_HEADER]);
    return { etag: plainETag(answer.etag), version: one(answer['x-amz-version-id']), crc };
  } finally {
    if (body) buffers.give(body);
    release();
  }
}

async function changeHeaders(sender: Sender, { key, size, headers }: PlannedObject): Promise<Stored> {
  const { limiter, acl, signal } = sender;
  const release = await limiter.take(0);
  try {
    signal.throwIfAborted();
    return await copyInPlace(sender, { key, headers, acl }, sendOptions(sender, size / 100));
  } finally {
    release();
  }
}

/** A key that is there although the plan did not see it: our own attempt whose answer was lost, or another release. */
async function alreadyReleased(sender: Sender, object: PlannedObject): Promise<Stored> {
  const { access, bucket, buffers, progress } = sender;
  const { key } = object;
  const { etag, crc } = await digestsOf(object.file, { inParts: object.size > MULTIPART_ABOVE, buffers });
  const listed = bucket.mayList
    ? await listOne(access.aws, bucket, { prefix: scopePrefix(sender, key), key })
    : undefined;
  const isOther = listed !== undefined && listed.size !== object.size;
  // With a KMS key the ETag tells nothing.
  const found = isOther || listed?.etag === etag ? listed : await allowed(headObject(access.aws, bucket, { key }));
  if (found && 'headers' in found) sender.headed.add(bucket.name);
  const isSame =
    found?.size === object.size && (found.etag === etag || ('headers' in found && provesEqual(found, crc)));
  if (found && isSame) {
    progress.object();
    return { etag: found.etag, crc };
  }
  const needed = [onObjects(['s3:GetObject'], { name: bucket.name, partition: access.session.partition })];
  throw new Problem({
    what: `the key is released already, ${found ? 'with other content' : 'and whether it has the same content cannot be told'}`,
    on: `s3://${object.bucket}/${key}`,
    why: 'it appeared while the step ran, or the bucket may not be listed; s3-immutable never overwrites',
    fix: `release under a new prefix${found ? '' : `, or ${allowing({ needed })}`}`,
  });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
