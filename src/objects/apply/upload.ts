import { crc32 } from 'node:zlib';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { Refused } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import { digestsOf, readWhole } from '../local/digest.ts';
import { READ_STATE, writeActions } from '../plan/actions.ts';
import type { PlannedObject } from '../plan/plan.ts';
import { explainRefusal } from '../rules/acl.ts';
import { crcHeader } from '../rules/crc.ts';
import { inputOf } from '../rules/headers.ts';
import { encodeKey } from '../rules/key.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import { listObjects } from '../s3/listing.ts';
import { uploadParts } from './multipart.ts';
import { type Sender, type Stored, tried, writeHeaders } from './sender.ts';

/** Carries out one object of the plan. @throws Problem, with what a refusal means */
export async function uploadObject(sender: Sender, object: PlannedObject): Promise<Stored> {
  try {
    const stored =
      object.action === 'headers'
        ? await copyInPlace(sender, object)
        : object.size > MULTIPART_ABOVE
          ? await uploadParts(sender, object)
          : await putObject(sender, object);
    sender.progress.object();
    return stored;
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    if (thrown.code === 'PreconditionFailed' && sender.immutable) return alreadyReleased(sender, object);
    throw refusal(thrown, sender, object);
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
    const headers = writeHeaders(sender, object);
    if (sender.immutable) headers['if-none-match'] = '*';
    const answer = await access.aws.call(
      's3:PutObject',
      (abort) => bucket.wire.put({ key: object.key, headers, body: bytes, crc }, abort),
      { ...tried(sender, bytes.length), asked: { body: bytes, crc: crcHeader(crc) } },
    );
    limiter.succeeded();
    progress.bytes(bytes.length);
    return { etag: (answer.etag ?? '').replaceAll('"', ''), version: one(answer['x-amz-version-id']), crc };
  } finally {
    if (body) buffers.give(body);
    release();
  }
}

/**
 * Changes headers without sending the content: a copy onto itself with REPLACE; its tags stay unless the step has some.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
async function copyInPlace(sender: Sender, object: PlannedObject): Promise<Stored> {
  const { access, limiter, bucket, acl, signal } = sender;
  const release = await limiter.take(0);
  try {
    signal.throwIfAborted();
    const command = new CopyObjectCommand({
      Bucket: bucket.name,
      Key: object.key,
      CopySource: `${bucket.name}/${encodeKey(object.key)}`,
      MetadataDirective: 'REPLACE',
      ...(object.headers['x-amz-tagging'] ? { TaggingDirective: 'REPLACE' as const } : {}),
      ACL: acl,
      ExpectedBucketOwner: bucket.owner,
      ExpectedSourceBucketOwner: bucket.owner,
      ...inputOf(object.headers),
    });
    const answer = await access.aws.call(
      's3:CopyObject',
      (abortSignal) => bucket.s3.send(command, { abortSignal }),
      tried(sender, object.size / 100),
    );
    return { etag: (answer.CopyObjectResult?.ETag ?? '').replaceAll('"', ''), version: answer.VersionId };
  } finally {
    release();
  }
}

/** A key that is there although the plan did not see it: our own attempt whose answer was lost, or another release. */
async function alreadyReleased({ access, bucket, buffers, progress }: Sender, object: PlannedObject): Promise<Stored> {
  for await (const listed of bucket.mayList ? listObjects(access.aws, bucket, object.key, false) : []) {
    if (listed.key !== object.key) break;
    const { etag, crc } = await digestsOf(object.file, object.size > MULTIPART_ABOVE, buffers);
    if (listed.size !== object.size || listed.etag !== etag) break;
    progress.object();
    return { etag, crc };
  }
  throw new Problem({
    what: 'the key is released already, with other content',
    on: `s3://${object.bucket}/${object.key}`,
    why: 'it appeared while the step ran; s3-immutable never overwrites',
    fix: 'release under a new prefix',
  });
}

function refusal(error: Refused, { acl, bucket }: Sender, object: PlannedObject): Problem {
  const { name, ownership } = bucket;
  const explained = explainRefusal(error, { acl, ownership, bucket: name, actions: writeActions(object, acl) });
  const needless = object.unproved
    ? `it may be the same already, which ${READ_STATE.join(', ')} would show`
    : undefined;
  return new Problem({
    what: `${error.action} was refused with ${error.code} (HTTP ${error.status})`,
    on: `s3://${object.bucket}/${object.key}`,
    why: [explained?.why ?? error.details.why, needless].filter(Boolean).join('\n') || undefined,
    fix: explained?.fix,
    cause: error,
  });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
