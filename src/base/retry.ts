import type { Clock } from './clock.ts';
import { deadlineOf } from './deadline.ts';
import { networkProblem, shortly } from './edge/network.ts';
import { Problem } from './problem.ts';
import { type Verdict, verdictOf } from './retryable.ts';
import { CALL_MS } from './timeouts.ts';
import { counted, formatSeconds } from './units.ts';

/** How long and how often: times in milliseconds. */
export interface RetryRules {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** Deadline of one attempt. */
  readonly callMs: number;
  /** No attempt starts later than this after the first. */
  readonly budgetMs: number;
  /** Full jitter: the n-th wait is random between 0 and min(capMs, baseMs × 2ⁿ). */
  readonly baseMs: number;
  readonly capMs: number;
}

export const HOUSE_RULES: RetryRules = { attempts: 10, callMs: CALL_MS, budgetMs: 90_000, baseMs: 200, capMs: 20_000 };

/**
 * A throttled call waits its turn, so it is given longer, unless somebody set a number of attempts: 256 jobs that start
 * together all pass quotas of 40 and of 10 a second so, where the SDK's three attempts fail most of them (bench/matrix).
 */
const WAITING_TURN = { attempts: 60, budgetMs: 300_000 };

/** A change of IAM takes seconds to spread: these waits are fixed, with a little jitter on top. */
const GRACE_MS = [1_000, 2_000];
const GRACE_JITTER = 0.25;

export interface CallOptions {
  readonly rules?: Partial<RetryRules>;
  /** Ends the call when it is aborted, in place of the step's own signal, which it must follow. */
  readonly signal?: AbortSignal;
  readonly classify?: (error: unknown) => Verdict;
  /** A part of a call that is tried again as a whole: where somebody set a number of attempts, it is not tried again by itself. */
  readonly isPart?: true;
}

/**
 * Runs an attempt, again where that can help. `what` names the call in the field's terms (`ssm:GetParameters`).
 * The attempt must pass its signal on: it is aborted at the call's deadline and when the step is cancelled.
 * @throws what the last attempt threw; a Problem when there was no answer in time.
 */
export type Call = <T>(what: string, attempt: (signal: AbortSignal) => Promise<T>, how?: CallOptions) => Promise<T>;

export interface RetryDeps {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Aborted on cancel and at the step's deadline. */
  readonly signal: AbortSignal;
  readonly rules?: Partial<RetryRules>;
}

/** The one retry policy of the house. Each retry is logged in one line; what cannot succeed is not tried again. */
export function makeCall({ clock, say, signal: stepSignal, rules: base }: RetryDeps): Call {
  const tell = retryTeller(clock, say);
  return async (what, attempt, how = {}) => {
    const rules = { ...HOUSE_RULES, ...base, ...how.rules, attempts: attemptsOf(base?.attempts, how) };
    const classify = how.classify ?? verdictOf;
    const signal = how.signal ?? stepSignal;
    const throttled = { ...rules, ...(base?.attempts || how.rules?.attempts ? {} : WAITING_TURN) };
    const start = clock.now();
    for (let tried = 1; ; tried++) {
      signal.throwIfAborted();
      const deadline = deadlineOf(rules.callMs, signal);
      try {
        // An attempt that does not heed its signal must not keep the step: it is left to itself.
        return await Promise.race([attempt(deadline.signal), deadline.passed]);
      } catch (thrown) {
        deadline.end();
        signal.throwIfAborted();
        const error = deadline.signal.aborted ? deadline.signal.reason : thrown;
        const verdict = classify(error);
        const wait = waitAfter(verdict, { tried, rules, random: clock.random() });
        const limits = verdict === 'throttled' ? throttled : rules;
        const attempts = Math.min(limits.attempts, MAX_ATTEMPTS[verdict]);
        const last = tried >= attempts || clock.now() + wait - start > limits.budgetMs;
        if (verdict === 'fatal' || last) {
          if (how.isPart && base?.attempts !== undefined) throw error;
          throw finalError(what, error, { tried, ms: clock.now() - start });
        }
        tell(`${what}: ${shortly(error)}`, tried + 1, `of ${attempts} in ${formatSeconds(wait)}`);
        await clock.sleep(wait, signal);
      } finally {
        deadline.end();
      }
    }
  };
}

/** What somebody set holds for every call, also for those that are given more tries than others. */
function attemptsOf(set: number | undefined, { rules, isPart }: CallOptions): number {
  if (set === undefined) return rules?.attempts ?? HOUSE_RULES.attempts;
  return isPart ? 1 : Math.min(set, rules?.attempts ?? set);
}

const MAX_ATTEMPTS: Readonly<Record<Verdict, number>> = {
  transient: Number.POSITIVE_INFINITY,
  throttled: Number.POSITIVE_INFINITY,
  grace: GRACE_MS.length + 1,
  renewed: 2,
  fatal: 1,
};

/** Milliseconds until the next attempt. */
function waitAfter(
  verdict: Verdict,
  { tried, rules, random }: { readonly tried: number; readonly rules: RetryRules; readonly random: number },
): number {
  if (verdict === 'renewed') return 0;
  const grace = verdict === 'grace' ? GRACE_MS[tried - 1] : undefined;
  if (grace !== undefined) return Math.floor(grace * (1 + random * GRACE_JITTER));
  return Math.floor(random * Math.min(rules.capMs, rules.baseMs * 2 ** tried));
}

const QUIET_MS = 5_000;

/** Calls that fail side by side would flood the log: of equal failures one is logged every five seconds, or a later attempt. */
function retryTeller(clock: Clock, say: (line: string) => void) {
  const told = new Map<string, { at: number; attempt: number; more: number }>();
  return (failure: string, attempt: number, rest: string) => {
    const before = told.get(failure);
    if (before && attempt <= before.attempt && clock.now() - before.at < QUIET_MS) {
      before.more++;
      return;
    }
    say(
      `${failure}; attempt ${attempt} ${rest}${before?.more ? `; ${before.more} more like it since the last line` : ''}`,
    );
    told.set(failure, { at: clock.now(), attempt, more: 0 });
  };
}

function finalError(what: string, error: unknown, { tried, ms }: { tried: number; ms: number }): unknown {
  if (error instanceof Problem) return error;
  return networkProblem(error, { what, why: `${counted(tried, 'attempt')} in ${formatSeconds(ms)}` }) ?? error;
}
