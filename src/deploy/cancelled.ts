import { Problem } from '../base/problem.ts';
import type { CallOptions } from '../base/retry.ts';
import { STOPPING_MS } from '../base/timeouts.ts';

/** What a stopped step still asks has to be told before its process ends. */
const TELL_MS = 1_000;

/** In place of the step's own signal, which is aborted: the seconds that are left to a step that was told to stop. */
export function lastSeconds(): AbortSignal {
  return AbortSignal.timeout(STOPPING_MS - TELL_MS);
}

/** How a call is made that has a signal of its own: with less patience than others. */
export function hurried(signal: AbortSignal | undefined): CallOptions {
  return signal ? { signal, rules: { attempts: 2, callMs: 1_500 } } : {};
}

/** Why the step stops: `the step was cancelled (SIGTERM)`, or that its own time is over. */
export function whyStopped({ reason }: AbortSignal): string {
  return reason instanceof Problem ? reason.details.what : 'the step was cancelled';
}

/** Of a rollout that had not begun when the step stopped. @param underWay what else was last seen under way on the target, in words */
export function stoppedBefore(
  signal: AbortSignal,
  { target, underWay }: { readonly target: string; readonly underWay: string | undefined },
): Problem {
  const others = underWay ? `, and this goes on: ${underWay}` : '';
  return new Problem({
    what: `${whyStopped(signal)} before this rollout began; nothing was rolled out${others}`,
    on: target,
  });
}
