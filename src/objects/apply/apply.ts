import { eachOf } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import { makeBuffers } from '../local/buffers.ts';
import { isDue } from '../plan/invalidation-paths.ts';
import type { Deletion, ObjectsPlan, PlannedObject } from '../plan/plan.ts';
import type { ObjectsRequest } from '../request.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import { HOUSE_LIMITS, makeLimiter } from '../s3/limiter.ts';
import { deleteObjects } from './delete.ts';
import { type First, sendFirst } from './first-upload.ts';
import { type ManifestFile, openManifest } from './manifest.ts';
import { checkModeAgain } from './mode-again.ts';
import { type Phase, phasesOf } from './phases.ts';
import { type Amount, startProgress, type UploadProgress } from './progress.ts';
import { repairObjects } from './repair.ts';
import { waitForReplication } from './replication.ts';
import type { ObjectsResult, Sent } from './result.ts';
import type { Sender, Stored } from './sender.ts';
import { setTags } from './tags.ts';
import { uploadObject } from './upload.ts';
import { invalidateAfterDeletion, invalidateAfterFailure, invalidateAfterUpload } from './when-to-invalidate.ts';

/** Files in parts have their own requests side by side: few at a time are enough. */
const LARGE_AT_ONCE = 4;

/** Uploads in the order of a release, then invalidates, then deletes. */
export async function applyObjects(request: ObjectsRequest, access: Access, plan: ObjectsPlan): Promise<ObjectsResult> {
  const started = Date.now();
  const phases = phasesOf(plan.objects);
  const progress = startProgress(amountOf(phases), access.runner.info);
  const manifest = openManifest(access);
  for (const object of plan.objects) if (object.action === 'unchanged') manifest.object(object);
  const release: Release = {
    manifest,
    sent: plan.deletions.length > 0 || request.waitForReplication ? [] : undefined,
    taken: { objects: 0, pages: 0 },
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
    await checkModes(access, plan, release);
    repaired = await repairObjects(access, plan, usedKeysOf);
    await setTags(access, plan);
    if (request.waitForReplication) await waitForReplication(access, plan.buckets, release.sent ?? []);
  } catch (thrown) {
    access.runner.info(stoppedLine(amountOf(phases), release));
    await invalidateAfterFailure(access, { plan, replaced: release.begun });
    throw thrown;
  } finally {
    progress.end();
  }
  const invalidations = await invalidateAfterUpload(request, access, { plan, replaced: release.begun });
  const deleted = await deleteAll(access, plan, release.sent ?? []);
  invalidations.push(...(await invalidateAfterDeletion(request, access, { plan, deleted })));
  for (const one of deleted) manifest.deleted(one);
  manifest.end();
  return {
    deleted,
    repaired,
    bytes: progress.sent.bytes,
    invalidations,
    fallbacks: release.fallbacks,
    looked: release.looked,
    usedKeys: release.usedKeys,
    headed: release.headed,
    manifest: manifest.path,
    milliseconds: Date.now() - started,
  };
}

/** What was deleted is invalidated even if the rest could not be deleted. */
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
  readonly manifest: ManifestFile;
  /** What S3 said of each object, kept where the step asks for it once more. */
  readonly sent: Sent[] | undefined;
  /** How many S3 took, and how many of them are of `s3-last`. */
  readonly taken: { objects: number; pages: number };
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

function took(release: Release, object: PlannedObject, stored: Stored): void {
  release.manifest.object(object, stored);
  release.sent?.push({ object, stored });
  release.taken.objects++;
  if (object.last) release.taken.pages++;
}

function keysOf({ usedKeys }: Release, bucket: string): Set<string> {
  const keys = usedKeys.get(bucket) ?? new Set();
  usedKeys.set(bucket, keys);
  return keys;
}

/** Of the buckets in which something was sent. */
async function checkModes(
  access: Access,
  { buckets, objects }: ObjectsPlan,
  { fallbacks }: Pick<Release, 'fallbacks'>,
): Promise<void> {
  const written = new Set<string>();
  for (const { bucket, action } of objects) if (action !== 'unchanged') written.add(bucket);
  for (const name of written) {
    const bucket = buckets.get(name)!;
    await checkModeAgain(access, bucket, fallbacks.has(name) ? bucket.acl.ifRefused : bucket.acl.send);
  }
}

