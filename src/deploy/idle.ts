import { Problem } from '../base/problem.ts';
import { stoppedBefore } from './cancelled.ts';
import type { Stage } from './target.ts';

/** What a look at a target found. */
export interface Look<T> {
  /** What else is under way, in words. */
  readonly busy: string | undefined;
  readonly found: T;
  /** Ends what is under way; called at each look that finds something with `deploy-busy: replace`. */
  readonly end?: () => Promise<void>;
}

/**
 * Looks until nothing else is under way on a target: `deploy-busy`.
 * @returns what the last look found
 * @throws Problem when something is and `deploy-busy` is `fail`, at the deadline, and with what goes on when the step is cancelled
 */
export async function whenIdle<T>(name: string, stage: Stage, look: () => Promise<Look<T>>): Promise<T> {
  const { settings, watch, access } = stage;
  let told: string | undefined;
  try {
    const { found } = await watch.until(`what is under way on ${name}`, async () => {
      const looked = await look();
      const { busy, end } = looked;
      if (!busy) return looked;
      if (settings.busy === 'fail') throw underWayOn(name, busy);
      if (settings.busy === 'replace') await end?.();
      if (busy !== told) access.runner.info(`${name}: waits, ${busy}`);
      told = busy;
      return undefined;
    });
    return found;
  } catch (thrown) {
    if (!access.signal.aborted || told === undefined) throw thrown;
    throw stoppedBefore(access.signal, { target: name, underWay: told });
  }
}

/** Of a target on which something else is under way, with `deploy-busy: fail`. @param busy what it is, in words */
export function underWayOn(target: string, busy: string | undefined): Problem {
  return new Problem({
    what: `a rollout is under way: ${busy}`,
    on: target,
    fix: 'run the step again when it is over; or set deploy-busy: wait, or replace',
  });
}
