import type { Statement } from '../../aws/policy.ts';
import type { CannedAcl } from '../rules/acl.ts';
import type { ObjectHeaders } from '../rules/headers.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import type { PlannedObject } from './plan.ts';

/** A bucket by name, in its partition. */
export interface BucketInPartition {
  readonly name: string;
  readonly partition: string;
}

/** A statement on a bucket itself. */
export function onBucket(actions: readonly string[], { name, partition }: BucketInPartition): Statement {
  const accessPoint = accessPointOf(name);
  return { actions, resources: [`arn:${partition}:s3:${accessPoint ?? `::${name}`}`] };
}

/** The right to list a prefix: `s3:prefix` is what a listing asks for; one without a prefix has no such key. */
export function onListing(bucket: BucketInPartition, prefix: string): Statement {
  const statement = onBucket(['s3:ListBucket'], bucket);
  return prefix === '' ? statement : { ...statement, conditions: { StringEquals: { 's3:prefix': prefix } } };
}

/** Of objects: all below a prefix, or one alone. */
interface ObjectsOf extends BucketInPartition {
  readonly prefix?: string;
  readonly isKey?: boolean;
}

/** A statement on objects of a bucket. */
export function onObjects(
  actions: readonly string[],
  { name, partition, prefix = '', isKey = false }: ObjectsOf,
): Statement {
  const accessPoint = accessPointOf(name);
  const place = accessPoint === undefined ? `::${name}` : `${accessPoint}/object`;
  return { actions, resources: [`arn:${partition}:s3:${place}/${prefix}${isKey ? '' : '*'}`] };
}

/**
 * No policy takes the alias of an access point: the first 20 characters of its name, and a text of S3's own. Its region and account are
 * not in there. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
 */
function accessPointOf(bucket: string): string | undefined {
  const [, name] = /^(.+)-[a-z0-9]{34}(?:-ext)?-s3alias$/.exec(bucket) ?? [];
  return name && `*:*:accesspoint/${name}${name.length < 20 ? '' : '*'}`;
}

/**
 * What the look at an object's checksum and headers takes; the last two only where it is encrypted with a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const READ_STATE = ['s3:GetObject', 'kms:Decrypt', 'kms:GenerateDataKey'];

/**
 * What writing one object takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, and for keys
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html: parts are decrypted to be put together.
 */
export function writeActions(
  { headers, size, action }: Pick<PlannedObject, 'headers' | 'size' | 'action'>,
  acl: CannedAcl | undefined,
): string[] {
  if (action === 'headers') return copyActions(headers, acl);
  const inParts = size > MULTIPART_ABOVE;
  return chosen([
    [true, 's3:PutObject'],
    [acl !== undefined, 's3:PutObjectAcl'],
    [isTagged(headers), 's3:PutObjectTagging'],
    [inParts, 's3:AbortMultipartUpload'],
    [encrypts(headers), 'kms:GenerateDataKey'],
    [encrypts(headers) && inParts, 'kms:Decrypt'],
  ]);
}

/** What a copy in place takes: it keeps the tags, for which it reads and writes them. */
export function copyActions(headers: ObjectHeaders, acl: CannedAcl | undefined): string[] {
  return chosen([
    [true, 's3:PutObject'],
    [acl !== undefined, 's3:PutObjectAcl'],
    [true, 's3:PutObjectTagging'],
    [!isTagged(headers), 's3:GetObjectTagging'],
    [true, 's3:GetObject'],
    [encrypts(headers), 'kms:GenerateDataKey'],
    [encrypts(headers), 'kms:Decrypt'],
  ]);
}

function isTagged(headers: ObjectHeaders): boolean {
  return headers['x-amz-tagging'] !== undefined;
}

function encrypts(headers: ObjectHeaders): boolean {
  return headers['x-amz-server-side-encryption']?.startsWith('aws:kms') ?? false;
}

function chosen(wanted: readonly (readonly [boolean, string])[]): string[] {
  return wanted.filter(([does]) => does).map(([, name]) => name);
}
