import { createHash, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type * as S3 from '@aws-sdk/client-s3';

/** A body that was sent, and its CRC-32 as S3 writes it. */
export interface SentBody {
  readonly body: Buffer;
  readonly crc: string;
}

/** Larger bodies are proven by the checksum alone where S3 sends it back: an MD5 of them takes longer than sending them. */
const MD5_BELOW = 1 << 20;

/**
 * The ETag is the MD5 of what was stored, unless a KMS key encrypts it; the checksum is that of what was stored always.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag), https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function bodyStored(headers: IncomingHttpHeaders, { body, crc }: SentBody): string | undefined {
  const etag = (headers.etag ?? '').replaceAll('"', '');
  if (etag === '') return 'it has no ETag';
  const echoed = headers['x-amz-checksum-crc32'];
  if (echoed !== undefined && echoed !== crc) return 'its checksum is not that of what was sent';
  if (echoed !== undefined && body.length > MD5_BELOW) return undefined;
  if (isOpaque(etag, headers['x-amz-server-side-encryption'])) {
    // Any web server may answer with an ETag: what else is said makes it one of S3.
    const said = [echoed, headers['x-amz-server-side-encryption'], headers['x-amz-request-id']];
    return said.some((it) => it !== undefined) ? undefined : 'its ETag is not one of S3';
  }
  return etag === hash('md5', body, 'hex') ? undefined : 'its ETag is not that of what was sent';
}

/** Whether an ETag says nothing about the content. */
function isOpaque(etag: string, encryption: string | string[] | undefined): boolean {
  return String(encryption ?? '').startsWith('aws:kms') || !/^[0-9a-f]{32}(-\d+)?$/.test(etag);
}

/** @param parts the ETags of the parts, in their order */
export function completed(
  { ETag = '', ChecksumCRC32, ServerSideEncryption }: S3.CompleteMultipartUploadCommandOutput,
  { parts, crc }: { readonly parts: readonly string[]; readonly crc: string },
): string | undefined {
  const etag = ETag.replaceAll('"', '');
  if (etag === '') return 'it has no ETag';
  if (ChecksumCRC32 !== undefined && ChecksumCRC32 !== crc) return 'its checksum is not that of what was sent';
  if (isOpaque(etag, ServerSideEncryption)) return undefined;
  return etag === etagOfParts(parts) ? undefined : 'its ETag is not that of the parts';
}

/** MD5 of the parts' MD5s, which their ETags are, and their number. */
export function etagOfParts(parts: readonly string[]): string {
  const sums = parts.map((etag) => Buffer.from(etag.replaceAll('"', ''), 'hex'));
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
