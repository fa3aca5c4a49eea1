/** A service of ECS as the world file states it. */
export interface ServiceWorld {
  /** Its task definition. Keys that nobody knows are kept, as AWS keeps those of its future. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
  readonly desiredCount?: number;
  /** Later revisions of the family, which nothing runs: each with these keys of the definition changed. */
  readonly newer?: readonly Readonly<Record<string, unknown>>[];
  /** One of its alarms is in alarm already: ECS does not watch them. */
  readonly alarmsIgnored?: boolean;
  /** Of Express Mode: its answers name no task definition. */
  readonly express?: boolean;
  readonly schedulingStrategy?: string;
  /** Volumes of EBS that its deployments give to tasks. */
  readonly volumeConfigurations?: readonly {
    readonly name: string;
    readonly managedEBSVolume: { readonly roleArn: string };
  }[];
  /** A hook pauses a deployment for this many looks; then somebody continues it. */
  readonly pausedLooks?: number;
  /** Somebody has deregistered the definition that serves. */
  readonly deregistered?: boolean;
  readonly controller?: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  /** Off when left out, as in services that were made by the API. */
  readonly breaker?: { readonly enable: boolean; readonly rollback: boolean };
  /** Of DescribeServices: `strategy`, `bakeTimeInMinutes`, …; the circuit breaker is `breaker`. */
  readonly deploymentConfiguration?: Readonly<Record<string, unknown>>;
  readonly placementConstraints?: readonly Readonly<Record<string, unknown>>[];
  /** Somebody else deploys when a deployment has been looked at so often. */
  readonly rivalAtLook?: number;
  /** Somebody forces a new deployment of the very same definition when a deployment has been looked at so often. */
  readonly forcedAtLook?: number;
  /** Somebody stops a deployment by hand when it has been looked at so often. */
  readonly stoppedAtLook?: number;
  /** Tasks of its definition that stopped in the last hour, which are listed first. */
  readonly failedBefore?: number;
  /** Why a deployment never ends. */
  readonly stuck?: 'placement' | 'percentages' | 'capacity';
}

/** How containers of an image run, by its digest; in the world's section `runs`, read whenever it matters. */
export interface RunWorld {
  /** Of the service's tasks, which should never exit. */
  readonly exitCode?: number;
  readonly unhealthy?: boolean;
  /** Of the first so many of them alone: those that come after stay. */
  readonly fails?: number;
  /** They exit with `exitCode` only when the deployment has succeeded: none of them is left then. */
  readonly exitsLate?: boolean;
  /** Of a task that is run once; 0 when left out. */
  readonly onceExitCode?: number;
  /** A task that is run once never ends by itself, or never begins. */
  readonly onceStuck?: boolean | 'PROVISIONING';
  /** Only the container that was given a command ends; the others of the task go on running. */
  readonly onceAlone?: boolean;
}
