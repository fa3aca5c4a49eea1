import { type CallOf, type Json, openApi } from '../../aws/api.ts';
import type { CallOptions } from '../../base/retry.ts';
import type { Access } from '../../job.ts';
import { hurried } from '../cancelled.ts';
import type { CodeDeployTarget } from '../line.ts';

/** Where a revision lies, as CodeDeploy names it. */
export interface S3Location {
  readonly bucket?: string;
  readonly key?: string;
  readonly bundleType?: string;
  readonly version?: string;
  readonly eTag?: string;
}

export interface Revision {
  readonly revisionType?: string;
  readonly s3Location?: S3Location;
}

export interface LastDeployment {
  readonly deploymentId?: string;
  readonly status?: string;
}

export interface DeploymentGroup {
  readonly computePlatform?: string;
  readonly targetRevision?: Revision;
  readonly autoScalingGroups?: readonly { readonly name?: string }[];
  /** Whether instances that were launched while a deployment ran get it afterwards: `UPDATE`, `IGNORE`. */
  readonly outdatedInstancesStrategy?: string;
  readonly ec2TagFilters?: readonly unknown[];
  readonly ec2TagSet?: { readonly ec2TagSetList?: readonly unknown[] };
  readonly onPremisesInstanceTagFilters?: readonly unknown[];
  readonly onPremisesTagSet?: { readonly onPremisesTagSetList?: readonly unknown[] };
  readonly autoRollbackConfiguration?: { readonly enabled?: boolean; readonly events?: readonly string[] };
  readonly alarmConfiguration?: { readonly enabled?: boolean };
  readonly blueGreenDeploymentConfiguration?: {
    readonly deploymentReadyOption?: { readonly actionOnTimeout?: string; readonly waitTimeInMinutes?: number };
  };
  readonly lastSuccessfulDeployment?: LastDeployment;
  readonly lastAttemptedDeployment?: LastDeployment;
}

export interface Deployment {
  readonly deploymentId?: string;
  readonly status?: string;
  readonly creator?: string;
  readonly createTime?: number;
  readonly revision?: Revision;
  readonly errorInformation?: { readonly code?: string; readonly message?: string };
  /** Blue/green: the new instances have all of the traffic, and the former ones end after up to two days. */
  readonly instanceTerminationWaitTimeStarted?: boolean;
  readonly deploymentOverview?: Readonly<Record<string, number>>;
  readonly rollbackInfo?: { readonly rollbackDeploymentId?: string; readonly rollbackMessage?: string };
}

export interface LifecycleEvent {
  readonly lifecycleEventName?: string;
  readonly status?: string;
  /** Its `logTail` is what a script printed, which may be anything: it is never read. */
  readonly diagnostics?: { readonly errorCode?: string; readonly scriptName?: string; readonly message?: string };
}

export interface DeploymentTarget {
  readonly instanceTarget?: {
    readonly targetId?: string;
    readonly status?: string;
    readonly lifecycleEvents?: readonly LifecycleEvent[];
  };
}

/** https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_DeploymentInfo.html, `status` */
export const ONGOING = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];
/** Whether a deployment serves; a blue/green one goes on until the former instances have ended. */
export function hasSucceeded({ status = '', instanceTerminationWaitTimeStarted: ends = false }: Deployment): boolean {
  return status === 'Succeeded' || (ends && ONGOING.includes(status));
}

/** Instances that did not get the bundle: a configuration with few minimum healthy hosts tolerates them. */
export function failedInstances({ deploymentOverview = {} }: Deployment): number {
  return deploymentOverview.Failed ?? 0;
}

/** What a blue/green deployment waits for that somebody has to do, in words. */
export function waitsFor({ status, deploymentId }: Deployment): string | undefined {
  if (status !== 'Ready') return undefined;
  return `the new instances are ready, and it waits for somebody to shift the traffic: aws deploy continue-deployment --deployment-id ${deploymentId} --deployment-wait-type READY_WAIT`;
}

/** Begun by CodeDeploy itself for instances that were launched or had another revision; it brings what is there already. */
export function isOwn({ creator }: Deployment): boolean {
  return /^autoscaling|^CodeDeployAutoUpdate$/.test(creator ?? '');
}

/** How many BatchGetDeploymentTargets takes. */
const MAX_TARGETS = 25;

const CODEDEPLOY = { name: 'codedeploy', variable: 'CODEDEPLOY', targetPrefix: 'CodeDeploy_20141006' } as const;

/** CodeDeploy for one deployment group. */
export interface CodeDeploy {
  group(): Promise<DeploymentGroup>;
  deployment(id: string): Promise<Deployment>;
  /** Ids of the group's deployments, the latest first. */
  deployments(): Promise<readonly string[]>;
  /** @returns its id */
  create(input: Json, how?: CallOptions): Promise<string>;
  stop(id: string, how: { readonly rollback: boolean }): Promise<void>;
  targets(id: string): Promise<readonly DeploymentTarget[]>;
}

/** @param signal in place of the step's own: what a cancelled step still has to do */
export function openCodeDeploy(
  { application, group }: CodeDeployTarget,
  access: Access,
  signal?: AbortSignal,
): CodeDeploy {
  const { http, aws, session, runner } = access;
  const api = openApi(CODEDEPLOY, { http, aws, session, env: runner.env });
  const how = hurried(signal);
  const ask = (action: CallOf<'codedeploy'>, input: Json, more?: CallOptions) =>
    api.json(action, input, { ...how, ...more });
  const names = { applicationName: application, deploymentGroupName: group };
  return {
    group: async () => (await ask('GetDeploymentGroup', names)).deploymentGroupInfo as DeploymentGroup,
    deployment: async (deploymentId) => (await ask('GetDeployment', { deploymentId })).deploymentInfo as Deployment,
    deployments: async () => ((await ask('ListDeployments', names)).deployments ?? []) as string[],
    create: async (input, more) => String((await ask('CreateDeployment', { ...names, ...input }, more)).deploymentId),
    stop: async (deploymentId, { rollback }) => {
      await ask('StopDeployment', { deploymentId, autoRollbackEnabled: rollback });
    },
    targets: async (deploymentId) => {
      const { targetIds } = await ask('ListDeploymentTargets', { deploymentId });
      const ids = ((targetIds ?? []) as string[]).slice(0, MAX_TARGETS);
      if (ids.length === 0) return [];
      const answer = await ask('BatchGetDeploymentTargets', { deploymentId, targetIds: ids });
      return (answer.deploymentTargets ?? []) as DeploymentTarget[];
    },
  };
}
