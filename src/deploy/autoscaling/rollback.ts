import { Problem } from '../../base/problem.ts';
import { lastSeconds } from '../cancelled.ts';
import type { GroupRollout } from '../request.ts';
import { isRefused, type Stage } from '../target.ts';
import { ONGOING, openScaling, type Scaling, type ScalingGroup } from './api.ts';
import type { GroupPlan } from './plan.ts';

export interface BrokenRefresh {
  readonly rollout: GroupRollout;
  readonly plan: GroupPlan;
  /** Whether the refresh may still go on. */
  readonly isOngoing: boolean;
  /** Whether Auto Scaling has rolled it back already. */
  readonly isUndone: boolean;
}

export interface RefreshRolledBack {
  /** What serves now, in words. */
  readonly serves: string;
  readonly isBack: boolean;
  readonly isUndone: boolean;
}

/** Rolls back a refresh that goes on, or ends it where that cannot be done; a refresh that is over stays as it is. */
export async function rollBack(broken: BrokenRefresh, stage: Stage): Promise<RefreshRolledBack> {
  const { rollout, plan, isOngoing, isUndone } = broken;
  const { access, settings } = stage;
  const isCancelled = access.signal.aborted;
  const scaling = openScaling(rollout.target.group, access, isCancelled ? lastSeconds() : undefined);
  const notes: string[] = [];
  let undone = isUndone;
  let goesOn = false;
  if (isOngoing && settings.onFailure === 'rollback') {
    try {
      const begun = await begin(scaling, plan);
      notes.push(begun);
      if (isCancelled && begun === ROLLING_BACK) notes.push('it goes on by itself');
      if (!isCancelled && begun !== OVER) undone = (await ended(scaling, plan, stage)) === 'RollbackSuccessful';
    } catch (thrown) {
      if (access.signal.aborted && !isCancelled) return rollBack(broken, stage);
      const why = thrown instanceof Problem ? thrown.details.what : 'no answer';
      notes.push(`the rollback failed: ${why}; the refresh may go on`);
      goesOn = true;
    }
  } else if (isOngoing) {
    notes.push('deploy-on-failure: leave, so it goes on');
    goesOn = true;
  }
  const group = await scaling.group().catch(() => undefined);
  const serves = group ? inWords(group) : 'what serves now is not known';
  // What goes on may replace instances that are still as they were.
  const isBack = !goesOn && group !== undefined && plan.version !== undefined && isAtBefore(group, plan);
  return { serves: [...notes, serves].join('; '), isBack, isUndone: undone };
}

const OVER = 'it was over';
const ROLLING_BACK = 'the rollback was started';

async function begin(scaling: Scaling, { isReversible }: GroupPlan): Promise<string> {
  try {
    if (isReversible) return await reverted(scaling);
    await scaling.cancel();
    return 'it cannot be rolled back and was cancelled';
  } catch (thrown) {
    if (isRefused(thrown, 'ActiveInstanceRefreshNotFound')) return OVER;
    throw thrown;
  }
}

async function reverted(scaling: Scaling): Promise<string> {
  const [latest] = await scaling.refreshes();
  if (latest?.status !== 'RollbackInProgress') await scaling.rollback();
  return ROLLING_BACK;
}

/** The status with which the latest refresh ended. */
async function ended(scaling: Scaling, plan: GroupPlan, { watch, settings }: Stage): Promise<string> {
  return watch.within(settings.timeoutMinutes).until(`${plan.target} to roll back`, async () => {
    const [latest] = await scaling.refreshes();
    return latest && !ONGOING.includes(latest.status) ? latest.status : undefined;
  });
}

function isAtBefore({ instances }: ScalingGroup, plan: GroupPlan): boolean {
  return instances.every(({ template }) => template?.version !== plan.version) && instances.length > 0;
}

/** `2 instances of template:6, 1 of template:7` */
function inWords({ instances }: ScalingGroup): string {
  const versions = Map.groupBy(instances, ({ template }) => template?.version ?? 'another configuration');
  const parts = [...versions].map(
    ([version, all]) => `${all.length} of ${/^\d/.test(version) ? `template:${version}` : version}`,
  );
  return `the group has ${instances.length} instances: ${parts.join(', ') || 'none'}`;
}
