import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import picomatch from 'picomatch';
import { eachOf } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import { makeBuffers } from '../local/buffers.ts';
import { compressed } from '../local/compress.ts';
import { digestsOf } from '../local/digest.ts';
import type { Target } from '../local/targets.ts';
import type { ObjectsRequest } from '../request.ts';
import { clueOf, headersEqual, type ListedObject, provesEqual } from '../rules/compare.ts';
import { GLOB_OPTIONS } from '../rules/globs.ts';
import { comparable, headerBook } from '../rules/headers.ts';
import { allowed } from '../s3/bucket.ts';
import { HOUSE_LIMITS, makeLimiter } from '../s3/limiter.ts';
import { headObject, listObjects } from '../s3/listing.ts';
import { lookAtOwners, mayHaveOrphans, type Orphan, type Owners, orphanKind } from './owners.ts';
import type { PlannedBucket, PlannedObject } from './plan.ts';

/** What a listing found under a target's prefix beside its files. */
export interface Counted {
  /** Objects under the prefix. */
  readonly total: number;
  /** Keys that no file of this target has, and that the step's rules do not leave out; only with `s3-delete`. */
  readonly others: readonly string[];
}

/** An object under a prefix that no file of the step has, and its owner; only with `s3-fix-acl`. */
interface Stray extends Orphan {
  readonly owner: string | undefined;
}

export interface Comparison {
  readonly objects: readonly PlannedObject[];
  readonly counted: ReadonlyMap<Target, Counted>;
  readonly headed: ReadonlySet<string>;
  /** With `s3-fix-acl`: what stays and the caller owns in another account's bucket, and what somebody else owns there. */
  readonly orphans: readonly Orphan[];
  readonly foreign: readonly Orphan[];
  /** Buckets of which the caller's or the owner's canonical id was found out. */
  readonly owners: ReadonlyMap<string, Owners>;
}

/** More HEADs at a time than this bring nothing from one runner. */
const HEADS_AT_ONCE = 64;
/** A compressor holds tens of megabytes; there are mostly no more cores. */
const COMPRESSORS = 4;
/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: 5 GiB a copy. */
const MAX_COPY_BYTES = 5 * 2 ** 30;

/** What each file is to its object: by content, from one listing of each prefix where that suffices. */
export async function compareTargets(
  access: Access,
  request: ObjectsRequest,
  targets: readonly Target[],
  buckets: ReadonlyMap<string, PlannedBucket>,
): Promise<Comparison> {
  const objects: PlannedObject[] = [];
  const counted = new Map<Target, Counted>();
  const comparer = makeComparer(access, request);
  const strays = new Map<string, Stray>();
  for (const target of targets) {
    const bucket = buckets.get(target.bucket)!;
    const { listed, owned, ...count } = await listTarget(access, request, target, bucket);
    counted.set(target, count);
    for (const one of owned) strays.set(`${one.bucket}/${one.key}`, one);
    if (request.fixAcl && mayHaveOrphans(bucket) && !comparer.owners.has(bucket.name)) {
      comparer.owners.set(bucket.name, await lookAtOwners(access, bucket));
    }
    const found: PlannedObject[] = [];
    let done = 0;
    await eachOf(target.files.entries(), HEADS_AT_ONCE, async ([index, file]) => {
      // Small files are hashed without a pause: let others have their turn.
      if (++done % 256 === 0) await setImmediate();
      found[index] = await comparer.compare(file, bucket, listed[index]);
      listed[index] = undefined;
    });
    objects.push(...found);
  }
  if (comparer.unproved > 0) {
    access.runner.info(
      `${comparer.unproved} objects are sent again because S3 did not show their headers or checksum (s3:GetObject would)`,
    );
  }
  for (const { bucket, files } of targets) for (const { key } of files) strays.delete(`${bucket}/${key}`);
  const { headed, orphans, foreign, owners } = comparer;
  for (const { owner, ...orphan } of strays.values()) {
    const known = owners.get(orphan.bucket);
    const kind = known && orphanKind(owner, known);
    if (kind !== undefined) (kind === 'mine' ? orphans : foreign).push(orphan);
  }
  return { objects, counted, headed, orphans, foreign, owners };
}

/**
 * Only what the comparison needs is kept: a bucket may hold far more than the step has files.
 * @returns `listed` in the order of the files
 */
