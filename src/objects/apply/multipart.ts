import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { AbortMultipartUploadCommand, CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import { Refused } from '../../aws/client.ts';
import { plainETag } from '../../aws/etag.ts';
import { etagOfParts } from '../../aws/s3-proof.ts';
import { firstText } from '../../aws/xml.ts';
import { shapeOf } from '../../base/retryable.ts';
import { mustBeSame, openSame } from '../../base/same-file.ts';
import { counted } from '../../base/units.ts';
import { isUtf8File } from '../local/charset.ts';
import { readExactly } from '../local/digest.ts';
import type { PlannedObject } from '../plan/plan.ts';
import { provesEqual } from '../rules/compare.ts';
import { combineCrc, crcHeader } from '../rules/crc.ts';
import { withoutCharset } from '../rules/headers.ts';
import { partsOf, type UploadPart } from '../rules/parts.ts';
import { allowed } from '../s3/bucket.ts';
import { headObject, listOne } from '../s3/listing.ts';
import { ownerHeader } from '../s3/wire.ts';
import { checkKey, KEY_HEADER } from './kms-key.ts';
import { type Sender, type Stored, scopePrefix, sendOptions, writeHeaders } from './sender.ts';

interface SentPart extends UploadPart {
  /** With quotes, as S3 gave it. */
  readonly etag: string;
  readonly crc: number;
}

/**
 * Sends a file in parts, side by side; S3 verifies each part by its CRC-32, and the whole by theirs combined. An upload that
 * fails is aborted: its parts would cost money until somebody finds them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export async function uploadParts(sender: Sender, object: PlannedObject): Promise<Stored> {
  try {
    return await uploadOnce(sender, object);
  } catch (thrown) {
    if (!isGone(thrown) || sender.immutable) throw thrown;
    sender.access.runner.info(
      `s3://${object.bucket}/${object.key}: the upload is gone, as an answer was lost or somebody aborted it; it is sent once more`,
    );
    return uploadOnce(sender, object);
  }
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof Refused && thrown.code === 'NoSuchUpload';
}

async function uploadOnce(sender: Sender, object: PlannedObject): Promise<Stored> {
  const id = await create(sender, object);
  try {
    const parts = await sendParts(sender, object, id);
    return await complete(sender, object, { id, parts });
  } catch (thrown) {
    await abort(sender, object, id);
    throw thrown;
  }
}

async function create(sender: Sender, object: PlannedObject): Promise<string> {
  const { access, bucket } = sender;
  const { key, file, headers, guessesCharset } = object;
  const isText = !guessesCharset || isUtf8File(file);
  const sent = {
    ...writeHeaders(sender, isText ? object : { headers: withoutCharset(headers) }),
    ...(bucket.wire.checksums === 'always'
      ? { 'x-amz-checksum-algorithm': 'CRC32', 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {}),
  };
  // S3 may have begun an upload whose id did not arrive; nothing but the id tells it from another writer's.
  let open = 0;
  const asking = access.aws.call(
    's3:CreateMultipartUpload',
    async (signal) => {
      // What is given up on its way, by another file's failure, does not come back here.
      open++;
      try {
        const told = await bucket.wire.ask({ method: 'POST', key, query: { uploads: '' }, headers: sent }, signal);
        const UploadId = firstText(told.text, 'UploadId');
        if (UploadId !== '') open--;
        return { ...told, UploadId };
      } catch (thrown) {
        if (shapeOf(thrown).status >= 400) open--;
        throw thrown;
      }
    },
    sendOptions(sender, 0),
  );
  // Also where no attempt succeeds, or another file's failure ends this one.
  const answer = await asking.finally(() => {
    if (open === 0) return;
    access.runner.warning(
      `${counted(open, 'answer')} of S3 ${open === 1 ? 'was' : 'were'} lost as an upload of s3://${bucket.name}/${key} began: ${counted(open, 'unfinished upload')} may stay; a lifecycle rule with AbortIncompleteMultipartUpload removes ${open === 1 ? 'it' : 'them'}.`,
    );
  });
  try {
    checkKey(sender, object, answer.headers[KEY_HEADER]);
  } catch (thrown) {
    await abort(sender, object, answer.UploadId);
    throw thrown;
  }
  return answer.UploadId;
}

/** Waits for every part that was begun, also after a failure: an upload is aborted when nothing of it is under way. */
async function sendParts(sender: Sender, object: PlannedObject, id: string): Promise<SentPart[]> {
  const { limiter, signal } = sender;
  const handle = await openSame(object.file);
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const sent: SentPart[] = [];
  const underWay: Promise<void>[] = [];
  try {
    for (const part of partsOf(object.size)) {
      const release = await limiter.take(part.size);
      if (stopped.aborted) {
        release();
        break;
      }
      const sending = sendPart({ ...sender, signal: stopped }, { object, id, handle }, part)
        .then((done) => {
          sent[part.number - 1] = done;
        })
        .finally(release);
      // The others stop at once; who waits for all of them below sees the failure.
      sending.catch((reason: unknown) => stop.abort(reason));
      underWay.push(sending);
    }
    await Promise.allSettled(underWay);
    stopped.throwIfAborted();
    mustBeSame(await handle.stat(), object.file);
    return sent;
  } finally {
    await handle.close();
  }
}

async function sendPart(
  sender: Sender,
  {
    object: { key, file },
    id,
    handle,
  }: { readonly object: PlannedObject; readonly id: string; readonly handle: FileHandle },
  part: UploadPart,
): Promise<SentPart> {
  const { access, bucket, limiter, buffers, progress } = sender;
  const body = buffers.take(part.size);
  try {
    await readExactly(handle, file, { into: body, offset: part.offset });
    const crc = crc32(body);
    const query = { partNumber: String(part.number), uploadId: id };
    const answer = await access.aws.call(
      's3:UploadPart',
      (abort) => bucket.wire.put({ key, query, headers: ownerHeader(bucket), body, crc }, abort),
      { ...sendOptions(sender, part.size), asked: { body, crc: crcHeader(crc) } },
    );
    limiter.succeeded();
    progress.bytes(part.size);
    return { ...part, etag: answer.etag ?? '', crc };
  } finally {
    buffers.give(body);
  }
}

async function complete(
  sender: Sender,
  object: PlannedObject,
  { id, parts }: { readonly id: string; readonly parts: readonly SentPart[] },
): Promise<Stored> {
  const { access, bucket } = sender;
  const crc = parts.reduce((sum, part) => (part.number === 1 ? part.crc : combineCrc(sum, part.crc, part.size)), 0);
  const command = completeCommand(sender, object, { id, parts, crc });
  try {
    const answer = await access.aws.call(
      's3:CompleteMultipartUpload',
      (abortSignal) => bucket.s3.send(command, { abortSignal }),
      // S3 puts the parts together before it answers: minutes for a very large object.
      {
        ...sendOptions(sender, object.size / 100),
        asked: { parts: parts.map(({ etag }) => etag), crc: crcHeader(crc) },
      },
    );
    return { etag: plainETag(answer.ETag), version: answer.VersionId, crc };
  } catch (thrown) {
    const stored = isGone(thrown) ? await completedBefore(sender, object, { parts, crc }) : undefined;
    if (!stored) throw thrown;
    return stored;
  }
}

function completeCommand(
  { bucket, immutable }: Sender,
  { key, size }: PlannedObject,
  { id, parts, crc }: { readonly id: string; readonly parts: readonly SentPart[]; readonly crc: number },
): CompleteMultipartUploadCommand {
  const summed = bucket.wire.checksums === 'always';
  return new CompleteMultipartUploadCommand({
    Bucket: bucket.name,
    Key: key,
    UploadId: id,
    ExpectedBucketOwner: bucket.owner,
    ...(summed ? { ChecksumCRC32: crcHeader(crc), ChecksumType: 'FULL_OBJECT', MpuObjectSize: size } : {}),
    ...(immutable ? { IfNoneMatch: '*' } : {}),
    MultipartUpload: {
      Parts: parts.map(({ number, etag, crc: sum }) => ({
        PartNumber: number,
        ETag: etag,
        ...(summed ? { ChecksumCRC32: crcHeader(sum) } : {}),
      })),
    },
  });
}

/** The object, where the answer of an attempt that succeeded was lost: the upload is gone because the object is there. */
async function completedBefore(
  sender: Sender,
  { key, size }: PlannedObject,
  { parts, crc }: { readonly parts: readonly SentPart[]; readonly crc: number },
): Promise<Stored | undefined> {
  const { access, bucket } = sender;
  const etag = etagOfParts(parts.map((part) => part.etag));
  const prefix = scopePrefix(sender, key);
  const listed = bucket.mayList ? await listOne(access.aws, bucket, { prefix, key }) : undefined;
  if (listed?.size !== size) return undefined;
  if (listed.etag === etag) return { etag, crc };
  // With a KMS key the ETag tells nothing.
  const head = await allowed(headObject(access.aws, bucket, { key }));
  if (!head || !provesEqual(head, crc)) return undefined;
  sender.headed.add(bucket.name);
  return { etag: head.etag, crc };
}

/**
 * Beyond the step's own signal, which may be what stopped it; the runner leaves ten seconds after a cancel. Like every call it
 * signs in again when the session has ended.
 */
async function abort({ access, bucket }: Sender, { key }: PlannedObject, id: string): Promise<void> {
  const command = new AbortMultipartUploadCommand({
    Bucket: bucket.name,
    Key: key,
    UploadId: id,
    ExpectedBucketOwner: bucket.owner,
  });
  try {
    await access.aws.call('s3:AbortMultipartUpload', (abortSignal) => bucket.s3.send(command, { abortSignal }), {
      signal: AbortSignal.timeout(6_000),
      rules: { attempts: 4, callMs: 2_000, capMs: 500 },
    });
  } catch (thrown) {
    // Gone already: completed, or aborted by the attempt before.
    if (isGone(thrown)) return;
    access.runner.warning(
      `The unfinished upload of s3://${bucket.name}/${key} could not be aborted; a lifecycle rule removes it.`,
    );
  }
}
