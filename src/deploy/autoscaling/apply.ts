import { Problem } from '../../base/problem.ts';
import { verdictOf } from '../../base/retryable.ts';
import { counted } from '../../base/units.ts';
import { whyStopped } from '../cancelled.ts';
import { denied, isDenied } from '../denied.ts';
import { whenIdle } from '../idle.ts';
import type { GroupRollout } from '../request.ts';
import { type Ending, isRefused, type Outcome, outcomeOf, type Stage, unchanged } from '../target.ts';
import { NOT_SHOWN, TWO_DEPLOYERS, whatEnded } from '../wait.ts';
import { ONGOING, openScaling, type Refresh, type Scaling } from './api.ts';
import { nameIn } from './checks.ts';
import { type GroupPlan, planGroup, refreshUnderWay } from './plan.ts';
import { type RefreshRolledBack, rollBack } from './rollback.ts';

/** How a refresh ended. */
interface RefreshEnd {
  readonly kind: 'succeeded' | 'rolled back' | 'failed' | 'stopped' | 'superseded';
  readonly reasons: readonly string[];
}

const TITLES = {
  'rolled back': 'the instance refresh failed and Auto Scaling rolled it back',
  failed: 'the instance refresh failed',
  stopped: 'the instance refresh was cancelled by hand',
  superseded: 'the instance refresh was superseded by another one, which is left alone',
} as const;
const MISSES = 6;

/** Replaces the instances of a group, waits for that, and goes back where Auto Scaling can. */
export async function applyGroup(rollout: GroupRollout, stage: Stage, planned: GroupPlan): Promise<Outcome> {
  const { access, settings } = stage;
  const scaling = openScaling(rollout.target.group, access);
  await untilIdle(scaling, planned.target, stage);
  const plan = await planGroup(rollout, stage);
  if (plan.changes.length === 0) return unchanged(planned, plan);
  let id = '';
  const page = `ec2/home?region=${access.session.region}#AutoScalingGroupDetails:id=${encodeURIComponent(rollout.target.group)};view=instanceRefresh`;
  const outcome = (ending: Ending) => outcomeOf({ plan, after: plan.after ?? '', id, page }, ending, access);
  const broken = (state: RefreshEnd['kind'], problem: Problem, after: RefreshRolledBack) =>
    outcome({
      state: after.isUndone && after.isBack ? 'rolled back' : state === 'succeeded' ? 'failed' : state,
      isChanged: !after.isBack,
      problem,
    });
  try {
    id = await started(scaling, plan, stage);
    access.runner.info(`${plan.target}: instance refresh ${id} began`);
    if (!settings.wait) return outcome({ state: 'started', isChanged: true });
    const end = await followed(scaling, { id, plan, stage });
    if (end.kind === 'succeeded') return outcome({ state: 'succeeded', isChanged: true });
    const after = await rollBack({ rollout, plan, isOngoing: false, isUndone: end.kind === 'rolled back' }, stage);
    const what = `${TITLES[end.kind]}; ${after.serves}`;
    return broken(end.kind, new Problem({ what, on: plan.target, why: end.reasons.join('\n') || undefined }), after);
  } catch (thrown) {
    const told = denied(thrown, plan.target);
    if (id === '' && access.signal.aborted) {
      const what = `${whyStopped(access.signal)}; an instance refresh may have begun: check the group`;
      return outcome({ state: 'failed', isChanged: false, problem: new Problem({ what, on: plan.target }) });
    }
    if (id === '' && told instanceof Problem) return outcome({ state: 'failed', isChanged: false, problem: told });
    if (!access.signal.aborted && !(told instanceof Problem)) throw told;
    const { what, why, fix } = await whatEnded(told, access.signal, () => whatHolds(scaling, id));
    const after = await rollBack({ rollout, plan, isOngoing: id !== '', isUndone: false }, stage);
    return broken('failed', new Problem({ what: `${what}; ${after.serves}`, on: plan.target, why, fix }), after);
  }
}

/** Ends a refresh that is under way, or waits for its end. */
async function untilIdle(scaling: Scaling, name: string, stage: Stage): Promise<void> {
  let isCancelled = false;
  const end = async () => {
    if (isCancelled) return;
    await scaling.cancel().catch((thrown: unknown) => {
      // It may have ended meanwhile, or be cancelled already.
      if (!isRefused(thrown, 'ActiveInstanceRefreshNotFound')) throw thrown;
    });
    isCancelled = true;
  };
  await whenIdle(name, stage, async () => ({ busy: await refreshUnderWay(scaling), found: true, end }));
}

