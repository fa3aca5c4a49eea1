import { listOf } from '../iam/match.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { type AccessCheck, AwsError } from '../service.ts';
import { type BucketState, ownerOf, type StoredObject } from './model.ts';
import { grants, type Permission } from './ownership.ts';
import { bucketArn, objectArn, type S3Call, writeContext } from './request.ts';

/** Whether somebody may do something: of the caller of a request, or of CloudFront. */
export type Ask = (check: AccessCheck) => boolean;

/** @throws AwsError AccessDenied unless identity and bucket policy allow it (either in one account, both across accounts) */
export function authorizeBucket(call: S3Call, action: string, context: AccessCheck['context'] = {}): void {
  const { bucket } = call;
  call.authorize({
    action,
    resource: bucketArn(call),
    resourceAccount: bucket.account,
    resourcePolicy: effectivePolicy(bucket, call.caller.account),
    context: { 's3:ResourceAccount': bucket.account, ...context },
  });
}

/** A write, with the condition keys of its headers. @throws AwsError */
export function authorizeWrite(call: S3Call, action: string, key = call.key): void {
  const { bucket } = call;
  call.authorize({
    action,
    resource: objectArn(call, key),
    resourceAccount: bucket.account,
    resourcePolicy: effectivePolicy(bucket, call.caller.account),
    context: writeContext(call, bucket),
  });
}

type ReadAction = 's3:GetObject' | 's3:GetObjectVersion' | 's3:GetObjectTagging' | 's3:GetObjectAcl';

/** @throws AwsError: 404 for a missing object only to those who may list the bucket */
export function authorizeRead(call: S3Call, action: ReadAction, object: StoredObject | undefined): StoredObject {
  const { bucket } = call;
  if (!object) {
    const mayList = call.allowed({
      action: 's3:ListBucket',
      resource: bucketArn(call),
      resourceAccount: bucket.account,
      resourcePolicy: effectivePolicy(bucket, call.caller.account),
    });
    throw mayList
      ? new AwsError('NoSuchKey', 404, { message: 'The specified key does not exist.', fields: { Key: call.key } })
      : new AwsError('AccessDenied', 403, 'Access Denied');
  }
  if (!mayRead({ ask: call.allowed, account: call.caller.account }, { ...call, object }, action)) {
    throw new AwsError('AccessDenied', 403, 'Access Denied');
  }
  return object;
}

/**
 * Whether an object may be read. A bucket's policy *grants* only on objects that the bucket's owner owns; its Deny reaches all.
 * An ACL grants to accounts, whose identities need their own account's permission too, and to groups.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
 */
export function mayRead(
  { ask, account }: { readonly ask: Ask; readonly account: string },
  {
    bucket,
    object,
    accessPoint,
  }: {
    readonly bucket: BucketState;
    readonly object: StoredObject;
    readonly accessPoint?: string | undefined;
  },
  action: ReadAction,
): boolean {
  const permission: Permission = action === 's3:GetObjectAcl' ? 'READ_ACP' : 'READ';
  const resource = objectArn({ bucket, accessPoint }, object.key);
  const check = { action, resource, context: { 's3:ResourceAccount': bucket.account } };
  if (object.kmsKey !== undefined && !mayDecrypt(ask, account, object.kmsKey)) return false;
  if (ownerOf(bucket, object) === bucket.account) {
    const resourcePolicy = effectivePolicy(bucket, account);
    if (ask({ ...check, resourceAccount: bucket.account, resourcePolicy })) return true;
  }
  if (bucket.ownership === 'BucketOwnerEnforced') return false;
  if (
    !grants(object.grants, permission, { account, ignoresPublic: bucket.blockPublicAccess || bucket.ignoresPublicAcls })
  )
    return false;
  // As a statement of a resource policy: it allows what the identity's account allows too, and a Deny of the bucket still wins.
  const granting = { Effect: 'Allow' as const, Principal: '*' as const, Action: action, Resource: '*' };
  const denies = listOf(bucket.policy?.Statement).filter(({ Effect }) => Effect === 'Deny');
  return ask({ ...check, resourceAccount: 'acl', resourcePolicy: { Statement: [...denies, granting] } });
}

/** The managed key of an account, `aws/s3`, serves that account alone; so does what an alias of it names here. */
function mayDecrypt(ask: Ask, account: string, kmsKey: string): boolean {
  const keyAccount = kmsKey.split(':')[4];
  if (kmsKey.includes(':alias/')) return account === keyAccount;
  return ask({ action: 'kms:Decrypt', resource: kmsKey, resourceAccount: account });
}

/** `RestrictPublicBuckets`: a policy that lets everybody in then serves the bucket's own account and AWS's services only. */
function effectivePolicy(bucket: BucketState, account: string): PolicyDocument | undefined {
  if (!bucket.blockPublicAccess || account === bucket.account || !bucket.policy) return bucket.policy;
  const isPublic = (statement: (typeof statements)[number]) =>
    statement.Effect === 'Allow' && statement.Principal === '*' && statement.Condition === undefined;
  const statements = listOf(bucket.policy.Statement);
  return { ...bucket.policy, Statement: statements.filter((statement) => !isPublic(statement)) };
}
