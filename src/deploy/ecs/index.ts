import type { EcsRollout } from '../request.ts';
import { type Roller, type Stage, type TargetPlan, unchanged } from '../target.ts';
import { type Prepared, prepare, rollOut, type Settled } from './apply.ts';
import { checkComing } from './coming.ts';
import { type EcsPlan, planService } from './plan.ts';
import { runFirst } from './run-first.ts';

/** One service of ECS. */
export function ecsRoller(rollout: EcsRollout, stage: Stage): Roller {
  let prepared: Prepared | Settled | undefined;
  return {
    target: rollout.target,
    plan: () => planService(rollout, stage, { isLater: true }),
    check: (plan, coming) => checkComing(plan as EcsPlan, coming, stage),
    first: async () => {
      if (rollout.first.length === 0) return;
      prepared = await prepare(rollout, stage);
      if (prepared.definitionArn !== undefined) await runFirst(rollout, stage, prepared);
    },
    apply: async (plan: TargetPlan) => {
      prepared ??= await prepare(rollout, stage);
      return prepared.definitionArn === undefined ? unchanged(plan, prepared.plan) : rollOut(rollout, stage, prepared);
    },
  };
}
