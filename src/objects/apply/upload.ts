import { crc32 } from 'node:zlib';
import { Refused } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import { isUtf8Text } from '../local/charset.ts';
import { digestsOf, readWhole } from '../local/digest.ts';
import type { PlannedObject } from '../plan/plan.ts';
import { crcHeader } from '../rules/crc.ts';
import { withoutCharset } from '../rules/headers.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import { listOne } from '../s3/listing.ts';
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
    return { etag: (answer.etag ?? '').replaceAll('"', ''), version: one(answer['x-amz-version-id']), crc };
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
  const listed = bucket.mayList
    ? await listOne(access.aws, bucket, { prefix: scopePrefix(sender, key), key })
    : undefined;
  if (listed?.size === object.size) {
    const { etag, crc } = await digestsOf(object.file, { inParts: object.size > MULTIPART_ABOVE, buffers });
    if (listed.etag === etag) {
      progress.object();
      return { etag, crc };
    }
  }
  throw new Problem({
    what: 'the key is released already, with other content',
    on: `s3://${object.bucket}/${key}`,
    why: 'it appeared while the step ran; s3-immutable never overwrites',
    fix: 'release under a new prefix',
  });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
