import type { Clock } from '../base/clock.ts';
import { poll } from '../base/poll.ts';
import { CHECK_ENDPOINTS, Problem, type ProblemDetails } from '../base/problem.ts';
import { whyStopped } from './cancelled.ts';

/** Waits between two looks, in milliseconds: quickly at first, the last one from then on. */
const LOOKS_MS = [100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 15_000];

export interface Watch {
  /**
   * Looks again and again until there is something. A look that gets no answer is not the end of what is looked at.
   * @param what it waits for, as the end of a sentence: `ecs:prod/web to become stable`
   * @throws TimedOut at the deadline; the reason of the signal; whatever a look throws that would not pass
   */
  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T>;
  /** The same with another deadline, or deaf to the step's signal. */
  within(minutes: number, signal?: AbortSignal): Watch;
  readonly minutes: number;
}

/** What to do about an answer that lacks what must be there: something else than AWS gave it, or AWS has lost it. */
export const NOT_SHOWN = `look at it in the console, and run the job again; if AWS shows it there, ${CHECK_ENDPOINTS}`;

/** What to do about another deployer that was faster. */
export const TWO_DEPLOYERS =
  'run the job again when it is over; put all jobs that deploy to this target into one concurrency group, or set deploy-busy: wait';

export class TimedOut extends Problem {
  constructor(what: string, minutes: number) {
    super({
      what: `waited ${minutes} minute${minutes === 1 ? '' : 's'} for ${what}`,
      fix: 'raise deploy-timeout-minutes if it only needs longer',
    });
  }
}

/**
 * What ended a rollout that did not end by itself, for its message. A look that fails must not keep it from being rolled back.
 * @param look at a time-out: what keeps the rollout from ending
 */
export async function whatEnded(
  told: unknown,
  signal: AbortSignal,
  look: () => Promise<readonly string[]>,
): Promise<Pick<ProblemDetails, 'what' | 'why' | 'fix'>> {
  const { what, why, fix } = told instanceof Problem ? told.details : { what: whyStopped(signal) };
  const unseen = (failed: unknown) =>
    failed instanceof Problem ? [`more could not be looked at: ${failed.details.what}`] : [];
  const held = told instanceof TimedOut ? await look().catch(unseen) : [];
  return { what, why: [...(why ? [why] : []), ...held].join('\n') || undefined, fix };
}

export interface WatchDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly minutes: number;
}

/** The deadline counts from now. */
export function makeWatch({ clock, signal, say, minutes }: WatchDeps): Watch {
  const deadline = clock.now() + minutes * 60_000;
  return {
    minutes,
    within: (other, otherSignal = signal) => makeWatch({ clock, signal: otherSignal, say, minutes: other }),
    until: (what, look) =>
      poll({
        look,
        pausesMs: LOOKS_MS,
        deadline,
        timedOut: () => new TimedOut(what, minutes),
        onLost: () => say(`no answer while waiting for ${what}; asking again`),
        clock,
        signal,
      }),
  };
}
