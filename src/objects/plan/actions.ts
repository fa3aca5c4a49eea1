import type { CannedAcl } from '../rules/acl.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import type { PlannedObject } from './plan.ts';

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
export function writeActions({ headers, size, action }: PlannedObject, acl: CannedAcl | undefined): string[] {
  const copies = action === 'headers';
  const inParts = size > MULTIPART_ABOVE && !copies;
  const tagged = headers['x-amz-tagging'] !== undefined;
  const encrypts = headers['x-amz-server-side-encryption']?.startsWith('aws:kms') ?? false;
  const wanted: readonly (readonly [boolean, string])[] = [
    [true, 's3:PutObject'],
    [acl !== undefined, 's3:PutObjectAcl'],
    // A copy keeps the tags, for which it reads and writes them.
    [tagged || copies, 's3:PutObjectTagging'],
    [copies && !tagged, 's3:GetObjectTagging'],
    [copies, 's3:GetObject'],
    [inParts, 's3:AbortMultipartUpload'],
    [encrypts, 'kms:GenerateDataKey'],
    [encrypts && (inParts || copies), 'kms:Decrypt'],
  ];
  return wanted.filter(([does]) => does).map(([, name]) => name);
}