interface ObjectQueue {
  readonly plan: ObjectsPlan;
  readonly phases: readonly Phase[];
  readonly progress: UploadProgress;
  readonly release: Release;
}

async function sendPhases(request: ObjectsRequest, access: Access, queue: ObjectQueue): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([access.signal, failure.signal]);
  const shared = {
    limiter: makeLimiter(HOUSE_LIMITS),
    buffers: makeBuffers(HOUSE_LIMITS.bytes),
    progress: queue.progress,
    immutable: request.immutable,
    signal,
  };
  const senders = new Map<string, Sender>();
  for (const { objects } of queue.phases) {
    const done = new Set<PlannedObject>();
    for (const [name, ahead] of firstOnes(objects)) {
      if (senders.has(name)) continue;
      const { sender, stored } = await goAhead(senderOf(name, access, { ...queue, shared }), ahead, queue);
      senders.set(name, sender);
      if (stored) done.add(ahead);
    }
    const send = async (object: PlannedObject) => {
      try {
        begin(queue, object);
        took(queue.release, object, await uploadObject(senders.get(object.bucket)!, object));
      } catch (thrown) {
        failure.abort(thrown);
        throw failure.signal.reason;
      }
    };
    const isLarge = ({ size, action }: PlannedObject) => size > MULTIPART_ABOVE && action !== 'headers';
    const large = only(objects, (object) => isLarge(object) && !done.has(object));
    const small = only(objects, (object) => !isLarge(object) && !done.has(object));
    const outcomes = await Promise.allSettled([
      eachOf(large, LARGE_AT_ONCE, send),
      eachOf(small, HOUSE_LIMITS.most, send),
    ]);
    access.signal.throwIfAborted();
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }
}

function senderOf(
  name: string,
  access: Access,
  {
    plan,
    release,
    shared,
  }: ObjectQueue & { readonly shared: Pick<Sender, 'limiter' | 'buffers' | 'progress' | 'immutable' | 'signal'> },
): Sender {
  const bucket = plan.buckets.get(name)!;
  const scopes = plan.scopes.filter((scope) => scope.bucket === name);
  const { headed } = release;
  return { ...shared, access, bucket, scopes, acl: bucket.acl.send, usedKeys: keysOf(release, name), headed };
}

/** The first object of a bucket, before all others: it shows whether the ACL is taken and who owns what is sent. */
async function goAhead(sender: Sender, object: PlannedObject, queue: ObjectQueue): Promise<First> {
  const { fallbacks, looked } = queue.release;
  begin(queue, object);
  const first = await sendFirst(sender, object);
  const { name, acl } = first.sender.bucket;
  if (first.sender.acl !== acl.send) fallbacks.add(name);
  if (first.looked) looked.set(name, first.looked);
  if (first.stored) took(queue.release, object, first.stored);
  return first;
}

function begin({ plan, release }: ObjectQueue, object: PlannedObject): void {
  if (plan.invalidations.length > 0 && isDue(object)) release.begun.push(object);
}

/** By bucket: the smallest object that is sent whole. A release of headers alone has nothing else to try. */
function firstOnes(objects: readonly PlannedObject[]): ReadonlyMap<string, PlannedObject> {
  const found = new Map<string, PlannedObject>();
  for (const object of objects) {
    if (object.action !== 'headers' || (found.get(object.bucket) ?? object).action === 'headers')
      found.set(object.bucket, object);
  }
  return found;
}

/** One at a time, without making a list. */
function* only<T>(all: readonly T[], isWanted: (one: T) => boolean): Generator<T> {
  for (const one of all) if (isWanted(one)) yield one;
}

function amountOf(phases: readonly Phase[]): Amount {
  const amount = { objects: 0, bytes: 0 };
  for (const { objects } of phases) {
    amount.objects += objects.length;
    for (const { size, action } of objects) amount.bytes += action === 'headers' ? 0 : size;
  }
  return amount;
}

/** What a reader must know after a failure: whether the site is whole. */
function stoppedLine({ objects }: Amount, { taken }: Pick<Release, 'taken'>): string {
  const touched = taken.pages > 0 ? 'some pages (s3-last) are new' : 'no page (s3-last) was touched';
  return `Stopped after ${taken.objects} of ${objects} objects; ${touched}, nothing was deleted.`;
}
