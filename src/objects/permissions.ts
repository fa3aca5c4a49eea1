import type { Statement } from '../aws/policy.ts';
import type { Session } from '../aws/session.ts';
import { READ_STATE, writeActions } from './plan/actions.ts';
import type { ObjectsPlan, PlannedBucket, Scope } from './plan/plan.ts';
import type { ObjectsRequest } from './request.ts';
import { decideAcl, goesFirst } from './rules/acl.ts';

/**
 * The least permissions for this very plan: actions that it calls, on the prefixes that it touches. What the caller may not ask
 * (Object Ownership) the step does without, so it is no part.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function objectsPermissions(
  plan: ObjectsPlan,
  request: ObjectsRequest,
  { partition, accountId }: Pick<Session, 'partition' | 'accountId'>,
): Statement[] {
  const statements = plan.scopes.flatMap((scope) => {
    const bucket = plan.buckets.get(scope.bucket)!;
    return [...listing(bucket, scope, partition), ...writing(plan, request, bucket, scope, partition)];
  });
  for (const [name, { own, bucketOwner }] of plan.owners) {
    if (own) statements.push({ actions: ['s3:ListAllMyBuckets'], resources: ['*'] });
    if (bucketOwner) statements.push({ actions: ['s3:GetBucketAcl'], resources: [`arn:${partition}:s3:::${name}`] });
  }
  for (const bucket of plan.buckets.values()) {
    const actions = bucket.asked.filter((action) => !(action === OWNERSHIP && sameWithout(bucket, request)));
    if (actions.length > 0) statements.push({ actions, resources: [`arn:${partition}:s3:::${bucket.name}`] });
  }
  if (plan.invalidation.afterUpload.length + plan.invalidation.afterDeletion.length > 0 && request.distribution) {
    const actions = ['cloudfront:CreateInvalidation'];
    if (request.waitForInvalidation) actions.push('cloudfront:GetInvalidation');
    statements.push({
      actions,
      resources: [`arn:${partition}:cloudfront::${accountId}:distribution/${request.distribution}`],
    });
  }
  return statements;
}

const OWNERSHIP = 's3:GetBucketOwnershipControls';

/** Whether the step would send the same ACL if it could not see the bucket's Object Ownership. */
function sameWithout({ acl, ...bucket }: PlannedBucket, request: ObjectsRequest): boolean {
  return decideAcl({ wish: request.acl, ...bucket, ownership: 'unknown' }).send === acl.send;
}

/** `s3:prefix` is what a listing asks for; one without a prefix has no such key. */
function listing({ name, mayList }: PlannedBucket, { prefix }: Scope, partition: string): Statement[] {
  if (!mayList) return [];
  const statement = { actions: ['s3:ListBucket'], resources: [`arn:${partition}:s3:::${name}`] };
  return [prefix === '' ? statement : { ...statement, conditions: { StringEquals: { 's3:prefix': prefix } } }];
}

function writing(
  { objects, deletions, headed, orphans }: ObjectsPlan,
  request: ObjectsRequest,
  { name, acl, verify }: PlannedBucket,
  { prefix, isKey }: Scope,
  partition: string,
): Statement[] {
  const own = objects.filter(({ bucket, key }) => bucket === name && (isKey ? key === prefix : key.startsWith(prefix)));
  const sent = own.filter(({ action }) => action !== 'unchanged');
  const waits = request.waitForReplication && sent.length > 0;
  const wanted: readonly (readonly [boolean, string])[] = [
    [orphans.some(({ bucket }) => bucket === name), 's3:PutObjectAcl'],
    ...READ_STATE.map((action): readonly [boolean, string] => [headed.has(name), action]),
    // Only buckets with versions replicate, and each written version is asked for by itself.
    [waits, 's3:GetObjectVersion'],
    [sent.length > 0 && goesFirst(acl, verify).looks, 's3:GetObjectAcl'],
    [deletions.some(({ bucket, key }) => bucket === name && key.startsWith(prefix)), 's3:DeleteObject'],
  ];
  const writes = sent.flatMap((object) => writeActions(object, acl.send));
  const all = [...new Set([...writes, ...wanted.filter(([does]) => does).map(([, action]) => action)])];
  const actions = all.filter((action) => action.startsWith('s3:'));
  const onKey = all.filter((action) => action.startsWith('kms:'));
  const key = request.kmsKey?.startsWith('arn:') && onKey.length > 0 ? request.kmsKey : undefined;
  return [
    ...(actions.length > 0
      ? [{ actions, resources: [`arn:${partition}:s3:::${name}/${prefix}${isKey ? '' : '*'}`] }]
      : []),
    ...(key ? [{ actions: onKey, resources: [key] }] : []),
  ];
}
