import type { Clock } from './clock.ts';
import { deadlineOf } from './deadline.ts';
import type { Problem } from './problem.ts';
import { verdictOf } from './retryable.ts';
import { CALL_MS } from './timeouts.ts';

/** How something that goes on elsewhere is waited for. */
export interface Poll<T> {
  /** What there is when it has ended; `undefined` while it goes on. */
  readonly look: () => Promise<T | undefined>;
  /** Milliseconds between two looks, in turn; the last one from then on. */
  readonly pausesMs: readonly number[];
  /** By the clock. The last look is made then. */
  readonly deadline: number;
  /** What is thrown when it has not ended by then. */
  readonly timedOut: () => Problem;
  /** Called when a look got no answer, which another one may. */
  readonly onLost: () => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Looks again and again until there is something. A look that gets no answer is not the end of what is looked at.
 * @throws `timedOut` at the deadline; the reason of the signal; whatever a look throws that would not pass
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