async function started(scaling: Scaling, plan: GroupPlan, { settings }: Stage): Promise<string> {
  const known = new Set((await scaling.refreshes()).map((it) => it.id));
  let attempts = 0;
  const input = {
    ...(plan.desired ? { DesiredConfiguration: plan.desired } : {}),
    // Instances read what is new at boot: the same template is not a reason to keep one.
    Preferences: { SkipMatching: false, AutoRollback: plan.isReversible && settings.onFailure === 'rollback' },
  };
  let id: string;
  try {
    id = await scaling.start(input, {
      classify: (error) => {
        attempts++;
        return verdictOf(error);
      },
    });
  } catch (thrown) {
    if (!isRefused(thrown, 'InstanceRefreshInProgress')) throw thrown;
    // An answer may have been lost: then the refresh that is under way is ours.
    const [newest] = (await scaling.refreshes()).filter((it) => !known.has(it.id));
    if (!newest || attempts < 2) {
      throw new Problem({
        what: 'somebody else began an instance refresh at the same time',
        on: plan.target,
        fix: TWO_DEPLOYERS,
      });
    }
    id = newest.id;
  }
  if (id !== '') return id;
  throw new Problem({
    what: 'Auto Scaling did not say which instance refresh it began',
    on: plan.target,
    fix: NOT_SHOWN,
  });
}

/** Watches our own refresh to its end, by its id. */
async function followed(
  scaling: Scaling,
  { id, plan, stage }: { readonly id: string; readonly plan: GroupPlan; readonly stage: Stage },
): Promise<RefreshEnd> {
  let told = '';
  let misses = 0;
  return stage.watch.until(`${plan.target} to finish instance refresh ${id}`, async () => {
    const refresh = await scaling.refresh(id);
    if (!refresh?.status) {
      if (++misses < MISSES) return undefined;
      throw new Problem({ what: `Auto Scaling does not show instance refresh ${id}`, on: plan.target, fix: NOT_SHOWN });
    }
    misses = 0;
    const line = progress(refresh);
    if (line !== told) stage.access.runner.info(`${plan.target}: ${line}`);
    told = line;
    return ONGOING.includes(refresh.status) ? undefined : endOf(scaling, refresh, plan);
  });
}

async function endOf(scaling: Scaling, refresh: Refresh, plan: GroupPlan): Promise<RefreshEnd> {
  const reasons = refresh.reason ? [refresh.reason] : [];
  switch (refresh.status) {
    case 'Successful': {
      const now = (await scaling.group())?.template?.version;
      if (plan.version === undefined || now === plan.version) return { kind: 'succeeded', reasons };
      return { kind: 'superseded', reasons: [`the group has template:${now} now`] };
    }
    case 'Cancelled': {
      const newer = (await scaling.refreshes()).find((it) => it.started > refresh.started);
      return newer
        ? { kind: 'superseded', reasons: [...reasons, `instance refresh ${newer.id} took its place`] }
        : { kind: 'stopped', reasons };
    }
    case 'RollbackSuccessful':
      return { kind: 'rolled back', reasons: [...reasons, ...(await failures(scaling))] };
    default:
      return { kind: 'failed', reasons: [...reasons, `it ended as ${refresh.status}`, ...(await failures(scaling))] };
  }
}

/** Why a refresh does not end: what it says itself, instances that did not come up, and those that a hook holds. */
async function whatHolds(scaling: Scaling, id: string): Promise<readonly string[]> {
  const { reason = '' } = (await scaling.refresh(id)) ?? {};
  const { held = [], arn = '' } = (await scaling.group()) ?? {};
  const group = nameIn(arn);
  const hooks = held
    .slice(0, 5)
    .map(
      (it) =>
        `${it.id} is in ${it.state}: a lifecycle hook of the group holds it until something completes it: aws autoscaling complete-lifecycle-action --auto-scaling-group-name ${group} --instance-id ${it.id} --lifecycle-action-result CONTINUE --lifecycle-hook-name NAME (aws autoscaling describe-lifecycle-hooks --auto-scaling-group-name ${group} shows the names)`,
    );
  return [...(reason ? [reason] : []), ...(await failures(scaling)), ...hooks];
}

async function failures(scaling: Scaling): Promise<readonly string[]> {
  try {
    return (await scaling.failures()).slice(0, 3);
  } catch (thrown) {
    if (!isDenied(thrown)) throw thrown;
    return ['the scaling activities could not be looked at: autoscaling:DescribeScalingActivities is not allowed'];
  }
}

function progress({ status, percent, left }: Refresh): string {
  return `${status}${percent ? `, ${percent} %` : ''}${left && left !== '0' ? `, ${counted(Number(left), 'instance')} to go` : ''}`;
}
