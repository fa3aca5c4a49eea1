import { Problem } from '../../base/problem.ts';
import { foreignKeyText, isForeignKey } from '../plan/kms-keys.ts';
import type { ObjectAddress } from '../rules/key.ts';
import type { Sender } from './sender.ts';

/** Names the key that encrypts an object, in the answer to each write. */
export const KEY_HEADER = 'x-amz-server-side-encryption-aws-kms-key-id';

/**
 * S3 answers each write with the key that encrypts it. One of the uploader's account the bucket's owner cannot use: it would get
 * 403 for every object, whoever owns them.
 * @throws Problem where that matters; the first object goes ahead of the others, so that it is one and not all
 */
export function checkKey(
  { access, bucket, usedKeys }: Pick<Sender, 'access' | 'bucket' | 'usedKeys'>,
  { key }: Pick<ObjectAddress, 'key'>,
  answered: string | string[] | undefined,
): void {
  const kmsKey = Array.isArray(answered) ? answered[0] : answered;
  if (kmsKey === undefined) return;
  const isKnown = usedKeys.has(kmsKey);
  usedKeys.add(kmsKey);
  if (bucket.foreignKey === 'off' || !isForeignKey(kmsKey, bucket, access.session)) return;
  if (bucket.foreignKey === 'warn') {
    if (!isKnown) access.runner.warning(foreignKeyText(bucket.name, kmsKey));
    return;
  }
  throw new Problem({
    what: "S3 encrypts the objects with a KMS key of the uploader's account",
    on: `s3://${bucket.name}/${key}`,
    why: `the bucket's default encryption is aws:kms without the ARN of a key, or with an alias: S3 looks for it in the uploader's account. The bucket's owner cannot decrypt what ${kmsKey} encrypts`,
    fix: "let the bucket's owner name the full ARN of its key in the default encryption of the bucket, and run again; or give s3-sse-kms-key-id: the full ARN of a key that both accounts may use; s3-verify-owner: warn goes on",
  });
}
