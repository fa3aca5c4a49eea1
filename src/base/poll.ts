import { type Clock, systemClock } from './clock.ts';
import { Problem } from './problem.ts';

/** How something that goes on elsewhere is waited for. */
export interface Poll {
  /** What is waited for, as a line of the log says it: `CloudFront's invalidation I1`. */
  readonly what: string;
  /** The input that asked for it. */
  readonly input: string;
  /** @returns how far it is, for the log; `undefined` when it has ended */
  readonly ask: () => Promise<string | undefined>;
  /** The first pause; each one is twice as long as the one before, up to `longestMs`. */
  readonly pauseMs: number;
  readonly longestMs: number;
  /** The wait ends with a Problem after this time. */
  readonly deadlineMs: number;
  /** What to do when it has not ended by then. */
  readonly fix: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** This machine's when left out. */
  readonly clock?: Clock;
}

const SAY_EVERY_MS = 30_000;

/** Asks again and again until it has ended, and says what it waits for. @throws Problem at the deadline */
export async function poll({
  what,
  input,
  ask,
  pauseMs,
  longestMs,
  deadlineMs,
  fix,
  say,
  signal,
  clock = systemClock,
}: Poll): Promise<void> {
  const start = clock.now();
  let said = Number.NEGATIVE_INFINITY;
  for (let pause = pauseMs; ; pause = Math.min(pause * 2, longestMs)) {
    const state = await ask();
    if (state === undefined) return;
    const now = clock.now();
    const minutes = Math.round(deadlineMs / 60_000);
    if (now + pause - start > deadlineMs) {
      throw new Problem({
        on: `Input ${input}`,
        what: `${what} did not end within ${minutes} minutes (${state})`,
        fix,
      });
    }
    if (now - said >= SAY_EVERY_MS) {
      say(`Waiting for ${what}, at most ${minutes} minutes (${input}): ${state}`);
      said = now;
    }
    await clock.sleep(pause, signal);
  }
}
