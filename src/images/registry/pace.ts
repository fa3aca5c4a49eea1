import { setTimeout as delay } from 'node:timers/promises';

/**
 * `PutImage` may be called 10 times a second in an account and region, by a bucket of tokens: so many calls go through at once, and
 * are refilled at that rate. A step keeps below both by itself; jobs beside it are why a refusal is still tried again.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
 */
const PER_SECOND = 9;
const BURST = 10;

/** Lets the calls of a step to one registry through as the quota does. */
export function makePace(): (host: string, signal: AbortSignal) => Promise<void> {
  /** When each host's bucket is full again, if nothing is called until then. */
  const full = new Map<string, number>();
  const each = 1000 / PER_SECOND;
  return async (host, signal) => {
    const now = Date.now();
    const at = Math.max(now, full.get(host) ?? 0) + each;
    full.set(host, at);
    const wait = at - now - BURST * each;
    if (wait > 0) await delay(wait, undefined, { signal });
  };
}
