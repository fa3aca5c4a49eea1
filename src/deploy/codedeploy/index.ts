import type { CodeDeployRollout } from '../request.ts';
import type { Roller, Stage } from '../target.ts';
import { applyBundle } from './apply.ts';
import { type CodeDeployPlan, planBundle } from './plan.ts';

/** One deployment group of CodeDeploy. */
export function codeDeployRoller(rollout: CodeDeployRollout, stage: Stage): Roller {
  return {
    target: rollout.target,
    plan: () => planBundle(rollout, stage, { isLater: true }),
    apply: (plan) => applyBundle(rollout, stage, plan as CodeDeployPlan),
  };
}
