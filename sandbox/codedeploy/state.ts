import { latest } from '../s3/model.ts';
import type { Core } from '../service.ts';
import { sectionOf } from '../world.ts';

/** A deployment group as the world file states it. */
export interface DeploymentGroupWorld {
  readonly platform?: 'Server' | 'Lambda' | 'ECS';
  readonly instances: number;
  /** What the group's instances are, as GetDeploymentGroup shows it: `autoScalingGroups`, `ec2TagSet`, … */
  readonly targets?: Readonly<Record<string, unknown>>;
  /** Somebody stops a deployment, or stops it and begins another one, when it has been looked at so often. */
  readonly stoppedAtLook?: number;
  readonly rivalAtLook?: number;
  /** An alarm of the group stops a deployment when it has been looked at so often. */
  readonly alarmAtLook?: number;
  /** A deployment that has succeeded goes on for this many looks, until the former instances have ended. */
  readonly blueGreenLooks?: number;
  /** The group's own configuration, as GetDeploymentGroup shows it. */
  readonly autoRollback?: { readonly enabled: boolean; readonly events: readonly string[] };
  /** A blue/green deployment waits for this many looks for somebody to shift its traffic. */
  readonly readyLooks?: number;
  /** How many instances a success skips. */
  readonly skipped?: number;
  /** Somebody stops a deployment when it has been looked at so often, and CodeDeploy deploys the former bundle to a new instance. */
  readonly launchedAtLook?: number;
  /** After each deployment that ends CodeDeploy brings a new instance what succeeded last. */
  readonly launchesAfter?: boolean;
  /** A deployment never ends. */
  readonly stuck?: boolean;
}

/** How a bundle runs, by its ETag, in the world's section `runs`: the lifecycle event that fails. */
export interface BundleRunWorld {
  readonly event?: string;
  /** What the agent says of it, in place of a script that failed. */
  readonly message?: string;
  /** It fails on only this many instances, which the group's configuration tolerates: CodeDeploy calls that a success. */
  readonly failsOn?: number;
}

export interface S3Location {
  readonly bucket: string;
  readonly key: string;
  readonly bundleType: string;
  readonly version?: string;
  readonly eTag?: string;
}

export interface DeploymentState {
  readonly id: string;
  readonly location: S3Location;
  readonly creator: 'user' | 'codeDeployRollback' | 'autoscaling';
  readonly created: number;
  /** The events that roll it back. */
  readonly rollsBackOn: readonly string[];
  status: string;
  error: { code: string; message: string } | undefined;
  rollbackId: string | undefined;
  failedEvent: string | undefined;
  failedMessage?: string | undefined;
  /** Instances on which it failed, though the deployment succeeded. */
  failed?: number;
  looks: number;
  /** Looks until the former instances of a blue/green deployment have ended; undefined: it does not serve yet. */
  endsIn?: number;
}

export interface DeploymentGroupState {
  readonly account: string;
  readonly region: string;
  readonly application: string;
  readonly name: string;
  readonly stated: DeploymentGroupWorld;
  readonly deployments: DeploymentState[];
}

const ONGOING = ['Created', 'Queued', 'InProgress', 'Ready'];

export function isOngoing({ status }: DeploymentState): boolean {
  return ONGOING.includes(status);
}

export function readGroups(core: Core): DeploymentGroupState[] {
  const { region } = core.world;
  const section = sectionOf<Record<string, Record<string, DeploymentGroupWorld>>>(core.world, 'codedeploy');
  return Object.entries(section).flatMap(([account, applications]) =>
    Object.entries(applications).flatMap(([application, groups]) =>
      Object.entries(groups).map(([name, stated]) => ({ account, region, application, name, stated, deployments: [] })),
    ),
  );
}

export function begin(
  core: Core,
  group: DeploymentGroupState,
  { location, creator, rollsBackOn }: Pick<DeploymentState, 'location' | 'creator' | 'rollsBackOn'>,
): DeploymentState {
  const begun: DeploymentState = {
    id: `d-${String(group.deployments.length + 1).padStart(3, '0')}SANDBOX`,
    ...{ location, creator, rollsBackOn, created: core.clock.now() / 1000 },
    ...{ status: 'Created', error: undefined, rollbackId: undefined, failedEvent: undefined, looks: 0 },
  };
  group.deployments.push(begun);
  return begun;
}

