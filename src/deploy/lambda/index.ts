import type { LambdaRollout } from '../request.ts';
import type { Roller, Stage } from '../target.ts';
import { applyFunction } from './apply.ts';
import { checkComing, type LambdaPlan, planFunction } from './plan.ts';

/** One function of Lambda, with the aliases that move. */
export function lambdaRoller(rollout: LambdaRollout, stage: Stage): Roller {
  return {
    target: rollout.target,
    plan: () => planFunction(rollout, stage, { isLater: true }),
    check: (plan, coming) => checkComing(rollout, stage, { plan: plan as LambdaPlan, coming }),
    apply: (plan) => applyFunction(rollout, stage, plan as LambdaPlan),
  };
}
