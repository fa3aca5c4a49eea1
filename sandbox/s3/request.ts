import { AwsError, type ServiceCall } from '../service.ts';
import type { BucketState } from './model.ts';

/** A call on a bucket that is there, in its region, and whose owner is the expected one. */
export interface S3Call extends ServiceCall {
  readonly bucket: BucketState;
  /** Empty for calls on the bucket. */
  readonly key: string;
  /** Through which it came, if it named an alias. */
  readonly accessPoint?: string | undefined;
}

/** What a request is on, as policies name it. */
type Place = Pick<S3Call, 'accessPoint'> & { readonly bucket: Pick<BucketState, 'name' | 'region' | 'account'> };

/** A header as one text; empty when absent. */
export function header({ headers }: Pick<ServiceCall, 'headers'>, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

/** Identities' policies name an access point by its ARN; no policy takes its alias. */
export function bucketArn({ bucket: { name, region, account }, accessPoint }: Place): string {
  return accessPoint ? `arn:aws:s3:${region}:${account}:accesspoint/${accessPoint}` : `arn:aws:s3:::${name}`;
}

export function objectArn(place: Place, key: string): string {
  return `${bucketArn(place)}/${place.accessPoint ? 'object/' : ''}${key}`;
}

/**
 * The account in `x-amz-expected-bucket-owner` must own the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
 */
export function checkExpectedOwner(
  call: Pick<ServiceCall, 'headers'>,
  bucket: BucketState,
  name = 'x-amz-expected-bucket-owner',
): void {
  const expected = header(call, name);
  if (expected === '') return;
  if (!/^\d{12}$/.test(expected))
    throw new AwsError('InvalidArgument', 400, `The value of ${name} is not an account id`);
  if (expected !== bucket.account) throw new AwsError('AccessDenied', 403, 'Access Denied');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html: the bucket's region is always in a header. */
export function checkRegion({ region, method }: Pick<ServiceCall, 'region' | 'method'>, bucket: BucketState): void {
  if (region === bucket.region) return;
  const headers = { 'x-amz-bucket-region': bucket.region };
  if (method === 'HEAD') throw new AwsError('BadRequest', 400, { message: 'Bad Request', headers });
  throw new AwsError('AuthorizationHeaderMalformed', 400, {
    message: `The authorization header is malformed; the region '${region}' is wrong; expecting '${bucket.region}'`,
    headers,
    fields: { Region: bucket.region },
  });
}

/** Condition keys of a write. https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html */
export function writeContext(call: ServiceCall, bucket: BucketState): Record<string, string | readonly string[]> {
  const context: Record<string, string | readonly string[]> = { 's3:ResourceAccount': bucket.account };
  const from = [
    'x-amz-acl',
    'x-amz-server-side-encryption',
    'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-storage-class',
    'x-amz-grant-full-control',
    'x-amz-grant-read',
    'x-amz-content-sha256',
    'if-none-match',
    'x-amz-copy-source',
  ];
  for (const name of from) if (header(call, name) !== '') context[`s3:${name}`] = header(call, name);
  const tags = tagsOf(call);
  for (const [key, value] of Object.entries(tags)) context[`s3:RequestObjectTag/${key}`] = value;
  if (Object.keys(tags).length > 0) context['s3:RequestObjectTagKeys'] = Object.keys(tags);
  return context;
}

/** The header `x-amz-tagging`. @throws AwsError for tags that S3 does not take */
export function tagsOf(call: Pick<ServiceCall, 'headers'>): Record<string, string> {
  const pairs = [...new URLSearchParams(header(call, 'x-amz-tagging'))];
  checkTags(pairs);
  return Object.fromEntries(pairs);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html @throws AwsError */
export function checkTags(pairs: readonly (readonly [key: string, value: string])[]): void {
  if (pairs.length > 10) throw new AwsError('BadRequest', 400, 'Object tags cannot be greater than 10');
  if (pairs.some(([key, value]) => key === '' || key.length > 128 || value.length > 256))
    throw new AwsError('InvalidTag', 400, 'The TagKey or TagValue you have provided is invalid');
}
