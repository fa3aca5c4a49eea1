import type { CallOptions } from '../../base/retry.ts';
import { HOUSE_RULES } from '../../base/retry.ts';
import type { Verdict } from '../../base/retryable.ts';
import { shapeOf, verdictOf } from '../../base/retryable.ts';
import type { Access } from '../../job.ts';
import type { Buffers } from '../local/buffers.ts';
import type { PlannedBucket, PlannedObject, Scope } from '../plan/plan.ts';
import type { CannedAcl } from '../rules/acl.ts';
import type { Limiter } from '../s3/limiter.ts';
import { ownerHeader } from '../s3/wire.ts';
import type { UploadProgress } from './progress.ts';

/** What sending one object needs. */
export interface Sender {
  readonly access: Access;
  readonly bucket: PlannedBucket;
  /** Those of the bucket. */
  readonly scopes: readonly Scope[];
  readonly limiter: Limiter;
  readonly buffers: Buffers;
  readonly progress: UploadProgress;
  /** `If-None-Match: *` */
  readonly immutable: boolean;
  /** Of every object. */
  readonly acl: CannedAcl | undefined;
  /** ARNs of the KMS keys that S3 named in its answers so far. */
  readonly usedKeys: Set<string>;
  /** Buckets of which an object was asked for by HEAD, to find out what a lost answer had said. */
  readonly headed: Set<string>;
  /** Aborted by the first failure, and by what stops the step. */
  readonly signal: AbortSignal;
}

/** What S3 says about an object that it stored. */
export interface Stored {
  /** Without quotes. */
  readonly etag: string;
  readonly version?: string | undefined;
  /** CRC-32 of the whole; of what was not sent it is in the plan, if it was read. */
  readonly crc?: number;
}

/** What goes with each write of an object in addition to its own headers. */
export function writeHeaders(
  { bucket, acl }: Sender,
  { headers }: Pick<PlannedObject, 'headers'>,
): Record<string, string> {
  return { ...headers, ...(acl ? { 'x-amz-acl': acl } : {}), ...ownerHeader(bucket) };
}

/** The prefix by which the plan listed an object: a policy may allow to list nothing else. */
export function scopePrefix({ scopes }: Pick<Sender, 'scopes'>, key: string): string {
  const scope = scopes.find(({ prefix, isKey }) => (isKey ? key === prefix : key.startsWith(prefix)));
  return scope?.prefix ?? key;
}

/** Beyond the wait for an answer a body may take its time on a slow line, 50 kB/s, as long as something moves. */
const SLOWEST_BYTES_PER_MS = 50;

/** A body that was damaged on its way, or that met another write, is worth another attempt. */
const WORTH_ANOTHER = new Set([
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'ConditionalRequestConflict',
  'OperationAborted',
]);

/** Options of a call with a body of so many bytes; what the server throttles makes the limiter careful. */
export function sendOptions({ limiter, signal }: Pick<Sender, 'limiter' | 'signal'>, bytes: number): CallOptions {
  const extraMs = Math.ceil(bytes / SLOWEST_BYTES_PER_MS);
  return {
    signal,
    rules: { callMs: HOUSE_RULES.callMs + extraMs, budgetMs: HOUSE_RULES.budgetMs + 2 * extraMs },
    classify: (error): Verdict => {
      const verdict = WORTH_ANOTHER.has(shapeOf(error).name) ? 'transient' : verdictOf(error);
      if (verdict === 'throttled' || shapeOf(error).status === 503) limiter.throttled();
      return verdict;
    },
  };
}