/** A look lets the deployment get on. */
export function look(core: Core, group: DeploymentGroupState, deployment: DeploymentState): void {
  if (!isOngoing(deployment)) return;
  deployment.looks++;
  const { stoppedAtLook, rivalAtLook, alarmAtLook, stuck, instances } = group.stated;
  if (deployment.endsIn !== undefined) {
    if (deployment.endsIn-- <= 0) deployment.status = 'Succeeded';
  } else if (deployment.creator === 'user' && deployment.looks === alarmAtLook) {
    deployment.status = 'Stopped';
    deployment.error = { code: 'ALARM_ACTIVE', message: 'One or more alarms have been activated.' };
    if (deployment.rollsBackOn.includes('DEPLOYMENT_STOP_ON_ALARM')) rollBack(core, group, deployment);
  } else if (deployment.creator === 'user' && deployment.looks === stoppedAtLook) {
    stop(deployment);
  } else if (deployment.creator === 'user' && deployment.looks === rivalAtLook) {
    stop(deployment);
    begin(core, group, {
      location: { ...deployment.location, eTag: 'rival' },
      creator: 'user',
      rollsBackOn: [],
    }).looks = 99;
  } else if (deployment.creator === 'user' && deployment.looks === group.stated.launchedAtLook) {
    stop(deployment);
    begin(core, group, { location: deployment.location, creator: 'autoscaling', rollsBackOn: [] }).status = 'Succeeded';
  } else if (deployment.creator === 'user' && deployment.looks > instances && isReady(group, deployment)) {
    deployment.status = 'Ready';
  } else if (deployment.status === 'Created') deployment.status = 'InProgress';
  else if (!stuck || deployment.creator !== 'user') {
    if (deployment.looks > instances) finish(core, group, deployment);
    if (group.stated.launchesAfter && !isOngoing(deployment)) launch(core, group);
  }
}

/** An instance is launched, and CodeDeploy brings it what succeeded last. */
function launch(core: Core, group: DeploymentGroupState): void {
  const last = lastSuccessful(group);
  if (last)
    begin(core, group, { location: last.location, creator: 'autoscaling', rollsBackOn: [] }).status = 'Succeeded';
}

/** Whether the new instances are ready, and wait for their traffic. */
function isReady({ stated: { readyLooks = 0, instances } }: DeploymentGroupState, { looks }: DeploymentState): boolean {
  return looks <= instances + readyLooks;
}

function finish(core: Core, group: DeploymentGroupState, deployment: DeploymentState): void {
  const { bucket, key, eTag } = deployment.location;
  const served = bytesOf(core, deployment.location);
  const { event, failsOn, message: said } = sectionOf<BundleRunWorld>(core.world, 'runs')[eTag ?? ''] ?? {};
  deployment.failedMessage = said;
  if (event && failsOn !== undefined) Object.assign(deployment, { failedEvent: event, failed: failsOn });
  else if (served === undefined || event) {
    deployment.status = 'Failed';
    deployment.failedEvent = event ?? 'DownloadBundle';
    const message = 'The overall deployment failed because too many individual instances failed deployment.';
    deployment.error = { code: 'HEALTH_CONSTRAINTS', message };
    if (deployment.rollsBackOn.includes('DEPLOYMENT_FAILURE')) rollBack(core, group, deployment);
    return;
  }
  if (group.stated.blueGreenLooks === undefined) deployment.status = 'Succeeded';
  else deployment.endsIn = group.stated.blueGreenLooks;
  core.serving.set(`codedeploy:${group.application}/${group.name}`, `s3://${bucket}/${key} ${served}`);
}

/** What instances get: the very version, or whatever lies there now if it still has the ETag. */
function bytesOf({ buckets }: Core, { bucket, key, version, eTag }: S3Location): string | undefined {
  const found = buckets.get(bucket);
  if (!found) return undefined;
  const object = version ? found.objects.get(key)?.find((it) => it.version === version) : latest(found, key);
  if (!object || (eTag && object.etag !== eTag)) return undefined;
  return object.body.toString('latin1').slice(0, 40);
}

export function stop(deployment: DeploymentState): void {
  deployment.status = 'Stopped';
  deployment.error = { code: 'MANUAL_STOP', message: 'The deployment was stopped by a user.' };
}

/** A rollback is a new deployment of the revision that succeeded last. */
export function rollBack(core: Core, group: DeploymentGroupState, deployment: DeploymentState): void {
  const last = lastSuccessful(group);
  if (!last) return;
  const { location } = last;
  deployment.rollbackId = begin(core, group, { location, creator: 'codeDeployRollback', rollsBackOn: [] }).id;
}

export function lastSuccessful({ deployments }: DeploymentGroupState): DeploymentState | undefined {
  return deployments.findLast(({ status }) => status === 'Succeeded');
}
