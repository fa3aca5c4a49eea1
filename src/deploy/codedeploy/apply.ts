import { Problem } from '../../base/problem.ts';
import { verdictOf } from '../../base/retryable.ts';
import { counted } from '../../base/units.ts';
import { whyStopped } from '../cancelled.ts';
import { denied, isDenied } from '../denied.ts';
import { whenIdle } from '../idle.ts';
import { nameOf } from '../line.ts';
import type { CodeDeployRollout } from '../request.ts';
import { type Ending, isRefused, type Outcome, outcomeOf, type Stage, unchanged } from '../target.ts';
import { TWO_DEPLOYERS, whatEnded } from '../wait.ts';
import {
  type CodeDeploy,
  type Deployment,
  failedInstances,
  hasSucceeded,
  isOwn,
  ONGOING,
  openCodeDeploy,
  type S3Location,
  waitsFor,
} from './api.ts';
import { asOption, type CodeDeployPlan, inWords, isSame, planBundle } from './plan.ts';
import { type DeploymentRolledBack, rollBack } from './rollback.ts';

/** How a deployment ended. */
interface DeploymentEnd {
  readonly kind: 'succeeded' | 'failed' | 'stopped' | 'superseded';
  readonly deployment: Deployment;
  readonly reasons: readonly string[];
}

const TITLES = {
  failed: 'the deployment failed',
  stopped: 'the deployment was stopped by hand',
  superseded: 'the deployment was superseded by another one, which is left alone',
} as const;

/** Gives the instances of a group the bundle, waits for that, and for the rollback when it fails. */
export async function applyBundle(rollout: CodeDeployRollout, stage: Stage, planned: CodeDeployPlan): Promise<Outcome> {
  const { access, settings } = stage;
  const codeDeploy = openCodeDeploy(rollout.target, access);
  const plan = await planAgain(codeDeploy, rollout, stage);
  const { location } = plan;
  if (plan.changes.length === 0 || !location) {
    // That the group has the bundle already was not known before it was uploaded.
    for (const text of plan.notices.filter((it) => !planned.notices.includes(it))) access.runner.notice(text);
    return unchanged(planned, plan);
  }
  let id = '';
  const page = () => (id ? `codesuite/codedeploy/deployments/${id}?region=${access.session.region}` : '');
  const outcome = (ending: Ending) => outcomeOf({ plan, after: inWords(location), id, page: page() }, ending, access);
  const broken = (state: DeploymentEnd['kind'], problem: Problem, after: DeploymentRolledBack) =>
    outcome({ state: after.isBack ? 'rolled back' : state, isChanged: !after.isBack, problem });
  try {
    id = await created(codeDeploy, plan, stage);
    access.runner.info(`${plan.target}: deployment ${id} began`);
    if (!settings.wait) return outcome({ state: 'started', isChanged: true });
    const end = await followed(codeDeploy, { id, name: plan.target, stage });
    if (end.kind === 'succeeded' && failedInstances(end.deployment) > 0) {
      const problem = await toleratedFailure(codeDeploy, end.deployment, { id, on: plan.target });
      return outcome({ state: 'failed', isChanged: true, problem });
    }
    if (end.kind === 'succeeded') {
      for (const text of unprovenBy(end.deployment)) access.runner.warning(`${plan.target}: ${text}`);
      return outcome({ state: 'succeeded', isChanged: true });
    }
    const after = await rollBack({ rollout, plan, id, deployment: end.deployment, kind: end.kind }, stage);
    const why = end.reasons.join('\n') || undefined;
    const fix = wayOut(why, { rollout, location });
    const what = `${TITLES[end.kind]}; ${after.serves}`;
    return broken(end.kind, new Problem({ what, on: plan.target, why, fix }), after);
  } catch (thrown) {
    const told = denied(thrown, plan.target);
    if (id === '' && access.signal.aborted) {
      const what = `${whyStopped(access.signal)}; a deployment may have begun: check the group`;
      return outcome({ state: 'failed', isChanged: false, problem: new Problem({ what, on: plan.target }) });
    }
    if (id === '' && told instanceof Problem) return outcome({ state: 'failed', isChanged: false, problem: told });
    if (!access.signal.aborted && !(told instanceof Problem)) throw told;
    const { what, why, fix } = await whatEnded(told, access.signal, () => unfinished(codeDeploy, id));
    const after = await rollBack({ rollout, plan, id, deployment: undefined, kind: 'failed' }, stage);
    return broken('failed', new Problem({ what: `${what}; ${after.serves}`, on: plan.target, why, fix }), after);
  }
}

