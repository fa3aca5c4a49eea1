import type { Statement } from '../aws/policy.ts';
import type { Session } from '../aws/session.ts';
import type { ObjectsResult } from './apply/result.ts';
import { copyActions, onBucket, onListing, onObjects, READ_STATE, writeActions } from './plan/iam-actions.ts';
import { isDue } from './plan/invalidation-paths.ts';
import type { ObjectsPlan, PlannedBucket, PlannedInvalidation, PlannedObject, Repair, Scope } from './plan/plan.ts';
import { groupByScope } from './plan/scopes.ts';
import type { ObjectsRequest } from './request.ts';
import { BUCKET_OWNER_FULL_CONTROL, decideAcl, goesFirst } from './rules/acl.ts';
import { MULTIPART_ABOVE } from './rules/parts.ts';
import { MANAGED_KEY } from './s3/bucket.ts';

/** A plan, and what came of it once it was carried out. */
interface PlanAndResult {
  readonly plan: ObjectsPlan;
  readonly result?: ObjectsResult | undefined;
}

type Who = Pick<Session, 'partition' | 'accountId'>;

/**
 * The least permissions for this very plan: actions that it calls, on the prefixes that it touches. Without a result that is all
 * that it may come to call, fallbacks too; with one it is what it came to. What the caller may not ask (Object Ownership) the step
 * does without, so it is not a part.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function objectsPermissions(request: ObjectsRequest, session: Who, planned: PlanAndResult): Statement[] {
  const { plan } = planned;
  const { partition, accountId } = session;
  const sent = groupByScope(plan.scopes, dueOf(plan));
  const repairs = groupByScope(plan.scopes, plan.repairs);
  const retags = groupByScope(plan.scopes, plan.retags);
  const deletions = groupByScope(plan.scopes, plan.deletions);
  const statements = plan.scopes.flatMap((scope) => {
    const bucket = plan.buckets.get(scope.bucket)!;
    const here = {
      sent: sent.get(scope)!,
      repairs: repairs.get(scope)!,
      retags: retags.get(scope)!.length > 0,
      deletes: deletions.get(scope)!.length > 0,
    };
    return [
      ...(bucket.mayList ? [onListing({ name: bucket.name, partition }, scope.prefix)] : []),
      ...writing(request, { ...planned, bucket, scope, here }, session),
    ];
  });
  for (const [name, { own, bucketOwner }] of plan.owners) {
    if (bucketOwner) statements.push(onBucket(['s3:GetBucketAcl'], { name, partition }));
    else if (own) statements.push({ actions: [LIST_ALL], resources: ['*'] });
  }
  // The two ids together tell the uploader's objects from a third account's.
  if ([...plan.owners.values()].some(({ own, bucketOwner }) => own && bucketOwner) && plan.repairs.length > 0)
    statements.push({ actions: [LIST_ALL], resources: ['*'] });
  for (const bucket of plan.buckets.values()) {
    statements.push(...lookingAtOwner(planned, bucket, partition));
    const actions = bucket.asked.filter((action) => !(action === OWNERSHIP && sameWithout(request, bucket)));
    if (actions.length > 0) statements.push(onBucket(actions, { name: bucket.name, partition }));
  }
  for (const one of plan.invalidations) {
    const actions = invalidating(request, planned, one);
    const resources = [`arn:${partition}:cloudfront::${accountId}:distribution/${one.distribution}`];
    if (actions.length > 0) statements.push({ actions, resources });
  }
  return statements;
}

const OWNERSHIP = 's3:GetBucketOwnershipControls';

/** Whether the step would do the same if it could not see the bucket's Object Ownership. */
function sameWithout(request: ObjectsRequest, { acl, ...bucket }: PlannedBucket): boolean {
  const blind = decideAcl({ wish: request.acl, ...bucket, ownership: 'unknown' });
  const tellsSame = blind.outcome === acl.outcome || bucket.verify === 'off';
  return !request.fixAcl && blind.send === acl.send && tellsSame;
}

/** Canonical ids tell whose the first object is where its ACL does not. */
function lookingAtOwner(
  { plan, result }: PlanAndResult,
  { name, acl, verify }: PlannedBucket,
  partition: string,
): Statement[] {
  const looks =
    goesFirst(acl, verify).looks && plan.objects.some((one) => one.bucket === name && one.action !== 'unchanged');
  const actions = !looks ? [] : (result?.looked.get(name) ?? (result ? [] : ['s3:GetBucketAcl', LIST_ALL]));
  return [
    ...(actions.includes('s3:GetBucketAcl') ? [onBucket(['s3:GetBucketAcl'], { name, partition })] : []),
    ...(actions.includes(LIST_ALL) ? [{ actions: [LIST_ALL], resources: ['*'] }] : []),
  ];
}

const LIST_ALL = 's3:ListAllMyBuckets';

/** What a plan sends or copies. */
function* dueOf({ objects }: ObjectsPlan): Generator<PlannedObject> {
  for (const object of objects) if (object.action !== 'unchanged') yield object;
}

interface Writing extends PlanAndResult {
  readonly bucket: PlannedBucket;
  readonly scope: Scope;
  /** What becomes of the objects of the scope. */
  readonly here: {
    readonly sent: readonly PlannedObject[];
    readonly repairs: readonly Repair[];
    readonly retags: boolean;
    readonly deletes: boolean;
  };
}

