import { Problem } from '../../base/problem.ts';
import { lastSeconds, whyStopped } from '../cancelled.ts';
import type { EcsRollout } from '../request.ts';
import { isRefused, type Stage, short } from '../target.ts';
import { type Ecs, ONGOING, openEcs } from './api.ts';
import { type KnownDeployments, ownDeployment } from './deployments.ts';
import { follow, type Ours, type ServiceEnd } from './follow.ts';
import { type EcsPlan, idOf } from './plan.ts';
import { revisionName } from './task-definition.ts';

/** A rollout that failed, or was cut short. */
export interface BrokenService {
  readonly rollout: EcsRollout;
  readonly plan: EcsPlan;
  /** undefined: it was begun, maybe, and not seen yet. */
  readonly ours: Ours | undefined;
  readonly definitionArn: string;
  readonly known: KnownDeployments;
}

/** Rolls back what is ours and not over, waits for it, and says what serves then. */
export async function rollBack(
  broken: BrokenService & { readonly end: ServiceEnd },
  stage: Stage,
): Promise<{ readonly serves: string; readonly isBack: boolean; readonly isUndone: boolean }> {
  const { rollout, plan, ours, end, definitionArn } = broken;
  const { settings, access } = stage;
  const ecs = openEcs(rollout.target, access);
  const notes: string[] = [];
  let isUndone = end.kind === 'rolled back';
  if (settings.onFailure === 'rollback' && end.kind === 'failed') {
    try {
      isUndone = await undo(ecs, { ...broken, isOngoing: end.isOngoing }, stage);
    } catch (thrown) {
      if (access.signal.aborted) {
        notes.push(`${whyStopped(access.signal)}; ${(await startRollBack(broken, stage)).says}`);
      } else if (thrown instanceof Problem) notes.push(`the rollback failed: ${thrown.details.what}`);
      else throw thrown;
    }
  } else if (settings.onFailure === 'leave' && end.isOngoing && ours) {
    notes.push(`deploy-on-failure: leave, so deployment ${idOf(ours.arn)} goes on`);
  }
  const looks = access.signal.aborted ? openEcs(rollout.target, access, lastSeconds()) : ecs;
  const service = await looks.service().catch(() => undefined);
  const now = service?.taskDefinition;
  const isBack = now === plan.definitionArn && !plan.isAgain;
  const before = plan.before.split('@').at(-1) ?? '';
  const serves = isBack
    ? `${short(before)} (${revisionName(now)}) ${isUndone ? 'serves again' : 'still serves'}`
    : now === definitionArn
      ? `the service still has ${revisionName(now)}, the new revision`
      : now
        ? `the service has ${revisionName(now)} now`
        : 'what serves now is not known: check the service';
  return { serves: [...notes, serves].join('; '), isBack, isUndone };
}

/**
 * @returns false when nothing was rolled out
 * @throws Problem when the rollback does not succeed
 */
async function undo(ecs: Ecs, broken: BrokenService & { readonly isOngoing: boolean }, stage: Stage): Promise<boolean> {
  const { plan, ours, known, definitionArn, isOngoing } = broken;
  const say = (line: string) => stage.access.runner.info(line);
  const watch = stage.watch.within(stage.settings.timeoutMinutes);
  // Without the permission to find it the former revision is rolled out over it.
  const arn = ours?.arn ?? (await ownDeployment(ecs, definitionArn, known).catch(() => undefined));
  if (!arn && (await ecs.service())?.taskDefinition !== definitionArn) return false;
  if (arn && isOngoing && (await stopped(ecs, arn))) {
    say(`${plan.target}: rolling deployment ${idOf(arn)} back`);
    const status = await watch.until(`${plan.target} to roll back`, async () => {
      const now = (await ecs.deployment(arn))?.status;
      return now === undefined || ONGOING.includes(now) ? undefined : now;
    });
    if (status === 'ROLLBACK_SUCCESSFUL') return true;
    say(`${plan.target}: deployment ${idOf(arn)} ended as ${status}`);
  }
  // The same revision as before was tried again: there is no other one to go back to.
  if (plan.isAgain) return false;
  // What is over cannot be stopped: the former revision is rolled out as any other.
  const before = { ...known, arns: new Set([...known.arns, arn]) };
  const service = await ecs.service();
  if (service?.taskDefinition !== definitionArn) return true;
  say(`${plan.target}: rolling ${revisionName(plan.definitionArn)} out again`);
  await ecs.update({ taskDefinition: plan.definitionArn });
  const back = await watch.until(`ECS to show the deployment of ${revisionName(plan.definitionArn)}`, () =>
    ownDeployment(ecs, plan.definitionArn, before),
  );
  const again = { name: plan.target, arn: back, definitionArn: plan.definitionArn };
  const { kind, reasons } = await follow(ecs, { ours: again, watch, say });
  if (kind === 'succeeded') return true;
  const why = reasons[0] ?? kind;
  throw new Problem({ what: `${revisionName(plan.definitionArn)} did not become stable either: ${why}` });
}

/** @returns false when there is nothing to stop, or nothing to go back to */
async function stopped(ecs: Ecs, arn: string): Promise<boolean> {
  try {
    return (await ecs.stop(arn)) === arn;
  } catch (thrown) {
    if (!isRefused(thrown, 'ConflictException', 'ServiceDeploymentNotFoundException', 'InvalidParameterException')) {
      throw thrown;
    }
    // ECS, or an earlier call of this step, may be rolling it back already.
    return /^ROLLBACK_(REQUESTED|IN_PROGRESS)$/.test((await ecs.deployment(arn))?.status ?? '');
  }
}

/** The same in the seconds that a cancel leaves: begins it, waits for nothing, and says what it did. */
export async function startRollBack(
  broken: BrokenService,
  { access, settings }: Stage,
): Promise<{ readonly says: string; readonly isBack: boolean }> {
  const { rollout, plan, ours, definitionArn, known } = broken;
  const ecs = openEcs(rollout.target, access, lastSeconds());
  try {
    const arn = ours?.arn ?? (await ownDeployment(ecs, definitionArn, known));
    // The service shows what it was told before the list shows its deployment.
    const isBegun = arn !== undefined || (!plan.isAgain && (await ecs.service())?.taskDefinition === definitionArn);
    if (!isBegun) return { says: 'nothing was rolled out', isBack: true };
    const name = arn ? `deployment ${idOf(arn)}` : `the deployment of ${revisionName(definitionArn)}`;
    if (!settings.wait) return { says: `${name} goes on, because deploy-wait is false`, isBack: false };
    if (settings.onFailure === 'leave') {
      return { says: `${name} goes on, as deploy-on-failure: leave says`, isBack: false };
    }
    if (arn && (await stopped(ecs, arn))) {
      return { says: `the rollback of ${name} was started and goes on by itself`, isBack: true };
    }
    await ecs.update({ taskDefinition: plan.definitionArn });
    return { says: `${revisionName(plan.definitionArn)} is being rolled out again`, isBack: true };
  } catch (thrown) {
    const why = thrown instanceof Problem ? ` (${thrown.details.what})` : '';
    const where = ours ? `deployment ${idOf(ours.arn)}` : 'the deployments of the service';
    return { says: `its rollback could not be started${why}: look at ${where} yourself`, isBack: false };
  }
}