async function listTarget(
  { aws }: Access,
  request: ObjectsRequest,
  { files, prefix, leavesOut, kind }: Target,
  bucket: PlannedBucket,
): Promise<Counted & { listed: (ListedObject | undefined)[]; owned: Stray[] }> {
  if (!bucket.mayList) return { total: 0, others: [], listed: [], owned: [] };
  const places = new Map(files.map(({ key }, place) => [key, place]));
  const listed: (ListedObject | undefined)[] = [];
  const others: string[] = [];
  const owned: Stray[] = [];
  let total = 0;
  for await (const { key, size, etag, owner } of listObjects(aws, bucket, prefix, request.fixAcl)) {
    const place = places.get(key);
    if (place !== undefined) listed[place] = { size, etag, owner };
    if (kind === 'file') continue;
    total++;
    if (place !== undefined || leavesOut(key.slice(prefix.length))) continue;
    if (request.delete) others.push(key);
    else if (request.fixAcl) owned.push({ bucket: bucket.name, key, owner });
  }
  return { total, others, listed, owned };
}

function makeComparer(access: Access, request: ObjectsRequest) {
  const { aws, runner } = access;
  const book = headerBook(request);
  const isLast = picomatch([...request.last], GLOB_OPTIONS);
  const headed = new Set<string>();
  const orphans: Orphan[] = [];
  const foreign: Orphan[] = [];
  const owners = new Map<string, Owners>();
  const state = { unproved: 0 };
  const buffers = makeBuffers(HOUSE_LIMITS.bytes);
  let folder: string | undefined;
  let serial = 0;
  const compressors = makeLimiter({ start: COMPRESSORS, most: COMPRESSORS, bytes: 0 });

  const stored = async (file: Target['files'][number]) => {
    const encoding = book.compressionOf(file.name);
    if (!encoding) return { file, encoding: undefined };
    folder ??= temporaryFolder(runner);
    const release = await compressors.take(0);
    const smaller = await compressed(file, encoding, folder, serial++).finally(release);
    return smaller ? { file: smaller, encoding } : { file, encoding: undefined };
  };

  const compare = async (
    local: Target['files'][number],
    bucket: PlannedBucket,
    listed: ListedObject | undefined,
  ): Promise<PlannedObject> => {
    const { file, encoding } = await stored(local);
    const headers = book.of(local.name, encoding);
    const { size } = file;
    const planned = {
      bucket: bucket.name,
      key: local.key,
      file,
      size,
      headers,
      last: isLast(local.name),
    };
    const clue = clueOf(size, listed);
    // Without a listing nothing is known: it counts as changed, so that it is invalidated too.
    if (clue === 'new') return { ...planned, action: bucket.mayList ? 'new' : 'changed' };
    if (clue === 'changed' || request.uploadUnchanged) return { ...planned, action: 'changed' };
    const digests = await digestsOf(planned.file, clue === 'etag-of-parts', buffers);
    const isSame = clue !== 'ask' && digests.etag === listed?.etag;
    const wantsHeaders = book.isRuled(local.name) && !request.immutable;
    const { crc } = digests;
    if (isSame && !wantsHeaders) return { ...planned, action: 'unchanged', crc };
    const head = await allowed(headObject(aws, bucket, local.key));
    if (!head) {
      state.unproved++;
      return { ...planned, action: 'changed', unproved: true };
    }
    if (!isSame && !provesEqual(head, crc)) return { ...planned, action: 'changed' };
    // Only now was it of use: who may not ask sends the object as a changed one.
    headed.add(bucket.name);
    if (!wantsHeaders || headersEqual(comparable(headers), head.headers))
      return { ...planned, action: 'unchanged', crc };
    if (size > MAX_COPY_BYTES) return { ...planned, action: 'changed' };
    // A copy with REPLACE drops every header that is not sent again.
    return { ...planned, headers: { ...head.headers, ...headers }, action: 'headers', crc };
  };
  const compareAndRepair: typeof compare = async (local, bucket, listed) => {
    const object = await compare(local, bucket, listed);
    const known = owners.get(bucket.name);
    const kind = known && object.action === 'unchanged' ? orphanKind(listed?.owner, known) : undefined;
    if (kind === undefined) return object;
    const { key, size } = object;
    // With BucketOwnerPreferred a copy with the ACL makes the bucket's owner the owner; it must carry every header again.
    const moves = bucket.ownership === 'BucketOwnerPreferred' && kind === 'mine' && size <= MAX_COPY_BYTES;
    const head = moves ? await allowed(headObject(aws, bucket, key)) : undefined;
    if (head) {
      headed.add(bucket.name);
      return { ...object, headers: { ...head.headers, ...object.headers }, action: 'headers' };
    }
    (kind === 'mine' ? orphans : foreign).push({ bucket: bucket.name, key });
    return object;
  };
  return {
    compare: compareAndRepair,
    headed,
    orphans,
    foreign,
    owners,
    get unproved() {
      return state.unproved;
    },
  };
}

function temporaryFolder(runner: Access['runner']): string {
  const folder = mkdtempSync(join(runner.env.RUNNER_TEMP ?? tmpdir(), 'keyless-aws-compressed-'));
  runner.undoLater({ kind: 'folder', path: folder });
  return folder;
}
