import { eachOf } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import { makeBuffers } from '../local/buffers.ts';
import { isDue } from '../plan/invalidation-paths.ts';
import type { Deletion, ObjectsPlan, PlannedObject } from '../plan/plan.ts';
import type { ObjectsRequest } from '../request.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import { HOUSE_LIMITS, makeLimiter } from '../s3/limiter.ts';
import { deleteObjects } from './delete.ts';
import { sendFirst } from './first-upload.ts';
import { writeManifest } from './manifest.ts';
import { type Phase, phasesOf } from './phases.ts';
import { startProgress, type UploadProgress } from './progress.ts';
import { repairObjects } from './repair.ts';
import { waitForReplication } from './replication.ts';
import type { ObjectsResult, Sent } from './result.ts';
import type { Sender } from './sender.ts';
import { uploadObject } from './upload.ts';
import { invalidateAfterDeletion, invalidateAfterFailure, invalidateAfterUpload } from './when-to-invalidate.ts';

/** Files in parts have their own requests side by side: few at a time are enough. */
const LARGE_AT_ONCE = 4;

/** Uploads in the order of a release, then invalidates, then deletes. */
export async function applyObjects(request: ObjectsRequest, access: Access, plan: ObjectsPlan): Promise<ObjectsResult> {
  const started = Date.now();
  const phases = phasesOf(plan.objects);
  const planned = phases.flatMap(({ objects }) => objects);
  const bytes = planned.reduce((sum, { size, action }) => sum + (action === 'headers' ? 0 : size), 0);
  const progress = startProgress({ objects: planned.length, bytes }, access.runner.info);
  const release: Release = {
    sent: [],
    begun: [],
    fallbacks: new Set(),
    looked: new Map(),
    usedKeys: new Map(),
    headed: new Set(),
  };
  const usedKeysOf = (bucket: string) => keysOf(release, bucket);
  let repaired = 0;
  try {
    await sendPhases(request, access, { plan, phases, progress, release });
    repaired = await repairObjects(access, plan, usedKeysOf);
    if (request.waitForReplication) await waitForReplication(access, plan.buckets, release.sent);
  } catch (thrown) {
    access.runner.info(stoppedLine(phases, release.sent));
    await invalidateAfterFailure(access, { plan, replaced: release.begun });
    throw thrown;
  } finally {
    progress.end();
  }
  const invalidations = await invalidateAfterUpload(request, access, { plan, replaced: release.begun });
  const deleted = await deleteAll(access, plan, release.sent);
  invalidations.push(...(await invalidateAfterDeletion(request, access, { plan, deleted })));
  const manifest = writeManifest(access, plan, { sent: release.sent, deleted });
  return {
    sent: release.sent,
    deleted,
    repaired,
    bytes: progress.sent.bytes,
    invalidations,
    fallbacks: release.fallbacks,
    looked: release.looked,
    usedKeys: release.usedKeys,
    headed: release.headed,
    manifest,
    milliseconds: Date.now() - started,
  };
}

/** What was deleted is invalidated also when the rest could not be. */
async function deleteAll(access: Access, plan: ObjectsPlan, sent: readonly Sent[]): Promise<readonly Deletion[]> {
  const begun: Deletion[] = [];
  try {
    return await deleteObjects(access, { plan, sent, begun });
  } catch (thrown) {
    await invalidateAfterFailure(access, { plan, replaced: begun });
    throw thrown;
  }
}

interface Release {
  readonly sent: Sent[];
  /** Objects of which at least one request was made: S3 may have replaced them, also where the answer was lost. */
  readonly begun: PlannedObject[];
  /** Buckets in which an ACL was sent though the plan had none. */
  readonly fallbacks: Set<string>;
  /** By bucket: IAM actions that showed whose the first object is. */
  readonly looked: Map<string, readonly string[]>;
  /** By bucket: ARNs of the KMS keys that S3 named in its answers. */
  readonly usedKeys: Map<string, Set<string>>;
  /** Buckets of which an object was asked for by HEAD. */
  readonly headed: Set<string>;
}

function keysOf({ usedKeys }: Release, bucket: string): Set<string> {
  const keys = usedKeys.get(bucket) ?? new Set();
  usedKeys.set(bucket, keys);
  return keys;
}

interface ObjectQueue {
  readonly plan: ObjectsPlan;
  readonly phases: readonly Phase[];
  readonly progress: UploadProgress;
  readonly release: Release;
}

async function sendPhases(
  request: ObjectsRequest,
  access: Access,
  { plan, phases, progress, release }: ObjectQueue,
): Promise<void> {
  const { sent, begun, fallbacks, headed } = release;
  const limiter = makeLimiter(HOUSE_LIMITS);
  const buffers = makeBuffers(HOUSE_LIMITS.bytes);
  const failure = new AbortController();
  const signal = AbortSignal.any([access.signal, failure.signal]);
  const senders = new Map<string, Sender>();
  const senderOf = (name: string): Sender => {
    const bucket = plan.buckets.get(name)!;
    const scopes = plan.scopes.filter((scope) => scope.bucket === name);
    const { immutable } = request;
    const usedKeys = keysOf(release, name);
    return {
      access,
      bucket,
      scopes,
      limiter,
      buffers,
      progress,
      immutable,
      acl: bucket.acl.send,
      usedKeys,
      headed,
      signal,
    };
  };
  const begin = (object: PlannedObject) => {
    if (isDue(object)) begun.push(object);
  };
  for (const { objects } of phases) {
    let ahead: PlannedObject | undefined;
    const done = new Set<PlannedObject>();
    for (const name of new Set(objects.map(({ bucket }) => bucket))) {
      if (senders.has(name)) continue;
      const own = objects.filter(({ bucket }) => bucket === name);
      ahead = own.findLast(({ action }) => action !== 'headers') ?? own.at(-1);
      if (ahead) begin(ahead);
      const first = await sendFirst(senderOf(name), own);
      senders.set(name, first.sender);
      if (first.sender.acl !== first.sender.bucket.acl.send) fallbacks.add(name);
      if (first.looked) release.looked.set(name, first.looked);
      if (!first.sent) continue;
      sent.push(first.sent);
      done.add(first.sent.object);
    }
    const send = async (object: PlannedObject) => {
      try {
        begin(object);
        sent.push({ object, ...(await uploadObject(senders.get(object.bucket)!, object)) });
      } catch (thrown) {
        failure.abort(thrown);
        throw failure.signal.reason;
      }
    };
    const rest = done.size > 0 ? objects.filter((object) => !done.has(object)) : objects;
    const isLarge = ({ size, action }: PlannedObject) => size > MULTIPART_ABOVE && action !== 'headers';
    const large = rest.filter(isLarge);
    const small = rest.filter((object) => !isLarge(object));
    const outcomes = await Promise.allSettled([
      eachOf(large, LARGE_AT_ONCE, send),
      eachOf(small, HOUSE_LIMITS.most, send),
    ]);
    access.signal.throwIfAborted();
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

/** What a reader must know after a failure: whether the site is whole. */
function stoppedLine(phases: readonly Phase[], sent: readonly Sent[]): string {
  const total = phases.reduce((sum, { objects }) => sum + objects.length, 0);
  const touched = sent.some(({ object }) => object.last)
    ? 'some pages (s3-last) are new'
    : 'no page (s3-last) was touched';
  return `Stopped after ${sent.length} of ${total} objects; ${touched}, nothing was deleted.`;
}
