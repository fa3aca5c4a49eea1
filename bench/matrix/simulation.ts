// A matrix of jobs that start together against AWS's quotas, on a virtual clock: the retry code is the shipped one.
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/base/clock.ts';
import { makeCall, type RetryRules } from '../../src/base/retry.ts';

/** A quota of account and region: a bucket of `burst` requests that fills at `perSecond`. */
export interface Quota {
  readonly perSecond: number;
  readonly burst: number;
}

/** Groups of calls: those of one group are sent side by side, the next group when all of it is answered. */
export type Calls = readonly (readonly string[])[];

export interface Matrix {
  readonly jobs: number;
  /** Every job starts at a random time within this many seconds. */
  readonly startSeconds: number;
  readonly calls: Calls;
  readonly quotas: Readonly<Record<string, Quota>>;
  readonly rules?: Partial<RetryRules>;
  readonly seed: number;
}

export interface MatrixResult {
  readonly failedJobs: number;
  /** Requests that were sent, and how many of them were refused. */
  readonly requests: number;
  readonly throttled: number;
  /** When the last job ended, in seconds after the first could start. */
  readonly seconds: number;
}

/** An answer takes so long, whether it is an answer or a refusal. */
const LATENCY_MS = 60;

export async function simulate({ jobs, startSeconds, calls, quotas, rules, seed }: Matrix): Promise<MatrixResult> {
  const time = virtualTime();
  const random = randomFrom(seed);
  const never = new AbortController().signal;
  const clock: Clock = { now: time.now, sleep: time.sleep, random };
  const call = makeCall({ clock, say: () => {}, signal: never, ...(rules ? { rules } : {}) });
  const buckets = new Map(Object.entries(quotas).map(([action, quota]) => [action, bucket(quota, time.now)]));
  let [requests, throttled, failedJobs, seconds] = [0, 0, 0, 0];

  const send = (action: string) =>
    call(action, async () => {
      requests++;
      const admitted = buckets.get(action)?.() ?? true;
      await time.sleep(LATENCY_MS);
      if (admitted) return;
      throttled++;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', status: 400 });
    });
  const job = async () => {
    await time.sleep(random() * startSeconds * 1000);
    try {
      for (const group of calls) await Promise.all(group.map(send));
    } catch {
      failedJobs++;
    }
    seconds = Math.max(seconds, time.now() / 1000);
  };
  await time.run(Array.from({ length: jobs }, job));
  return { failedJobs, requests, throttled, seconds };
}

/** Time that stands still while anything can run, then jumps to the next that sleeps. */
function virtualTime() {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((wake) => sleepers.push({ at: now + ms, wake })),
    run: async (work: Promise<void>[]) => {
      let running = true;
      Promise.all(work).then(() => {
        running = false;
      });
      for (await turn(); running; await turn()) {
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers.shift();
        if (!next) throw new Error('nothing sleeps and nothing ended');
        now = next.at;
        next.wake();
      }
    },
  };
}

/** Takes one request from the bucket; whether there was one. */
function bucket({ perSecond, burst }: Quota, now: () => number): () => boolean {
  let [left, filled] = [burst, now()];
  return () => {
    left = Math.min(burst, left + ((now() - filled) / 1000) * perSecond);
    filled = now();
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

/** Mulberry32: equal seeds give equal runs. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
