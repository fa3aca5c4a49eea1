import { type Clock, systemClock } from '../../base/clock.ts';
import { poll } from '../../base/poll.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';

/** A wait that an input asked for, for what AWS does after the upload. */
export interface Wait {
  /** What is waited for, as the log says it: `invalidation I1 of CloudFront distribution E1`. */
  readonly what: string;
  /** The input that asked for it. */
  readonly input: string;
  /** @returns how far it is, for the log; `undefined` when it has ended */
  readonly ask: () => Promise<string | undefined>;
  /** Milliseconds between two looks, in turn; the last one from then on. */
  readonly pausesMs: readonly number[];
  /** The wait ends with a Problem after this time. */
  readonly deadlineMs: number;
  /** What to do when it has not ended by then. */
  readonly fix: string;
}

const SAY_EVERY_MS = 30_000;

/** Waits, and says what for. @throws Problem at the deadline */
export async function waitFor(
  { what, input, ask, pausesMs, deadlineMs, fix }: Wait,
  { runner, signal }: { readonly runner: Pick<Access['runner'], 'info'>; readonly signal: AbortSignal },
  clock: Clock = systemClock,
): Promise<void> {
  const minutes = Math.round(deadlineMs / 60_000);
  let said = Number.NEGATIVE_INFINITY;
  let state = '';
  await poll({
    look: async () => {
      const now = await ask();
      if (now === undefined) return true;
      state = now;
      if (clock.now() - said >= SAY_EVERY_MS) {
        runner.info(`Waiting for ${what}, at most ${minutes} minutes (${input}): ${state}`);
        said = clock.now();
      }
      return undefined;
    },
    pausesMs,
    deadline: clock.now() + deadlineMs,
    timedOut: () =>
      new Problem({
        on: `Input ${input}`,
        what: `${what} did not end within ${minutes} minutes${state ? ` (${state})` : ''}`,
        fix,
      }),
    onLost: () => runner.info(`No answer while waiting for ${what}; asking again`),
    clock,
    signal,
  });
}
