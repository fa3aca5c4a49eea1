import { settle } from '../base/parallel.ts';
import { Problem } from '../base/problem.ts';
import { stoppedBefore } from './cancelled.ts';
import { denied } from './denied.ts';
import { type DeployPlan, isDone } from './plan.ts';
import { type Outcome, type Roller, type TargetPlan, unchanged } from './target.ts';

export interface DeployResult {
  readonly outcomes: readonly (Outcome & { readonly seconds: number })[];
}

/**
 * Tasks that run first, one service after another; then all targets side by side. One that fails does not stop the others.
 * @param signal the step's own: what it stops before a rollout has begun is told so
 * @throws Problem when a task that runs first fails: nothing is rolled out then
 */
export async function applyTargets(
  rollers: readonly Roller[],
  { targets }: DeployPlan,
  signal: AbortSignal,
): Promise<DeployResult> {
  const pairs = rollers.map((roller, at) => ({ roller, plan: targets[at]! }));
  for (const { roller, plan } of pairs) {
    if (isDone(plan) || !roller.first) continue;
    try {
      await roller.first(plan);
    } catch (thrown) {
      throw problemOf(thrown, plan, signal);
    }
  }
  const { done, failure } = await settle(pairs.map(({ roller, plan }) => applyOne(roller, plan, signal)));
  if (failure !== undefined) throw failure;
  return { outcomes: done };
}

/** Rollers catch what stops them once they have begun. */
function problemOf(thrown: unknown, plan: TargetPlan, signal: AbortSignal): unknown {
  return signal.aborted && thrown === signal.reason ? stoppedBefore(signal, plan) : denied(thrown, plan.target);
}

async function applyOne(
  roller: Roller,
  plan: TargetPlan,
  signal: AbortSignal,
): Promise<DeployResult['outcomes'][number]> {
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 100) / 10;
  try {
    const outcome = isDone(plan) ? unchanged(plan, plan) : await roller.apply(plan);
    return { ...outcome, seconds: seconds() };
  } catch (thrown) {
    const problem = problemOf(thrown, plan, signal);
    if (!(problem instanceof Problem)) throw problem;
    const { target, before, after = '' } = plan;
    const facts = { target, before, after, id: '', console: '', isChanged: false };
    return { ...facts, state: 'failed', problem, seconds: seconds() };
  }
}
