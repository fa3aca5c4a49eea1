import { Problem } from '../../base/problem.ts';
import { whyStopped } from '../cancelled.ts';
import { denied } from '../denied.ts';
import { whenIdle } from '../idle.ts';
import type { EcsRollout } from '../request.ts';
import { type Ending, type Outcome, outcomeOf, type Stage, unchanged } from '../target.ts';
import { NOT_SHOWN, whatEnded } from '../wait.ts';
import { type Container, type Ecs, openEcs } from './api.ts';
import { type KnownDeployments, lookBefore, ownDeployment } from './deployments.ts';
import { follow, type Ours, type ServiceEnd, whatHolds } from './follow.ts';
import { type EcsPlan, idOf, planService, underWay } from './plan.ts';
import { proven } from './proven.ts';
import { rollBack, startRollBack } from './rollback.ts';
import { newestIsThis, revisionName, withImages } from './task-definition.ts';

/** A service whose new revision is registered, and not rolled out yet. */
export interface Prepared {
  readonly plan: EcsPlan;
  /** The task definition that is to serve. */
  readonly definitionArn: string;
}

/** A service that already runs what it should. */
export interface Settled {
  readonly plan: EcsPlan;
  readonly definitionArn: undefined;
}

const IDENTIFY_MINUTES = 2;

/** Plans again with what is there now, and registers the new revision where something is to be done. */
export async function prepare(rollout: EcsRollout, stage: Stage): Promise<Prepared | Settled> {
  const ecs = openEcs(rollout.target, stage.access);
  if (stage.settings.busy !== 'replace') await untilIdle(ecs, rollout, stage);
  let plan = await planService(rollout, stage, { isLater: false });
  while (plan.changes.length === 0 && plan.underWay !== undefined) {
    // What is under way brings these very images: there is nothing to replace, and nothing to be sure of before its end.
    await untilIdle(ecs, rollout, stage);
    plan = await planService(rollout, stage, { isLater: false });
  }
  if (plan.changes.length === 0) return { plan, definitionArn: undefined };
  if (plan.isAgain) return { plan, definitionArn: plan.definitionArn };
  const made = await ecs.register(withImages(plan.definition, plan.tags, plan.images));
  const images = new Map(made?.containerDefinitions?.map(({ name, image }) => [name, image]));
  const isProven = [...plan.images].every(([container, image]) => images.get(container) === image);
  if (!made?.taskDefinitionArn || !isProven) {
    throw new Problem({
      what: 'ECS did not show the new revision that it registered',
      on: plan.target,
      fix: NOT_SHOWN,
    });
  }
  stage.access.runner.info(`${plan.target}: registered ${revisionName(made.taskDefinitionArn)}`);
  return { plan, definitionArn: made.taskDefinitionArn };
}

async function untilIdle(ecs: Ecs, { target }: EcsRollout, stage: Stage): Promise<void> {
  await whenIdle(`ecs:${target.cluster}/${target.service}`, stage, async () => {
    const service = await ecs.service();
    return { busy: service && (await underWay(ecs, service)), found: service };
  });
}

