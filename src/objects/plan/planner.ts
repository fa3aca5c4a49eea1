import { allowing } from '../../aws/denied.ts';
import { together } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { findTargets, keyOf, type LocalTarget } from '../local/targets.ts';
import type { ObjectsRequest } from '../request.ts';
import { decideAcl, OWNERSHIP_REMEDY, outcomeText } from '../rules/acl.ts';
import { lookAtBucket, MANAGED_KEY } from '../s3/bucket.ts';
import { type Changes, compareTargets } from './changes.ts';
import { planDeletions } from './deletion.ts';
import { onBucket } from './iam-actions.ts';
import { warnOfUnseenErrorPages } from './invalidation-paths.ts';
import { warnOfLongCached } from './long-cached.ts';
import { warnOfLostGrants } from './lost-grants.ts';
import { sendWhereGrantsLack } from './missing-grants.ts';
import { warnOfOlderHeaders } from './older-headers.ts';
import { lookAtTold, owedSince, type PastInvalidations, paidUntil, planInvalidation } from './owed-invalidations.ts';
import { copyOfKept, type KeptByOwner, keep } from './owners.ts';
import type { Deletion, ObjectsPlan, PlannedBucket, PlannedInvalidation, PlannedObject, Scope } from './plan.ts';
import { type PlannedRedirect, planRedirects } from './redirects.ts';
import { planRepairs } from './repairs.ts';
import { planTags } from './tags.ts';
import { publishedUrl } from './url.ts';
import { warnOfNothingServed, warnOfUnseenRedirects } from './viewers.ts';

/**
 * Reads what is on both sides, and decides everything.
 * @throws Problem, Problems: all that would make the upload fail, or be of no use to the bucket's owner
 */
export async function planObjects(request: ObjectsRequest, access: Access): Promise<ObjectsPlan> {
  const { targets, warnOfUnmatched } = await findTargets(request, access.runner.env.RUNNER_TEMP, access.runner);
  const buckets = await lookAtBuckets(request, access, targets);
  await together([...buckets.values()].map(async (bucket) => refuseWhatCannotWork(request, bucket, access.session)));
  const scopes = scopesOf(request, targets);
  const given = request.invalidationPaths;
  const told = await together(request.distributions.map((line) => lookAtTold(access, { line, given, scopes })));
  const compared = await compareTargets(request, access, {
    targets,
    buckets,
    owedSince: owedSince(told),
    paidUntil: Math.min(...told.map(paidUntil)),
  });
  warnOfUnmatched();
  const redirects = await planRedirects(request, access, { buckets, files: compared.objects });
  const found =
    redirects.length > 0 ? [...compared.objects, ...redirects.map(({ object }) => object)] : compared.objects;
  const { objects: due, aclsRead } = await sendWhereGrantsLack(request, access, { buckets, objects: found });
  const { objects, retags, tagsRead } = await planTags(request, access, { buckets, objects: due });
  for (const one of told) {
    warnOfNothingServed(one, objects, access.runner);
    warnOfUnseenRedirects(one, request.redirects, access.runner);
  }
  const looking = warnOfOlderHeaders(request, access, { buckets, objects });
  looking.catch(() => {});
  warnOfLongCached(request, { buckets, objects }, access.runner);
  for (const bucket of buckets.values()) checkOwnership(bucket, objects, access);
  for (const bucket of buckets.values()) warnOfManagedKey(request, bucket, access);
  await warnOfLostGrants(request, access, { buckets, objects });
  if (request.immutable) refuseOverwrites(objects, buckets);
  if (request.delete && targets.every(({ kind }) => kind === 'file')) access.runner.warning(NOTHING_TO_DELETE);
  const deletions = request.delete ? planDeletions(request, { targets, listings: compared.listings, objects }) : [];
  const staying = withRedirects(compared.kept, redirects, buckets);
  const kept = request.fixAcl ? withOthers({ ...compared, kept: staying }, deletions) : staying;
  const { repairs, owners, headed } = await planRepairs(request, access, { buckets, kept });
  const invalidations = planInvalidations(told, given, { compared, redirects, objects });
  await looking;
  warnOfUnseenErrorPages(invalidations, objects, access.runner);
  return {
    buckets,
    scopes,
    objects,
    deletions,
    repairs,
    retags,
    headed: new Set([...compared.headed, ...headed, ...redirects.map(({ object }) => object.bucket)]),
    aclsRead,
    tagsRead: new Set([...tagsRead, ...compared.tagged]),
    owners,
    invalidations,
    url: publishedUrl(access, { buckets, targets, viewers: told }),
  };
}