/** Plans again when nothing is under way any more. */
async function planAgain(codeDeploy: CodeDeploy, rollout: CodeDeployRollout, stage: Stage): Promise<CodeDeployPlan> {
  const stopped = new Set<string | undefined>();
  return whenIdle(nameOf(rollout.target), stage, async () => {
    const plan = await planBundle(rollout, stage, { isLater: false });
    const id = plan.group.lastAttemptedDeployment?.deploymentId;
    const end = async () => {
      if (!id || stopped.has(id)) return;
      stopped.add(id);
      await codeDeploy.stop(id, { rollback: false }).catch((thrown: unknown) => {
        if (!isRefused(thrown, 'DeploymentAlreadyCompletedException')) throw thrown;
      });
    };
    return { busy: plan.underWay, found: plan, end };
  });
}

async function created(codeDeploy: CodeDeploy, plan: CodeDeployPlan, { settings }: Stage): Promise<string> {
  const { location, group, target } = plan;
  let failures = 0;
  const input = {
    revision: { revisionType: 'S3', s3Location: location },
    description: 'keyless-aws',
    // It takes the place of the group's own, alarms included.
    ...(settings.onFailure === 'rollback'
      ? { autoRollbackConfiguration: { enabled: true, events: rollbackEvents(group) } }
      : {}),
  };
  const classify = (error: unknown) => {
    failures++;
    return verdictOf(error);
  };
  try {
    return await codeDeploy.create(input, { classify });
  } catch (thrown) {
    if (!isRefused(thrown, 'DeploymentLimitExceededException')) throw thrown;
    // An answer may have been lost: then the deployment that is under way is ours.
    const id = (await codeDeploy.group()).lastAttemptedDeployment?.deploymentId;
    const known = group.lastAttemptedDeployment?.deploymentId;
    const there =
      id && id !== known && failures > 1 ? (await codeDeploy.deployment(id)).revision?.s3Location : undefined;
    if (id && location && isSame(there, location)) return id;
    throw new Problem({ what: 'somebody else began a deployment at the same time', on: target, fix: TWO_DEPLOYERS });
  }
}

function rollbackEvents({ alarmConfiguration }: CodeDeployPlan['group']): string[] {
  const alarm = alarmConfiguration?.enabled ? ['DEPLOYMENT_STOP_ON_ALARM'] : [];
  return ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', ...alarm];
}

/** Watches our own deployment to its end, by its id. */
async function followed(
  codeDeploy: CodeDeploy,
  { id, name, stage }: { readonly id: string; readonly name: string; readonly stage: Stage },
): Promise<DeploymentEnd> {
  let told = '';
  return stage.watch.until(`${name} to finish deployment ${id}`, async () => {
    const deployment = await codeDeploy.deployment(id);
    const line = progress(deployment);
    if (line !== told) stage.access.runner.info(`${name}: ${line}`);
    told = line;
    const { status = '' } = deployment;
    if (hasSucceeded(deployment)) {
      if (status !== 'Succeeded')
        stage.access.runner.info(`${name}: it serves; CodeDeploy ends the former instances later`);
      return { kind: 'succeeded', deployment, reasons: [] };
    }
    return status === '' || ONGOING.includes(status) ? undefined : endOf(codeDeploy, deployment, id);
  });
}

async function endOf(codeDeploy: CodeDeploy, deployment: Deployment, id: string): Promise<DeploymentEnd> {
  const { code, message } = deployment.errorInformation ?? {};
  const said = code || message ? [[code, message].filter(Boolean).join(': ')] : [];
  // CodeDeploy itself stops a deployment, too: for an alarm, for example.
  if (deployment.status === 'Failed' || (code !== undefined && code !== 'MANUAL_STOP')) {
    return { kind: 'failed', deployment, reasons: [...said, ...(await failedEvents(codeDeploy, id))] };
  }
  const latest = (await codeDeploy.group()).lastAttemptedDeployment?.deploymentId;
  const isOurs = latest === undefined || latest === id || latest === deployment.rollbackInfo?.rollbackDeploymentId;
  if (isOurs || isOwn(await codeDeploy.deployment(latest))) return { kind: 'stopped', deployment, reasons: said };
  return { kind: 'superseded', deployment, reasons: [...said, `deployment ${latest} took its place`] };
}

/** What a success does not say of itself. */
function unprovenBy({ deploymentOverview = {} }: Deployment): string[] {
  const { Skipped: skipped = 0 } = deploymentOverview;
  const counts = Object.values(deploymentOverview);
  return [
    ...(counts.length > 0 && counts.every((count) => count === 0)
      ? ['no instance got the bundle, because the group has none: nothing proves that it works']
      : []),
    ...(skipped > 0
      ? [`${counted(skipped, 'instance')} ${skipped === 1 ? 'was' : 'were'} skipped, and may have the former bundle`]
      : []),
  ];
}

