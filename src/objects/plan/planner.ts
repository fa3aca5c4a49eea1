import { together } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { findTargets, type Target } from '../local/targets.ts';
import type { ObjectsRequest } from '../request.ts';
import { decideAcl, OWNERSHIP_REMEDY, outcomeText } from '../rules/acl.ts';
import { pathsToInvalidate } from '../rules/viewer-paths.ts';
import { lookAtBucket } from '../s3/bucket.ts';
import { type Counted, compareTargets } from './changes.ts';
import { guardDeletion } from './deletion.ts';
import { warnOfForeign } from './owners.ts';
import type { ObjectsPlan, PlannedBucket, PlannedObject } from './plan.ts';

/**
 * Reads what is on both sides, and decides everything.
 * @throws Problem, Problems: all that would make the upload fail, or be of no use to the bucket's owner
 */
export async function planObjects(access: Access, request: ObjectsRequest): Promise<ObjectsPlan> {
  const targets = await findTargets(request, access.runner);
  const buckets = await lookAtBuckets(access, request, targets);
  await together([...buckets.values()].map(async (bucket) => refuseWhatCannotWork(bucket, request)));
  const compared = await compareTargets(access, request, targets, buckets);
  const { objects, counted } = compared;
  warnOfForeign(access, compared.foreign);
  for (const bucket of buckets.values()) checkOwnership(bucket, objects, access);
  if (request.immutable) refuseOverwrites(objects, buckets);
  const deletions = request.delete ? deletionsOf(targets, counted, buckets, request) : [];
  const changed = objects.filter(({ action }) => action === 'changed' || action === 'headers').map(({ key }) => key);
  const invalidated = (keys: readonly string[]) =>
    request.distribution ? (request.invalidationPaths ?? pathsToInvalidate(keys)) : [];
  return {
    buckets,
    scopes: targets.map(({ bucket, prefix, kind }) => ({ bucket, prefix, isKey: kind === 'file' })),
    objects,
    deletions,
    headed: compared.headed,
    orphans: compared.orphans,
    owners: compared.owners,
    invalidation: {
      afterUpload: invalidated(changed),
      // A cache may have asked again for what was not deleted yet: the paths that are given are due once more.
      afterDeletion: deletions.length > 0 ? invalidated(deletions.map(({ key }) => key)) : [],
    },
  };
}

async function lookAtBuckets(
  access: Access,
  request: ObjectsRequest,
  targets: readonly Target[],
): Promise<Map<string, PlannedBucket>> {
  const names = [...new Set(targets.map(({ bucket }) => bucket))];
  const verify = request.verifyOwner === 'auto' ? (request.distribution ? 'fail' : 'warn') : request.verifyOwner;
  const looked = await together(
    names.map(async (name): Promise<PlannedBucket> => {
      const { prefix = '' } = targets.find((target) => target.bucket === name) ?? {};
      const bucket = await lookAtBucket(access, request, name, prefix);
      const acl = decideAcl({ wish: request.acl, ...bucket });
      access.runner.info(`s3://${name} (${bucket.region}): ${acl.line}`);
      return { ...bucket, acl, verify };
    }),
  );
  return new Map(looked.map((bucket) => [bucket.name, bucket]));
}

/** @throws Problem */
function refuseWhatCannotWork({ name, acl, relation, mayList }: PlannedBucket, request: ObjectsRequest): void {
  const on = `s3://${name}`;
  if (acl.refusal) throw new Problem({ ...acl.refusal, on });
  const usesKms = request.kmsKey !== undefined || (request.encryption ?? '').startsWith('aws:kms');
  if (usesKms && relation === 'cross' && !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(request.kmsKey ?? '')) {
    throw new Problem({
      what: request.kmsKey ? 's3-sse-kms-key-id is no key ARN' : 's3-sse: aws:kms names no key',
      on,
      why: "the bucket is another account's: S3 looks for a key id or an alias in the uploader's account, and without a key it takes the uploader's aws/s3, which nobody else can ever use",
      fix: "leave s3-sse out (the bucket's default encryption then acts), or give the full ARN of a key that both accounts may use",
    });
  }
  if (!mayList && (request.delete || !request.uploadUnchanged)) {
    throw new Problem({
      what: 'the bucket may not be listed',
      on,
      why: `only so does the step see what ${request.delete ? 'it is to delete' : request.immutable ? 'is released already' : 'has changed'}`,
      fix: `allow s3:ListBucket on the bucket${request.delete || request.immutable ? '' : ', or send every file each time with s3-upload-unchanged: true'}`,
    });
  }
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
    runner.warning(`s3://${name}: ${text}. To mend it, ${OWNERSHIP_REMEDY}.`);
    return;
  }
  throw new Problem({
    what: 'the bucket would keep the uploader as the owner of the objects',
    on: `s3://${name}`,
    why: text,
    fix: `${OWNERSHIP_REMEDY}; or s3-verify-owner: warn, if the owner's own roles are the only readers`,
  });
}

/** @throws Problem; where the bucket can't be listed, S3 itself refuses to overwrite (`If-None-Match`) */
function refuseOverwrites(objects: readonly PlannedObject[], buckets: ReadonlyMap<string, PlannedBucket>): void {
  const changed = objects.filter(({ bucket, action }) => action === 'changed' && buckets.get(bucket)?.mayList);
  if (changed.length === 0) return;
  throw new Problem({
    what: `${changed.length} keys are released already, with other content`,
    on: someOf(changed.map(({ bucket, key }) => `s3://${bucket}/${key}`)),
    why: 's3-immutable never overwrites what is released',
    fix: 'release under a new prefix',
  });
}

/** What is under a folder's or glob's prefix and not in LOCAL, and not left out by the step's rules. @throws Problem */
function deletionsOf(
  targets: readonly Target[],
  counted: ReadonlyMap<Target, Counted>,
  buckets: ReadonlyMap<string, PlannedBucket>,
  { maxDelete }: ObjectsRequest,
): { bucket: string; key: string }[] {
  const kept = new Set(targets.flatMap(({ bucket, files }) => files.map(({ key }) => `${bucket}/${key}`)));
  const deletions = new Map<string, { bucket: string; key: string }>();
  for (const target of targets) {
    const { total, others } = counted.get(target) ?? { total: 0, others: [] };
    const doomed = others.filter((key) => !kept.has(`${target.bucket}/${key}`));
    const on = `s3://${buckets.get(target.bucket)?.name}/${target.prefix}`;
    guardDeletion({ on, localFiles: target.files.length, remoteObjects: total, deletions: doomed.length }, maxDelete);
    for (const key of doomed) deletions.set(`${target.bucket}/${key}`, { bucket: target.bucket, key });
  }
  return [...deletions.values()];
}
