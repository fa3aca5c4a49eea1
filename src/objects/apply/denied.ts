import { Refused } from '../../aws/client.ts';
import { allowing, readDenial } from '../../aws/denied.ts';
import type { Statement } from '../../aws/policy.ts';
import { bucketInPath } from '../../aws/s3-client.ts';
import type { Session } from '../../aws/session.ts';
import { Problem, type ProblemDetails } from '../../base/problem.ts';
import { onObjects, READ_STATE, writeActions } from '../plan/iam-actions.ts';
import type { PlannedBucket, PlannedObject } from '../plan/plan.ts';
import { BUCKET_OWNER_FULL_CONTROL, type CannedAcl, isPublicAcl, type Ownership } from '../rules/acl.ts';
import type { Sender } from './sender.ts';

/** A write that S3 refused, with what it means and what to do. */
export function deniedWrite(error: Refused, { access, acl, bucket }: Sender, object: PlannedObject): Problem {
  const { ownership, wire } = bucket;
  const { action, code, status } = error;
  const said = error.details.why;
  const reason =
    (bucketInPath(access.runner.env)
      ? whyUnknown({ action, code, status, said }, { sums: wire.checksums === 'always' })
      : undefined) ?? whyDenied({ action, code, said }, { acl, ownership });
  const needless = object.unproved
    ? `it may be the same already, which ${READ_STATE.join(', ')} would show`
    : undefined;
  const needed = neededFor(object, acl, { ...access.session, ...bucket });
  const policy = code === 'AccessDenied' ? allowing({ said, needed }) : undefined;
  return new Problem({
    what: `${error.action} was refused with ${error.code} (HTTP ${error.status})`,
    on: `s3://${object.bucket}/${object.key}`,
    why: [reason?.why ?? said, needless].filter(Boolean).join('\n') || undefined,
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

/** AWS's refusal, also where it has been told as a Problem. */
export function denialIn(thrown: unknown): Refused | undefined {
  const cause = thrown instanceof Problem && !(thrown instanceof Refused) ? thrown.details.cause : thrown;
  return cause instanceof Refused ? cause : undefined;
}

/** Whether the error is a refusal with 403. */
export function isDenied(thrown: unknown): boolean {
  return denialIn(thrown)?.status === 403;
}

interface RefusedWrite {
  readonly action: string;
  readonly code: string;
  readonly status: number;
  /** The server's sentence. */
  readonly said?: string | undefined;
}

/** Inputs that send a header, by the header's beginning. */
const INPUT_OF: Readonly<Record<string, string>> = {
  'x-amz-acl': 's3-acl: none',
  'x-amz-tagging': 'no s3-tags',
  'x-amz-storage-class': 'no s3-storage-class',
  'x-amz-server-side-encryption': 'no s3-sse and no s3-sse-kms-key-id',
  'x-amz-website-redirect-location': 'no s3-redirects',
  'x-amz-meta-': 'no s3-metadata',
  'if-none-match': 'no s3-immutable',
};

/** Codes of servers that do not know a header, or what CRC-32 of parts is: https://github.com/minio/minio/issues/20944 */
const BY_CHECKSUM = [
  'InvalidPart',
  'InvalidRequest',
  'InvalidArgument',
  'InvalidDigest',
  'BadDigest',
  'NotImplemented',
];
const CHECKSUMS_OFF = 'AWS_REQUEST_CHECKSUM_CALCULATION: when_required';

/** What a server that is not AWS does not know of a write: the call, or a header of it. @param sums whether checksums were sent */
export function whyUnknown(
  { action, code, status, said = '' }: RefusedWrite,
  { sums }: { readonly sums: boolean },
): Pick<ProblemDetails, 'why' | 'fix'> | undefined {
  if (status !== 400 && status !== 501) return undefined;
  const why = `the server at AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL does not know ${action} with all of its headers${said === '' ? '' : `: ${said}`}`;
  const input = Object.keys(INPUT_OF).find((header) => said.toLowerCase().includes(header));
  if (input) return { why, fix: `upload to it with ${INPUT_OF[input]}` };
  const isSummed = sums && action !== 's3:CopyObject' && (BY_CHECKSUM.includes(code) || /checksum/i.test(said));
  if (isSummed) {
    const fix = `if it does not know checksums (CRC-32), set ${CHECKSUMS_OFF} in the env of the step`;
    return { why: status === 501 ? why : said, fix };
  }
  if (status !== 501) return undefined;
  const resend = 's3-upload-unchanged: true sends the files again, with their headers';
  return { why, fix: action === 's3:CopyObject' ? resend : 'upload to a server that knows it' };
}

const OTHER_KEY =
  "enable the KMS key, or name another one of the bucket's region: by s3-sse-kms-key-id, or in the default encryption of the bucket";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and quotas of other servers */
const OTHER_CODES: Readonly<Record<string, string>> = {
  InvalidStorageClass: 'give an s3-storage-class that the bucket takes, or none',
  NoSuchBucket: 'look who deleted the bucket while the step ran',
  QuotaExceeded: 'raise the quota of the bucket or its owner, or remove what is not needed',
};

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
  { action, code, said }: Pick<RefusedWrite, 'action' | 'code' | 'said'>,
  { acl, ownership }: DeniedWrite,
): Pick<ProblemDetails, 'why' | 'fix'> | undefined {
  if (code === 'AccessControlListNotSupported') {
    return { why: 'the bucket has its ACLs turned off (BucketOwnerEnforced)', fix: 's3-acl: auto, or none' };
  }
  const other = code.startsWith('KMS.') ? OTHER_KEY : OTHER_CODES[code];
  if (other) return { why: said, fix: other };
  if (code !== 'AccessDenied') return undefined;
  if (action === 's3:UploadPart') {
    return {
      why: 'a policy condition on the ACL or the tags also applies to UploadPart, which cannot carry them; or s3:PutObject is missing',
      fix: 'exempt multipart uploads from the condition (s3:ObjectCreationOperation), or',
    };
  }
  const { denies, lacks } = readDenial(said);
  // AWS names the action that is missing, which may be one on a key: no header is demanded then.
  if (lacks && !acl) return { why: said };
  const sides = "across accounts both sides have to allow it, the role's policy and the bucket's";
  if (acl) {
    const blind =
      ownership === 'unknown'
        ? ' With s3:GetBucketOwnershipControls the step could see whether the bucket needs it.'
        : '';
    const noAcls = `s3-acl: none, where the bucket has its ACLs turned off and a policy refuses them`;
    return denies
      ? { why: `${said}; ${acl} was sent.${blind}`, fix: `${noAcls}; otherwise` }
      : {
          why: `${acl} was sent, which ${isPublicAcl(acl) ? 'Block Public Access of the account or the organization may refuse, and which ' : ''}needs s3:PutObjectAcl beside s3:PutObject, in the role's policy and, across accounts, in the bucket's policy too.${blind}`,
          fix: `${sides}; ${noAcls}; check also Block Public Access, Requester Pays (which this action does not agree to) and the KMS key's policy, and`,
        };
  }
  const demanded = `where a policy demands a header, give it by s3-acl: ${BUCKET_OWNER_FULL_CONTROL}, s3-sse with s3-sse-kms-key-id (the bucket's default encryption does not count as one), s3-storage-class, s3-tags, or s3-immutable (If-None-Match)`;
  return denies
    ? { why: said, fix: `${demanded}; otherwise` }
    : {
        why: "the role's policy, or the bucket's policy, does not allow the upload; or a policy demands a header (ACL, encryption, tags)",
        fix: `${sides}; ${demanded}; check also the KMS key's policy, and`,
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
