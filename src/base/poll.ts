import type { Clock } from './clock.ts';
import { deadlineOf } from './deadline.ts';
import type { Problem } from './problem.ts';
import { verdictOf } from './retryable.ts';
import { CALL_MS } from './timeouts.ts';

/** How to wait for something that goes on elsewhere. */
export interface Poll<T> {
  /** The result once it has ended; `undefined` while it goes on. */
  readonly look: () => Promise<T | undefined>;
  /** Milliseconds between two looks, in turn; the last one from then on. */
  readonly pausesMs: readonly number[];
  /** By the clock. The last look is made then. */
  readonly deadline: number;
  /** Thrown when it has not ended by then. */
  readonly timedOut: () => Problem;
  /** Called when a look got no answer; the next one may. */
  readonly onLost: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Looks again and again until there is a result. A look that gets no answer does not end the wait.
 * @throws `timedOut` at the deadline; the reason of the signal; whatever a look throws that time would not mend
 */
export async function poll<T>({ look, pausesMs, deadline, timedOut, onLost, clock, signal }: Poll<T>): Promise<T> {
  for (let at = 0; ; at++) {
    signal.throwIfAborted();
    const left = () => deadline - clock.now();
    // A look's own retries may take minutes: they end at the deadline too.
    const inTime = deadlineOf(Math.max(left(), CALL_MS), signal);
    let isLost = false;
    try {
      const found = await Promise.race([look(), inTime.passed]);
      if (found !== undefined) return found;
    } catch (thrown) {
      signal.throwIfAborted();
      if (!mayPass(thrown)) throw thrown;
      isLost = true;
    } finally {
      inTime.end();
    }
    if (left() <= 0) throw timedOut();
    if (isLost) onLost();
    await clock.sleep(Math.min(pausesMs[at] ?? pausesMs.at(-1)!, left()), signal);
  }
}

/** Whether the house's retries ended with something that another minute may mend: a lost connection, throttling, a 5xx. */
function mayPass(thrown: unknown): boolean {
  return [thrown, (thrown as { cause?: unknown }).cause].some((it) => it !== undefined && verdictOf(it) !== 'fatal');
}
