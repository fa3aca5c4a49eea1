import { createHash } from 'node:crypto';
import { type Answer, AwsError } from '../service.ts';
import type { BucketState } from './model.ts';

/**
 * Stores that speak S3's protocol in their own way. `alibaba`: digests in capitals, no word of checksums
 * (https://github.com/s3tools/s3cmd/issues/993). `google`: no header of AWS, and what it does not know is taken for a listing, or
 * refused with 501. `ceph`: a copy has no tags, whatever it is given (seen with 16.2). `minio`: with `--no-compat`, ETags are random (https://github.com/minio/minio/issues/20520).
 */
export type Dialect = 'aws' | 'alibaba' | 'ceph' | 'google' | 'minio';

/** Questions about a bucket that Google takes for a listing. */
const UNKNOWN_TO_GOOGLE = ['GetBucketOwnershipControls', 'GetBucketEncryption', 'GetPublicAccessBlock'];

/** The call as the store understands it. @throws AwsError 501 for what it does not know */
export function understood({ dialect }: BucketState, action: string): string {
  if (dialect !== 'google') return action;
  if (action === 'DeleteObjects') throw new AwsError('NotImplemented', 501, 'not implemented');
  return UNKNOWN_TO_GOOGLE.includes(action) ? 'ListObjectsV2' : action;
}

/** The ETag that the store gives to content with an MD5. */
export function etagIn({ dialect }: BucketState, md5: string): string {
  if (dialect !== 'minio') return md5;
  return `${createHash('md5').update(`random ${Math.random()}`).digest('hex')}-1`;
}

/** The answer in the words of the store. */
export function inDialect({ dialect }: BucketState, answer: Answer): Answer {
  if (dialect === 'aws') return { ...answer, headers: { server: 'AmazonS3', ...answer.headers } };
  if (dialect !== 'alibaba' && dialect !== 'google') return answer;
  const vendor = dialect === 'google' ? 'goog' : 'oss';
  const kept = Object.entries(answer.headers ?? {}).filter(([name]) => !/^x-amz-(?!version-id)/.test(name));
  const headers: Record<string, string> = { ...Object.fromEntries(kept), [`x-${vendor}-request-id`]: '5C3D' };
  if (dialect === 'google') return { ...answer, headers, isBare: true };
  if (headers.etag) headers.etag = headers.etag.toUpperCase();
  const { body } = answer;
  const inCapitals = (text: string) => text.replace(/<ETag>[^<]*<\/ETag>/g, (found) => capitals(found));
  return { ...answer, headers, isBare: true, ...(typeof body === 'string' ? { body: inCapitals(body) } : {}) };
}

function capitals(element: string): string {
  return element.replace(/[0-9a-f]{32}/, (digest) => digest.toUpperCase());
}
