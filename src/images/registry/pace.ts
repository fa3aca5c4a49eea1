import { setTimeout as delay } from 'node:timers/promises';

/** `PutImage` may be called 10 times a second in an account and region; a step keeps below that by itself. */
const INTERVAL_MS = 110;

/** Lets the calls of a step to one registry go out one after the other, not faster than the quota. */
export function makePace(): (host: string, signal: AbortSignal) => Promise<void> {
  const next = new Map<string, number>();
  return async (host, signal) => {
    const now = Date.now();
    const at = Math.max(now, next.get(host) ?? 0);
    next.set(host, at + INTERVAL_MS);
    if (at > now) await delay(at - now, undefined, { signal });
  };
}