function writing(request: ObjectsRequest, { plan, result, bucket, scope, here }: Writing, who: Who): Statement[] {
  const { partition, accountId } = who;
  const { name, acl, verify } = bucket;
  const { prefix, isKey } = scope;
  const { sent, repairs, retags, deletes } = here;
  const fellBack = result ? result.fallbacks.has(name) : acl.ifRefused !== undefined;
  const looks = sent.length > 0 && goesFirst(acl, verify).looks && !(fellBack && acl.triesOwn);
  const shown = result?.looked.get(name) ?? [];
  const waits = request.waitForReplication && sent.length > 0;
  const sends = result?.fallbacks.has(name) && acl.triesOwn ? undefined : acl.send;
  const hasKey = bucket.defaultKey !== undefined || (result?.usedKeys.get(name)?.size ?? 0) > 0;
  const isSealed = request.kmsKey !== undefined || (request.encryption?.startsWith('aws:kms') ?? hasKey);
  // What is released already, after a lost answer, or by a twin: of what a key encrypts only HEAD tells whether it is the same.
  const mayRead = request.immutable && sent.length > 0 && isSealed;
  const reads = plan.headed.has(name) || (result?.headed.has(name) ?? false) || mayRead;
  const wanted: readonly (readonly [boolean, string])[] = [
    [repairs.some(({ by }) => by === 'grant'), 's3:PutObjectAcl'],
    [sent.length > 0 && fellBack && !acl.triesOwn, 's3:PutObjectAcl'],
    ...READ_STATE.map((action): readonly [boolean, string] => [reads, action]),
    // Only buckets with versions replicate, and each written version is asked for by itself.
    [waits, 's3:GetObjectVersion'],
    [(looks && (!result || shown.includes('s3:GetObjectAcl'))) || plan.aclsRead.has(name), 's3:GetObjectAcl'],
    [plan.tagsRead.has(name), 's3:GetObjectTagging'],
    [retags, 's3:PutObjectTagging'],
    [deletes, 's3:DeleteObject'],
  ];
  const writes = new Set<string>();
  for (const object of sent) for (const action of writeActions(object, sends)) writes.add(action);
  for (const { by, headers = {} } of repairs)
    if (by === 'copy') for (const action of copyActions(headers, BUCKET_OWNER_FULL_CONTROL)) writes.add(action);
  // Parts, and copies, are read to be put together.
  const decrypts =
    sent.some(({ size, action }) => size > MULTIPART_ABOVE || action === 'headers') || repairs.length > 0;
  const encrypts = hasKey && !request.encryption && sent.length + repairs.length > 0;
  if (encrypts) for (const action of ['kms:GenerateDataKey', ...(decrypts ? ['kms:Decrypt'] : [])]) writes.add(action);
  const all = [...new Set([...writes, ...wanted.filter(([does]) => does).map(([, action]) => action)])];
  const actions = all.filter((action) => action.startsWith('s3:'));
  const onKey = all.filter((action) => action.startsWith('kms:'));
  return [
    ...(actions.length > 0 ? [onObjects(actions, { name, partition, prefix, isKey })] : []),
    ...(onKey.length > 0 ? usingKeys(request, { bucket, result, partition, accountId }, onKey) : []),
  ];
}

interface KeysOf {
  readonly bucket: PlannedBucket;
  readonly result: ObjectsResult | undefined;
  readonly partition: string;
  readonly accountId: string;
}

/**
 * The keys that encrypt what is written: what the step names, else what S3's answers named, else what the bucket's default names.
 * https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html: no statement names an alias but by a condition.
 */
function usingKeys(
  { kmsKey, encryption }: ObjectsRequest,
  { bucket, result, partition, accountId }: KeysOf,
  actions: readonly string[],
): Statement[] {
  const stated = kmsKey ?? (encryption ? undefined : bucket.defaultKey);
  const used = kmsKey?.startsWith('arn:') ? [] : [...(result?.usedKeys.get(bucket.name) ?? [])];
  const keys = used.length > 0 ? used : stated === undefined ? [] : [stated];
  return keys.flatMap((key): Statement[] => {
    // The managed key of an account lets everybody in it who may use S3.
    if (key.endsWith(MANAGED_KEY)) return [];
    const alias = /(?:^|:)(alias\/.+)$/.exec(key)?.[1];
    const arn = `arn:${partition}:kms:${bucket.region}:${accountId}:key/${alias ? '*' : key}`;
    const conditions = alias && { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } };
    return [
      { actions, resources: [key.startsWith('arn:') && !alias ? key : arn], ...(conditions ? { conditions } : {}) },
    ];
  });
}

function invalidating(
  request: ObjectsRequest,
  { plan }: PlanAndResult,
  { given, owed, announced, maySee, facts, viewerKey }: PlannedInvalidation,
): string[] {
  const touched = [...plan.objects.filter(isDue), ...plan.repairs, ...plan.deletions];
  const creates =
    given !== undefined || owed.length + announced.length > 0 || touched.some((one) => viewerKey(one) !== undefined);
  return [
    ...(creates ? ['cloudfront:CreateInvalidation'] : []),
    ...(maySee ? ['cloudfront:ListInvalidations', 'cloudfront:GetInvalidation'] : []),
    ...(creates && request.waitForInvalidation ? ['cloudfront:GetInvalidation'] : []),
    ...(facts ? ['cloudfront:GetDistribution'] : []),
  ];
}
