import { Problem } from '../../base/problem.ts';
import { lastSeconds } from '../cancelled.ts';
import type { CodeDeployRollout } from '../request.ts';
import { isRefused, type Stage } from '../target.ts';
import { type CodeDeploy, type Deployment, ONGOING, openCodeDeploy } from './api.ts';
import { type CodeDeployPlan, inWords, revisionInWords } from './plan.ts';

export interface BrokenDeployment {
  readonly rollout: CodeDeployRollout;
  readonly plan: CodeDeployPlan;
  readonly id: string;
  /** As it ended; undefined: it may still go on. */
  readonly deployment: Deployment | undefined;
  readonly kind: 'failed' | 'stopped' | 'superseded';
}

export interface DeploymentRolledBack {
  /** What serves now, in words. */
  readonly serves: string;
  readonly isBack: boolean;
}

/** CodeDeploy names the rollback's own deployment a moment after the end. */
const NAMED_MINUTES = 1;

/** CodeDeploy rolls back by a new deployment of the former revision: starts it where it has to be, and waits for it. */
export async function rollBack(broken: BrokenDeployment, stage: Stage): Promise<DeploymentRolledBack> {
  const { rollout, plan, deployment, kind, id } = broken;
  const { access, settings } = stage;
  const isCancelled = access.signal.aborted;
  const codeDeploy = openCodeDeploy(rollout.target, access, isCancelled ? lastSeconds() : undefined);
  const unknown = { serves: `instances may have ${inWords(plan.location ?? {})}`, isBack: false };
  if (kind === 'superseded') return { ...unknown, serves: 'the other deployment decides what serves' };
  if (settings.onFailure === 'leave') {
    const { enabled = false, events = [] } = plan.group.autoRollbackConfiguration ?? {};
    const rollsBack = enabled && kind === 'failed' && deployment !== undefined && events.includes('DEPLOYMENT_FAILURE');
    const own = rollsBack ? 'CodeDeploy rolls it back by itself, as the deployment group says' : unknown.serves;
    return { ...unknown, serves: `deploy-on-failure: leave; ${own}` };
  }
  try {
    if (!deployment) await stop(codeDeploy, id);
    if (isCancelled) {
      const back = hasFormer(plan) ? 'its rollback goes on by itself' : NO_FORMER;
      return { ...unknown, serves: `deployment ${id} was stopped; ${back}` };
    }
    return await waited(codeDeploy, broken, stage);
  } catch (thrown) {
    if (access.signal.aborted && !isCancelled) return rollBack(broken, stage);
    const why = thrown instanceof Problem ? thrown.details.what : 'no answer';
    return { ...unknown, serves: `the rollback failed: ${why}; ${unknown.serves}` };
  }
}

const NO_FORMER = 'nothing was deployed before, so there is nothing to roll back to';

function hasFormer({ group }: CodeDeployPlan): boolean {
  return group.lastSuccessfulDeployment !== undefined;
}

async function stop(codeDeploy: CodeDeploy, id: string): Promise<void> {
  try {
    await codeDeploy.stop(id, { rollback: true });
  } catch (thrown) {
    if (!isRefused(thrown, 'DeploymentAlreadyCompletedException')) throw thrown;
  }
}

async function waited(
  codeDeploy: CodeDeploy,
  { plan, id }: BrokenDeployment,
  { watch, settings, access }: Stage,
): Promise<DeploymentRolledBack> {
  if (!hasFormer(plan)) return { serves: NO_FORMER, isBack: false };
  let looks = 0;
  const named = await watch.within(NAMED_MINUTES).until(`CodeDeploy to begin the rollback of ${id}`, async () => {
    const { status = '', rollbackInfo } = await codeDeploy.deployment(id);
    if (rollbackInfo?.rollbackDeploymentId) return rollbackInfo.rollbackDeploymentId;
    if (ONGOING.includes(status) || ++looks < 8) return undefined;
    throw new Problem({ what: rollbackInfo?.rollbackMessage ?? 'CodeDeploy began none' });
  });
  access.runner.info(`${plan.target}: rollback ${named} began`);
  const end = await watch.within(settings.timeoutMinutes).until(`${plan.target} to roll back`, async () => {
    const it = await codeDeploy.deployment(named);
    return it.status && !ONGOING.includes(it.status) ? it : undefined;
  });
  if (end.status === 'Succeeded') {
    return { serves: `rolled back, ${revisionInWords(end.revision ?? {})} serves again`, isBack: true };
  }
  const why = end.errorInformation?.message?.replace(/\.$/, '');
  throw new Problem({ what: `deployment ${named} ended as ${end.status}${why ? ` (${why})` : ''}` });
}
