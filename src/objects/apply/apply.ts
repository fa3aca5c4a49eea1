import { eachOf } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import { makeBuffers } from '../local/buffers.ts';
import type { ObjectsPlan, PlannedObject } from '../plan/plan.ts';
import type { ObjectsRequest } from '../request.ts';
import { MULTIPART_ABOVE } from '../rules/parts.ts';
import { HOUSE_LIMITS, makeLimiter } from '../s3/limiter.ts';
import { deleteObjects } from './delete.ts';
import { invalidate } from './invalidate.ts';
import { writeManifest } from './manifest.ts';
import { type Phase, phasesOf } from './phases.ts';
import { sendFirst } from './probe.ts';
import { type Progress, startProgress } from './progress.ts';
import { repairAcls } from './repair.ts';
import { waitForReplication } from './replication.ts';
import type { ObjectsResult, Sent } from './result.ts';
import type { Sender } from './sender.ts';
import { uploadObject } from './upload.ts';

/** Files in parts have their own requests side by side: few at a time are enough. */
const LARGE_AT_ONCE = 4;

/** Uploads in the order of a release, then invalidates, then deletes. */
export async function applyObjects(access: Access, request: ObjectsRequest, plan: ObjectsPlan): Promise<ObjectsResult> {
  const started = Date.now();
  const phases = phasesOf(plan.objects);
  const planned = phases.flatMap(({ objects }) => objects);
  const bytes = planned.reduce((sum, { size, action }) => sum + (action === 'headers' ? 0 : size), 0);
  const progress = startProgress({ objects: planned.length, bytes }, access.runner.info);
  const sent: Sent[] = [];
  try {
    await sendPhases(access, request, plan, phases, progress, sent);
  } catch (thrown) {
    access.runner.info(stoppedLine(phases, sent));
    throw thrown;
  } finally {
    progress.end();
  }
  if (plan.orphans.length > 0) await repairAcls(access, plan.buckets, plan.orphans);
  const invalidations: string[] = [];
  const forget = async (paths: readonly string[], what: string) => {
    if (request.distribution && paths.length > 0) {
      invalidations.push(await invalidate(access, { ...request, distribution: request.distribution }, paths, what));
    }
  };
  if (sent.length > 0) await forget(plan.invalidation.afterUpload, 'upload');
  await deleteObjects(access, plan.buckets, plan.deletions);
  await forget(plan.invalidation.afterDeletion, 'delete');
  if (request.waitForReplication) await waitForReplication(access, plan.buckets, sent);
  const manifest = writeManifest(access, plan, sent);
  return {
    sent,
    deleted: plan.deletions,
    bytes: progress.sent.bytes,
    invalidations,
    manifest,
    milliseconds: Date.now() - started,
  };
}

async function sendPhases(
  access: Access,
  request: ObjectsRequest,
  { buckets }: ObjectsPlan,
  phases: readonly Phase[],
  progress: Progress,
  sent: Sent[],
): Promise<void> {
  const limiter = makeLimiter(HOUSE_LIMITS);
  const buffers = makeBuffers(HOUSE_LIMITS.bytes);
  const failure = new AbortController();
  const signal = AbortSignal.any([access.signal, failure.signal]);
  const senders = new Map<string, Sender>();
  const done = new Set<PlannedObject>();
  for (const { objects } of phases) {
    for (const name of new Set(objects.map(({ bucket }) => bucket))) {
      if (senders.has(name)) continue;
      const bucket = buckets.get(name)!;
      const sender: Sender = {
        access,
        bucket,
        limiter,
        buffers,
        progress,
        immutable: request.immutable,
        acl: bucket.acl.send,
        signal,
      };
      senders.set(name, sender);
      const first = await sendFirst(
        sender,
        objects.filter((object) => object.bucket === name),
      );
      if (!first) continue;
      sent.push(first);
      done.add(first.object);
    }
    const send = async (object: PlannedObject) => {
      try {
        sent.push({ object, ...(await uploadObject(senders.get(object.bucket)!, object)) });
      } catch (thrown) {
        failure.abort(thrown);
        throw failure.signal.reason;
      }
    };
    const rest = objects.filter((object) => !done.has(object));
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
