import type { Statement } from '../job.ts';
import type { ObjectsRequest } from '../request/objects.ts';
import type { Session } from '../signin/session.ts';
import { goesFirst } from './first.ts';
import { MULTIPART_ABOVE } from './parts.ts';
import type { ObjectsPlan, PlannedBucket, Scope } from './plan.ts';

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
  for (const { name, asked } of plan.buckets.values()) {
    if (asked.length > 0) statements.push({ actions: asked, resources: [`arn:${partition}:s3:::${name}`] });
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

/** `s3:prefix` is what a listing asks for; one without a prefix has no such key. */
function listing({ name, mayList }: PlannedBucket, { prefix }: Scope, partition: string): Statement[] {
  if (!mayList) return [];
  const statement = { actions: ['s3:ListBucket'], resources: [`arn:${partition}:s3:::${name}`] };
  return [prefix === '' ? statement : { ...statement, conditions: { StringEquals: { 's3:prefix': prefix } } }];
}

function writing(
  { objects, deletions, headed }: ObjectsPlan,
  request: ObjectsRequest,
  { name, acl, verify }: PlannedBucket,
  { prefix, isKey }: Scope,
  partition: string,
): Statement[] {
  const own = objects.filter(({ bucket, key }) => bucket === name && (isKey ? key === prefix : key.startsWith(prefix)));
  const sent = own.filter(({ action }) => action !== 'unchanged');
  const copies = sent.some(({ action }) => action === 'headers');
  const tagged = sent.some(({ headers }) => headers['x-amz-tagging'] !== undefined);
  const inParts = sent.some(({ size, action }) => size > MULTIPART_ABOVE && action !== 'headers');
  const looks = sent.length > 0 && goesFirst(acl, verify).looks;
  const waits = request.waitForReplication && sent.length > 0;
  const wanted: readonly (readonly [boolean, string])[] = [
    [sent.length > 0, 's3:PutObject'],
    [sent.length > 0 && acl.send !== undefined, 's3:PutObjectAcl'],
    [tagged, 's3:PutObjectTagging'],
    [inParts, 's3:AbortMultipartUpload'],
    [headed.has(name) || copies || waits, 's3:GetObject'],
    [waits, 's3:GetObjectVersion'],
    // A copy keeps the tags, for which it reads and writes them.
    [copies && !tagged, 's3:GetObjectTagging'],
    [copies && !tagged, 's3:PutObjectTagging'],
    [looks, 's3:GetObjectAcl'],
    [deletions.some(({ bucket, key }) => bucket === name && key.startsWith(prefix)), 's3:DeleteObject'],
  ];
  const actions = wanted.filter(([does]) => does).map(([, action]) => action);
  const key = request.kmsKey?.startsWith('arn:') && sent.length > 0 ? request.kmsKey : undefined;
  return [
    ...(actions.length > 0
      ? [{ actions, resources: [`arn:${partition}:s3:::${name}/${prefix}${isKey ? '' : '*'}`] }]
      : []),
    ...(key ? [{ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [key] }] : []),
  ];
}
