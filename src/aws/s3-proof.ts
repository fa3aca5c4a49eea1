import { createHash, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type * as S3 from '@aws-sdk/client-s3';
import { plainETag, summedIn } from './etag.ts';

/** A body that was sent, and its CRC-32 as S3 writes it. */
export interface SentBody {
  readonly body: Buffer;
  readonly crc: string;
}

/**
 * The checksum is that of what was stored, where the server sends it back. Without it the ETag is the MD5 of that, unless a key of a KMS
 * encrypts it, or the server gives ETags of its own, as MinIO does where it is to save the time.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag), https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function bodyStored(headers: IncomingHttpHeaders, { body, crc }: SentBody): string | undefined {
  const etag = plainETag(headers.etag);
  if (etag === '') return 'it has no ETag';
  const echoed = headers['x-amz-checksum-crc32'];
  if (echoed !== undefined) return echoed === crc ? undefined : 'its checksum is not that of what was sent';
  if (summedIn(etag) !== 'whole' || isUnderKms(headers)) {
    // Any web server may answer with an ETag: what else is said makes it one of S3.
    return isOfAStore(headers) ? undefined : 'its ETag is not one of S3';
  }
  return etag === hash('md5', body, 'hex') ? undefined : 'its ETag is not that of what was sent';
}

/** Whether an answer has a header of AWS, or of others that have its protocol: Google, Alibaba, Huawei, Tencent. */
export function isOfAStore(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => /^x-(amz|goog|oss|obs|cos)-/.test(name));
}

/** Whether the ETag says nothing about the content; IBM has a word of its own. */
function isUnderKms(headers: IncomingHttpHeaders): boolean {
  const encryption = String(headers['x-amz-server-side-encryption'] ?? '');
  return encryption.startsWith('aws:kms') || headers['ibm-sse-kp-enabled'] === 'true';
}

/**
 * Without a checksum, the ETag counts the parts that the object was put together of; how it sums them up is not the same everywhere.
 * @param parts the ETags of the parts, in their order
 */
export function completed(
  { ETag, ChecksumCRC32 }: S3.CompleteMultipartUploadCommandOutput,
  { parts, crc }: { readonly parts: readonly string[]; readonly crc: string },
): string | undefined {
  const etag = plainETag(ETag);
  if (etag === '') return 'it has no ETag';
  if (ChecksumCRC32 !== undefined)
    return ChecksumCRC32 === crc ? undefined : 'its checksum is not that of what was sent';
  const summed = summedIn(etag);
  return typeof summed !== 'number' || summed === parts.length ? undefined : 'its ETag is not that of so many parts';
}

/** MD5 of the parts' MD5s, which their ETags are, and their number. */
export function etagOfParts(parts: readonly string[]): string {
  const sums = parts.map((etag) => Buffer.from(plainETag(etag), 'hex'));
  return `${createHash('md5').update(Buffer.concat(sums)).digest('hex')}-${parts.length}`;
}

/** Every key that was asked for is among the deleted ones or among the errors. */
export function deleted(
  { Deleted = [], Errors = [] }: Pick<S3.DeleteObjectsCommandOutput, 'Deleted' | 'Errors'>,
  { keys }: { readonly keys: readonly string[] },
): string | undefined {
  const told = new Set([...Deleted, ...Errors].map(({ Key }) => Key));
  const missing = keys.filter((key) => !told.has(key)).length;
  return missing === 0 ? undefined : `it does not tell what became of ${missing} of ${keys.length} keys`;
}
