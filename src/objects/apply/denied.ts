import { Refused } from '../../aws/client.ts';
import { allowing } from '../../aws/denied.ts';
import type { Statement } from '../../aws/policy.ts';
import type { Session } from '../../aws/session.ts';
import { Problem, type ProblemDetails } from '../../base/problem.ts';
import { onObjects, READ_STATE, writeActions } from '../plan/iam-actions.ts';
import type { PlannedBucket, PlannedObject } from '../plan/plan.ts';
import { BUCKET_OWNER_FULL_CONTROL, type CannedAcl, type Ownership } from '../rules/acl.ts';
import type { Sender } from './sender.ts';

/** A write that S3 refused, with what it means and what to do. */
export function deniedWrite(error: Refused, { access, acl, bucket }: Sender, object: PlannedObject): Problem {
  const { ownership } = bucket;
  const reason = whyDenied(error, { acl, ownership });
  const needless = object.unproved
    ? `it may be the same already, which ${READ_STATE.join(', ')} would show`
    : undefined;
  const needed = neededFor(object, acl, { ...access.session, ...bucket });
  const policy = error.code === 'AccessDenied' ? allowing({ said: error.details.why, needed }) : undefined;
  return new Problem({
    what: `${error.action} was refused with ${error.code} (HTTP ${error.status})`,
    on: `s3://${object.bucket}/${object.key}`,
    why: [reason?.why ?? error.details.why, needless].filter(Boolean).join('\n') || undefined,
    fix: [reason?.fix, policy].filter(Boolean).join(' ') || undefined,
    cause: error,
  });
}

/** What writing an object takes, on the bucket's objects and on the key that encrypts them. */
function neededFor(
  object: PlannedObject,
  acl: CannedAcl | undefined,
  {
    name,
    partition,
    region,
    accountId,
  }: Pick<PlannedBucket, 'name' | 'region'> & Pick<Session, 'partition' | 'accountId'>,
): Statement[] {
  const actions = writeActions(object, acl);
  const onKey = actions.filter((action) => action.startsWith('kms:'));
  const key = object.headers['x-amz-server-side-encryption-aws-kms-key-id'] ?? '';
  const anyKey = `arn:${partition}:kms:${region}:${accountId}:key/*`;
  return [
    onObjects(
      actions.filter((action) => action.startsWith('s3:')),
      { name, partition },
    ),
    ...(onKey.length > 0 ? [{ actions: onKey, resources: [key.startsWith('arn:') ? key : anyKey] }] : []),
  ];
}

/** Whether the error is a refusal with 403. */
export function isDenied(thrown: unknown): boolean {
  const cause = thrown instanceof Refused ? thrown : thrown instanceof Problem ? thrown.details.cause : undefined;
  return cause instanceof Refused && cause.status === 403;
}

export interface DeniedWrite {
  /** The headers that it was sent with. */
  readonly acl: CannedAcl | undefined;
  readonly ownership: Ownership;
}

/**
 * What a refused write means, by what was sent; never a silent retry without an ACL: that would make objects that the bucket's
 * owner cannot read.
 */
export function whyDenied(
  { action, code }: { readonly action: string; readonly code: string },
  { acl, ownership }: DeniedWrite,
): Pick<ProblemDetails, 'why' | 'fix'> | undefined {
  if (code === 'AccessControlListNotSupported') {
    return { why: 'the bucket has its ACLs turned off (BucketOwnerEnforced)', fix: 's3-acl: auto, or none' };
  }
  if (code === 'NotImplemented') {
    const resend = 's3-upload-unchanged: true sends the files again, with their headers';
    return {
      why: `the server at AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL does not know ${action}`,
      fix: action === 's3:CopyObject' ? resend : 'upload to a server that knows it',
    };
  }
  if (code !== 'AccessDenied') return undefined;
  if (action === 's3:UploadPart') {
    return {
      why: 'a policy condition on the ACL or the tags also applies to UploadPart, which cannot carry them; or s3:PutObject is missing',
      fix: 'exempt multipart uploads from the condition (s3:ObjectCreationOperation), or',
    };
  }
  const blind =
    ownership === 'unknown'
      ? ' With s3:GetBucketOwnershipControls the step could see whether the bucket needs it.'
      : '';
  return {
    why: acl
      ? `${acl} was sent, which needs s3:PutObjectAcl beside s3:PutObject, in the role's policy and, across accounts, in the bucket's policy too.${blind}`
      : "the role's policy, or the bucket's policy, does not allow the upload; or a policy demands a header (ACL, encryption, tags)",
    fix: acl
      ? "across accounts both sides have to allow it, the role's policy and the bucket's; check also Block Public Access and the KMS key's policy, and"
      : `across accounts both sides have to allow it, the role's policy and the bucket's; where a policy demands a header, give it by s3-acl: ${BUCKET_OWNER_FULL_CONTROL}, s3-sse with s3-sse-kms-key-id (the bucket's default encryption does not count as one), s3-storage-class or s3-tags; check also the KMS key's policy, and`,
  };
}

/** An invalidation that CloudFront refused. */
export function deniedInvalidation(
  refused: Refused,
  distribution: string,
  { partition, accountId }: Pick<Session, 'partition' | 'accountId'>,
): Problem {
  const resources = [`arn:${partition}:cloudfront::${accountId}:distribution/${distribution}`];
  const needed = [{ actions: [refused.action], resources }];
  const permission = isDenied(refused) ? `; or ${allowing({ said: refused.details.why, needed })}` : '';
  return new Problem({
    what: `the invalidation was refused with ${refused.code} (HTTP ${refused.status})`,
    on: `CloudFront distribution ${distribution}`,
    why:
      refused.code === 'AccessDenied'
        ? `the role lacks ${refused.action}, or the distribution is another account's, where no permission helps`
        : refused.details.why,
    fix: `fix it and run again, which makes up for this invalidation; or invalidate by hand${permission}`,
    cause: refused,
  });
}
