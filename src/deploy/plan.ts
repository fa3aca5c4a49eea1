import { together } from '../base/parallel.ts';
import { denied } from './denied.ts';
import { underWayOn } from './idle.ts';
import { nameOf } from './line.ts';
import type { DeploySettings } from './request.ts';
import type { Roller, TargetPlan } from './target.ts';

/** One plan for each target, in the order of the rollers. */
export interface DeployPlan {
  readonly targets: readonly TargetPlan[];
  readonly settings: DeploySettings;
}

/** @throws Problem or Problems: all that would keep a rollout from succeeding, of all targets */
export async function planTargets(rollers: readonly Roller[], settings: DeploySettings): Promise<DeployPlan> {
  const targets = await together(
    rollers.map(async (roller) => {
      const name = nameOf(roller.target);
      try {
        const plan = await roller.plan();
        if (plan.underWay !== undefined && settings.busy === 'fail') throw underWayOn(plan.target, plan.underWay);
        return plan;
      } catch (thrown) {
        throw denied(thrown, name);
      }
    }),
  );
  return { targets, settings };
}

/** Whether there is something to do. */
export function isDone({ changes, underWay }: TargetPlan): boolean {
  return changes.length === 0 && underWay === undefined;
}
