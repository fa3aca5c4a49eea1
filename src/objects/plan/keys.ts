import type { Session } from '../../aws/session.ts';
import type { Bucket } from '../s3/bucket.ts';

/**
 * Whether a KMS key is one of the caller's account in a bucket of another one. A bucket's default encryption with `aws:kms` and no
 * key's ARN, or with an alias, is resolved in the account of who uploads, and the bucket's owner cannot decrypt what it encrypts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
 */
export function isForeignKey(
  kmsKey: string | undefined,
  { relation }: Pick<Bucket, 'relation'>,
  { accountId }: Pick<Session, 'accountId'>,
): boolean {
  const [, account] = /^arn:[^:]+:kms:[^:]*:(\d{12}):/.exec(kmsKey ?? '') ?? [];
  return relation === 'cross' && account === accountId;
}