/** Rolls the prepared revision out, waits for it, and rolls it back when it fails. */
export async function rollOut(rollout: EcsRollout, stage: Stage, prepared: Prepared): Promise<Outcome> {
  const { access, settings, watch } = stage;
  const { plan, definitionArn } = await stillValid(rollout, stage, prepared);
  if (definitionArn === undefined) return unchanged(prepared.plan, plan);
  const ecs = openEcs(rollout.target, access);
  const say = (line: string) => access.runner.info(line);
  const known = await mayFollow(ecs, plan, settings);
  let ours: Ours | undefined;
  const page = `ecs/v2/clusters/${rollout.target.cluster}/services/${rollout.target.service}/deployments?region=${access.session.region}`;
  const outcome = (ending: Ending) =>
    outcomeOf({ plan, after: plan.after ?? '', id: ours?.arn ?? '', page }, ending, access);
  let end: ServiceEnd;
  try {
    await update(ecs, plan, definitionArn);
    ours = await identified(ecs, { plan, definitionArn, known, stage });
    say(`${plan.target}: deployment ${idOf(ours.arn)} of ${revisionName(definitionArn)} began`);
    if (!settings.wait) return outcome({ state: 'started', isChanged: true });
    end = await follow(ecs, { ours, watch, say });
    if (end.kind === 'succeeded')
      end = await proven(ecs, { ours, changed: changedBy(plan), end, desired: plan.service.desiredCount }, watch);
  } catch (thrown) {
    if (access.signal.aborted) {
      const { says, isBack } = await startRollBack({ rollout, plan, ours, definitionArn, known }, stage);
      const fix = isBack && !plan.isAgain ? newestIsThis(definitionArn) : undefined;
      const problem = new Problem({ what: `${whyStopped(access.signal)}; ${says}`, on: plan.target, fix });
      return outcome({ state: 'failed', isChanged: !isBack, problem });
    }
    const told = denied(thrown, plan.target);
    if (!(told instanceof Problem)) throw told;
    const { what, why, fix } = await whatEnded(told, access.signal, async () => (ours ? whatHolds(ecs, ours) : []));
    end = { kind: 'failed', title: what, reasons: why ? [why] : [], fix, isOngoing: true };
  }
  if (end.kind === 'succeeded') {
    for (const text of end.reasons) access.runner.warning(`${plan.target}: ${text}`);
    return outcome({ state: 'succeeded', isChanged: !plan.isAgain });
  }
  const after = await rollBack({ rollout, plan, ours, definitionArn, known, end }, stage);
  const problem = new Problem({
    what: `${end.title ?? TITLES[end.kind]}; ${after.serves}`,
    on: plan.target,
    why: [...new Set(end.reasons)].join('\n') || undefined,
    fix: [end.fix, after.isBack ? newestIsThis(definitionArn) : undefined].filter(Boolean).join('\n') || undefined,
  });
  const state = after.isBack && after.isUndone ? 'rolled back' : end.kind;
  return outcome({ state, isChanged: !after.isBack, problem });
}

/** Gives the service its new task definition, which begins a deployment. */
async function update(ecs: Ecs, { target, isAgain }: EcsPlan, taskDefinition: string): Promise<void> {
  const updated = await ecs.update({ taskDefinition, ...(isAgain ? { forceNewDeployment: true } : {}) });
  if (updated?.taskDefinition === taskDefinition) return;
  const what = 'ECS did not show the service with its new task definition';
  throw new Problem({ what, on: target, fix: NOT_SHOWN });
}

/** The containers that a plan gives another image. */
function changedBy({ definition: { containerDefinitions = [] }, images }: EcsPlan): Container[] {
  return containerDefinitions.filter(({ name = '' }) => images.has(name));
}

const TITLES = {
  'rolled back': 'the rollout failed and ECS rolled it back',
  failed: 'the rollout failed',
  stopped: 'the deployment was stopped by hand',
  superseded: 'the deployment was superseded by another one, which is left alone',
} as const;

/**
 * The deployments that are there. A look at the latest one shows that this step may follow its own: without that permission
 * nothing is begun.
 */
async function mayFollow(ecs: Ecs, { service }: EcsPlan, { wait }: Stage['settings']): Promise<KnownDeployments> {
  const { latest, ...before } = await lookBefore(ecs, service);
  if (latest?.targetServiceRevisionArn) await ecs.revision(latest.targetServiceRevisionArn);
  if (wait && latest?.serviceDeploymentArn) await ecs.deployment(latest.serviceDeploymentArn);
  return before;
}

/** A task that runs first takes its time: if the service was changed meanwhile, it is prepared again from what it has now. */
async function stillValid(rollout: EcsRollout, stage: Stage, prepared: Prepared): Promise<Prepared | Settled> {
  const { plan } = prepared;
  const service = await openEcs(rollout.target, stage.access).service();
  if (service?.taskDefinition === plan.definitionArn) return prepared;
  const now = revisionName(service?.taskDefinition);
  stage.access.runner.info(`${plan.target}: ${now} serves since the plan; only the images of it are changed`);
  return prepare(rollout, stage);
}

interface Identify {
  readonly plan: EcsPlan;
  readonly definitionArn: string;
  readonly known: KnownDeployments;
  readonly stage: Stage;
}

/** Our own deployment: a new one whose revision has our task definition, which nobody else has. */
async function identified(ecs: Ecs, { plan, definitionArn, known, stage }: Identify): Promise<Ours> {
  const what = `ECS to show the deployment of ${revisionName(definitionArn)}`;
  return stage.watch.within(IDENTIFY_MINUTES).until(what, async () => {
    const arn = await ownDeployment(ecs, definitionArn, known);
    const { containerDefinitions: containers = [] } = plan.definition;
    return arn ? { name: plan.target, arn, definitionArn, containers } : undefined;
  });
}
