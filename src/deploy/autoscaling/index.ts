import type { GroupRollout } from '../request.ts';
import type { Roller, Stage } from '../target.ts';
import { applyGroup } from './apply.ts';
import { type GroupPlan, planGroup } from './plan.ts';

/** One Auto Scaling group. */
export function groupRoller(rollout: GroupRollout, stage: Stage): Roller {
  return {
    target: rollout.target,
    plan: () => planGroup(rollout, stage),
    apply: (plan) => applyGroup(rollout, stage, plan as GroupPlan),
  };
}