const NOTHING_TO_DELETE =
  's3-delete deletes what LOCAL does not have below the prefix of a folder or a glob. Every line of s3-upload names a file, so nothing can be deleted.';

function scopesOf({ redirects }: ObjectsRequest, targets: readonly LocalTarget[]): Scope[] {
  return [
    ...targets.map(
      ({ bucket, prefix, kind, leavesOut }): Scope => ({ bucket, prefix, isKey: kind === 'file', leavesOut }),
    ),
    ...redirects.map(({ bucket, key }): Scope => ({ bucket, prefix: key, isKey: true, leavesOut: () => false })),
  ];
}

async function lookAtBuckets(
  request: ObjectsRequest,
  access: Access,
  targets: readonly LocalTarget[],
): Promise<Map<string, PlannedBucket>> {
  const names = [...new Set([...targets, ...request.redirects].map(({ bucket }) => bucket))];
  const isServed = request.distributions.length > 0;
  const verify = request.verifyOwner === 'auto' ? (isServed ? 'fail' : 'warn') : request.verifyOwner;
  // A key that is named by its ARN is one that both accounts are meant to use.
  const namesKey = request.kmsKey?.startsWith('arn:') || request.encryption === 'AES256';
  const foreignKey = namesKey ? 'off' : request.verifyOwner === 'auto' ? 'fail' : request.verifyOwner;
  const looked = await together(
    names.map(async (name): Promise<PlannedBucket> => {
      const { prefix = '' } = targets.find((target) => target.bucket === name) ?? {};
      const bucket = await lookAtBucket(request, access, { name, prefix });
      const acl = decideAcl({ wish: request.acl, ...bucket });
      access.runner.info(`s3://${name} (${bucket.region}): ${acl.line}`);
      if (acl.warning) access.runner.warning(`s3://${name}: ${acl.warning}.`);
      return { ...bucket, acl, verify, foreignKey, mustTellOwner: request.verifyOwner === 'fail' };
    }),
  );
  return new Map(looked.map((bucket) => [bucket.name, bucket]));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html: it looks like a missing permission. */
const REQUESTER_PAYS =
  "if it is another account's bucket whose requesters pay (Requester Pays), it refuses every call of this action, which never agrees to pay";

/** @throws Problem */
function refuseWhatCannotWork(
  request: ObjectsRequest,
  { name, acl, relation, mayList }: PlannedBucket,
  { partition }: Pick<Access['session'], 'partition'>,
): void {
  const on = `s3://${name}`;
  if (acl.refusal) throw new Problem({ ...acl.refusal, on });
  const usesKms = request.kmsKey !== undefined || (request.encryption ?? '').startsWith('aws:kms');
  if (usesKms && relation === 'cross' && !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(request.kmsKey ?? '')) {
    throw new Problem({
      what: request.kmsKey ? 's3-sse-kms-key-id is not the ARN of a key' : 's3-sse: aws:kms names no key',
      on,
      why: "the bucket is another account's: S3 looks for a key id or an alias in the uploader's account, and without a key it takes the uploader's aws/s3, which nobody else can ever use",
      fix: "leave s3-sse out (the bucket's default encryption then acts), or give the full ARN of a key that both accounts may use",
    });
  }
  if (!mayList && (request.delete || !request.uploadUnchanged)) {
    throw new Problem({
      what: 'the bucket may not be listed',
      on,
      why: `only a listing shows ${request.delete ? 'what is to be deleted' : request.immutable ? 'what is released already' : 'what has changed'}${relation === 'same' ? '' : `; ${REQUESTER_PAYS}`}`,
      fix: `${request.delete || request.immutable ? '' : 'send every file each time with s3-upload-unchanged: true, or '}${allowing({ needed: [onBucket(['s3:ListBucket'], { name, partition })] })}`,
    });
  }
}

/**
 * CloudFront may use a key whose policy lets it. That of the managed key cannot be changed:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html#oac-kms-encrypted-objects
 */
function warnOfManagedKey(
  { distributions, encryption, kmsKey }: ObjectsRequest,
  { name, defaultKey }: PlannedBucket,
  { runner }: Pick<Access, 'runner'>,
): void {
  const managed = encryption?.startsWith('aws:kms') ? MANAGED_KEY : undefined;
  const key = kmsKey ?? (encryption ? managed : defaultKey);
  if (distributions.length === 0 || !key?.endsWith(MANAGED_KEY)) return;
  runner.warning(
    `s3://${name}: the objects are encrypted with the managed key aws/s3, which CloudFront can never use: viewers get 403. To mend it, set the bucket's default encryption to AES256, or to a key of your own whose policy lets the distribution decrypt, and send everything again with s3-upload-unchanged: true.`,
  );
}

/** @throws Problem when what is sent would be of no use behind CloudFront, and that matters */
function checkOwnership(
  { name, acl, verify }: PlannedBucket,
  objects: readonly PlannedObject[],
  { runner }: Access,
): void {
  const text = outcomeText(acl.outcome);
  const sends = objects.some(({ bucket, action }) => bucket === name && action !== 'unchanged');
  if (!text || verify === 'off' || !sends) return;
  if (verify === 'warn') {
    runner.warning(`s3://${name}: ${text}. To fix it, ${OWNERSHIP_REMEDY}.`);
    return;
  }
  throw new Problem({
    what: 'the bucket would keep the uploader as the owner of the objects',
    on: `s3://${name}`,
    why: text,
    fix: `${OWNERSHIP_REMEDY}; or s3-verify-owner: warn, if the owner's own roles are the only readers`,
  });
}

/** @throws Problem; where the bucket cannot be listed, S3 itself refuses to overwrite (`If-None-Match`) */
function refuseOverwrites(objects: readonly PlannedObject[], buckets: ReadonlyMap<string, PlannedBucket>): void {
  const changed = objects.filter(({ bucket, action }) => action === 'changed' && buckets.get(bucket)?.mayList);
  if (changed.length === 0) return;
  const unproved = changed.filter((one) => one.unproved).length;
  const than = unproved === 0 ? '' : `, or ${unproved} of them with the same: S3 does not show their CRC-32`;
  throw new Problem({
    what: `${counted(changed.length, 'key is', 'keys are')} released already, with other content${than}`,
    on: someOf(changed.map(({ bucket, key }) => `s3://${bucket}/${key}`)),
    why: 's3-immutable never overwrites what is released',
    fix: 'release under a new prefix',
  });
}

/** With what lies under the prefixes, is not a file of the step, and stays. */
function withOthers({ kept, listings }: Changes, deletions: readonly Deletion[]): ReadonlyMap<string, KeptByOwner> {
  const doomed = new Set(deletions.map(({ bucket, key }) => `${bucket}/${key}`));
  const files = new Set<string>();
  for (const { bucket, kind, prefix, files: own } of listings.keys()) {
    for (const file of own) files.add(`${bucket}/${keyOf({ kind, prefix }, file)}`);
  }
  for (const owners of kept.values()) {
    for (const same of owners.values()) for (const { bucket, key } of same) files.add(`${bucket}/${key}`);
  }
  const all = copyOfKept(kept);
  for (const { others } of listings.values()) {
    for (const { bucket, key, size, owner } of others) {
      const address = `${bucket}/${key}`;
      if (doomed.has(address) || files.has(address)) continue;
      files.add(address);
      keep(all, owner, { bucket, key, size });
    }
  }
  return all;
}

/** A redirect that stays has to be its bucket owner's as any other object. */
function withRedirects(
  kept: Changes['kept'],
  redirects: readonly PlannedRedirect[],
  buckets: ReadonlyMap<string, PlannedBucket>,
): Changes['kept'] {
  const staying = redirects.filter(
    ({ object }) => object.action === 'unchanged' && buckets.get(object.bucket)?.looksAtOwners,
  );
  if (staying.length === 0) return kept;
  const all = copyOfKept(kept);
  for (const { object, owner } of staying) keep(all, owner, object);
  return all;
}

interface Found {
  readonly compared: Changes;
  readonly redirects: readonly PlannedRedirect[];
  readonly objects: readonly PlannedObject[];
}

function planInvalidations(
  told: readonly PastInvalidations[],
  given: readonly string[] | undefined,
  { compared, redirects, objects }: Found,
): readonly PlannedInvalidation[] {
  const staying = redirects.filter(({ object }) => object.action === 'unchanged');
  const kept = [
    ...compared.written,
    ...staying.map(({ object: { bucket, key }, modified }) => ({ bucket, key, modified })),
  ];
  const created = objects.filter(({ action }) => action === 'new');
  return told.map((one) => planInvalidation(one, given, { kept, created }));
}
