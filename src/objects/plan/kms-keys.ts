import type { Session } from '../../aws/session.ts';
import type { Bucket } from '../s3/bucket.ts';

/**
 * Whether a KMS key is one of the caller's account in a bucket of another one. A bucket's default encryption with `aws:kms` and no
 * key's ARN, or with an alias, is resolved in the account of who uploads, and the bucket's owner cannot decrypt what it encrypts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
 */
export function isForeignKey(
  kmsKey: string | undefined,
  { relation, defaultKey }: Pick<Bucket, 'relation' | 'defaultKey'>,
  { accountId }: Pick<Session, 'accountId'>,
): boolean {
  const [, account] = /^arn:[^:]+:kms:[^:]*:(\d{12}):/.exec(kmsKey ?? '') ?? [];
  // One that the default names by its full ARN is the owner's own choice.
  return relation === 'cross' && account === accountId && kmsKey !== defaultKey;
}

/** What it means that such a key encrypts objects of a bucket, where the step goes on all the same. */
export function foreignKeyText(bucket: string, kmsKey: string | undefined): string {
  return `s3://${bucket}: ${kmsKey} of the uploader's account encrypts objects; the bucket's owner cannot read them unless that key's policy allows it. To fix it, let the bucket's owner name the full ARN of its key in the default encryption of the bucket, and send everything again with s3-upload-unchanged: true.`;
}