/** CodeDeploy has ended the deployment as a success, so there is nothing to roll back by itself. */
async function toleratedFailure(
  codeDeploy: CodeDeploy,
  deployment: Deployment,
  { id, on }: { readonly id: string; readonly on: string },
): Promise<Problem> {
  const failed = failedInstances(deployment);
  return new Problem({
    what: `the deployment failed on ${counted(failed, 'instance')}, which the group's deployment configuration tolerates: CodeDeploy calls it a success and does not roll it back; ${failed === 1 ? 'that instance has' : 'those instances have'} the former bundle, or a half of this one, and the others serve this one`,
    on,
    why: (await failedEvents(codeDeploy, id)).join('\n') || undefined,
    fix: 'mend the instances, and run the job again: it deploys to all of them; a configuration with more minimum healthy hosts fails and rolls back instead',
  });
}

/** Events whose scripts are those of the bundle that succeeded last: what is wrong with them fails each deployment. */
const OF_FORMER = ['ApplicationStop', 'BeforeBlockTraffic', 'AfterBlockTraffic'];
const FORMER_SCRIPTS = '; its scripts are those of the bundle before';

/** Of failures that come again with each deployment. https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments.html */
function wayOut(
  why = '',
  { rollout: { target }, location }: { readonly rollout: CodeDeployRollout; readonly location: S3Location },
): string | undefined {
  if (why.includes(FORMER_SCRIPTS)) {
    return `to get past those scripts once: aws deploy create-deployment --application-name ${target.application} --deployment-group-name ${target.group} --s3-location ${asOption(location)} --ignore-application-stop-failures`;
  }
  return why.includes('already exists at this location')
    ? 'something else than a deployment brought the file: write file_exists_behavior: OVERWRITE (or RETAIN) in the appspec.yml of the bundle, or delete the file in a script of BeforeInstall'
    : undefined;
}

/** `i-1: AfterInstall, ScriptFailed: scripts/start.sh` for each instance that failed. */
async function failedEvents(codeDeploy: CodeDeploy, id: string): Promise<string[]> {
  try {
    const lines = (await codeDeploy.targets(id)).flatMap(({ instanceTarget: it }) =>
      (it?.lifecycleEvents ?? [])
        .filter(({ status }) => status === 'Failed')
        .map(
          ({ lifecycleEventName, diagnostics: { errorCode, scriptName, message } = {} }) =>
            `${it?.targetId?.split('/').at(-1)}: ${lifecycleEventName} failed${errorCode ? `, ${errorCode}` : ''}${scriptName ? `: ${scriptName}` : ''}${message ? ` (${message})` : ''}${OF_FORMER.includes(lifecycleEventName ?? '') ? FORMER_SCRIPTS : ''}`,
        ),
    );
    return lines.slice(0, 5);
  } catch (thrown) {
    if (!isDenied(thrown)) throw thrown;
    return [`the instances could not be looked at: ${(thrown as Problem).details.what}`];
  }
}

/** What instances wait for that have not finished: one whose agent does not run, or cannot reach CodeDeploy, begins nothing. */
async function unfinished(codeDeploy: CodeDeploy, id: string): Promise<string[]> {
  const waits = waitsFor(await codeDeploy.deployment(id));
  if (waits) return [waits];
  const targets = (await codeDeploy.targets(id)).flatMap(({ instanceTarget: it }) => (it ? [it] : []));
  const waiting = targets.filter(({ status = '' }) => ['Pending', 'InProgress', 'Unknown'].includes(status));
  const lines = waiting.map(({ targetId, lifecycleEvents = [] }) => {
    const event = lifecycleEvents.find(({ status }) => status === 'InProgress')?.lifecycleEventName;
    const isBegun = event || lifecycleEvents.some(({ status }) => status === 'Succeeded');
    const text = event
      ? `${event} goes on`
      : isBegun
        ? 'waits'
        : 'has begun nothing: does the CodeDeploy agent run there?';
    return `${targetId?.split('/').at(-1)}: ${text}`;
  });
  return [...(await failedEvents(codeDeploy, id)), ...lines.slice(0, 5)];
}

function progress(deployment: Deployment): string {
  const { status, deploymentOverview = {} } = deployment;
  const counts = Object.entries(deploymentOverview).filter(([, count]) => count > 0);
  const line = [status, ...counts.map(([name, count]) => `${count} ${name.toLowerCase()}`)].join(', ');
  const waits = waitsFor(deployment);
  return waits ? `${line}; ${waits}` : line;
}
