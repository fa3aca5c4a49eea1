import type { Core } from '../service.ts';
import { sectionOf } from '../world.ts';
import type { RunWorld, ServiceWorld } from './world.ts';

export interface TaskDefinition extends Record<string, unknown> {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly containerDefinitions: readonly { name: string; image: string; essential?: boolean }[];
}

export interface TaskState extends Record<string, unknown> {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  lastStatus: string;
  looks: number;
}

export interface DeploymentState {
  readonly arn: string;
  readonly revisionArn: string;
  readonly taskDefinition: string;
  readonly createdAt: number;
  status: string;
  statusReason?: string;
  rollbackReason?: string;
  isTriggered: boolean;
  failures: number;
  running: number;
  looks: number;
}

export interface ServiceState {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly name: string;
  readonly arn: string;
  readonly stated: ServiceWorld;
  taskDefinition: string;
  /** The definition whose tasks run and are healthy. */
  serving: string;
  readonly deployments: DeploymentState[];
  readonly events: { id: string; createdAt: number; message: string }[];
  readonly tasks: TaskState[];
  /** Those that run now. */
  up: TaskState[];
}

export interface EcsState {
  readonly services: readonly ServiceState[];
  readonly definitions: Map<string, { definition: TaskDefinition; tags: readonly { key: string; value: string }[] }>;
}

const THRESHOLD = 3;
const ONGOING = ['PENDING', 'IN_PROGRESS', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

export function isOngoing({ status }: DeploymentState): boolean {
  return ONGOING.includes(status);
}

/** Account → cluster → service, in the world's region. */
export function readEcs(core: Core): EcsState {
  const state: EcsState = { services: [], definitions: new Map() };
  const { world } = core;
  for (const [account, clusters] of Object.entries(
    sectionOf<Record<string, Record<string, ServiceWorld>>>(world, 'ecs'),
  )) {
    for (const [cluster, services] of Object.entries(clusters)) {
      for (const [name, stated] of Object.entries(services)) {
        const { region } = world;
        const definition = register(state, { account, region }, { given: stated.definition, tags: stated.tags ?? [] });
        if (stated.deregistered) Object.assign(definition, { status: 'INACTIVE' });
        for (const change of stated.newer ?? []) {
          register(state, { account, region }, { given: { ...stated.definition, ...change }, tags: [] });
        }
        const arn = `arn:aws:ecs:${region}:${account}:service/${cluster}/${name}`;
        const taskDefinition = definition.taskDefinitionArn;
        const service: ServiceState = {
          ...{ account, region, cluster, name, arn, stated, taskDefinition },
          ...{ serving: taskDefinition, deployments: [], events: [], tasks: [], up: [] },
        };
        (state.services as ServiceState[]).push(service);
        const first = beginDeployment(core, service, taskDefinition);
        Object.assign(first, { status: 'SUCCESSFUL', running: stated.desiredCount ?? 2 });
        for (let at = 0; at < (stated.failedBefore ?? 0); at++) {
          stopTask({ core, state, service, deployment: first }, EXITED);
        }
        publish(core, state, service);
      }
    }
  }
  return state;
}

export function register(
  state: EcsState,
  { account, region }: { readonly account: string; readonly region: string },
  {
    given,
    tags = [],
  }: { readonly given: Readonly<Record<string, unknown>>; readonly tags?: readonly { key: string; value: string }[] },
): TaskDefinition {
  const family = String(given.family);
  const prefix = `arn:aws:ecs:${region}:${account}:task-definition/${family}:`;
  const revision = [...state.definitions.keys()].filter((arn) => arn.startsWith(prefix)).length + 1;
  const definition = {
    ...structuredClone(given),
    ...{ taskDefinitionArn: prefix + revision, revision, status: 'ACTIVE', registeredAt: 1_750_000_000.5 },
    ...{ registeredBy: `arn:aws:iam::${account}:root`, requiresAttributes: [{ name: 'ecs.capability' }] },
    compatibilities: ['EC2', 'FARGATE'],
  } as unknown as TaskDefinition;
  state.definitions.set(definition.taskDefinitionArn, { definition, tags });
  return definition;
}

/** A newer deployment stops the one that is under way: it ends as plain STOPPED. */
export function beginDeployment(core: Core, service: ServiceState, taskDefinition: string): DeploymentState {
  for (const one of service.deployments.filter(isOngoing)) one.status = 'STOPPED';
  service.taskDefinition = taskDefinition;
  const { region, account, cluster, name, deployments } = service;
  const id = `${String(deployments.length + 1).padStart(4, '0')}${'x'.repeat(17)}`;
  const arn = (kind: string) => `arn:aws:ecs:${region}:${account}:${kind}/${cluster}/${name}/${id}`;
  // Two deployments of one instant still differ: what comes later has a later time.
  const latest = deployments.at(-1)?.createdAt ?? 0;
  const begun: DeploymentState = {
    ...{ arn: arn('service-deployment'), revisionArn: arn('service-revision'), taskDefinition },
    createdAt: Math.max(core.clock.now() / 1000, latest + 0.001),
    ...{ status: 'PENDING', isTriggered: false, failures: 0, running: 0, looks: 0 },
  };
  deployments.push(begun);
  return begun;
}

interface Watched {
  readonly core: Core;
  readonly state: EcsState;
  readonly service: ServiceState;
  readonly deployment: DeploymentState;
}

/** A look at a deployment lets it get on: the sandbox's time is that of who watches. */
export function look(watched: Watched): void {
  const { core, state, service, deployment } = watched;
  deployment.looks++;
  const { stated } = service;
  if (isOngoing(deployment) && stated.rivalAtLook === deployment.looks) {
    const before = state.definitions.get(deployment.taskDefinition)!;
    const rival = register(state, service, { given: before.definition });
    beginDeployment(core, service, rival.taskDefinitionArn);
    return;
  }
  if (isOngoing(deployment) && stated.forcedAtLook === deployment.looks && service.deployments.at(-1) === deployment) {
    // Its own looks are counted on, so that it is forced once.
    beginDeployment(core, service, deployment.taskDefinition).looks = deployment.looks;
    return;
  }
  if (isOngoing(deployment) && stated.stoppedAtLook === deployment.looks) deployment.status = 'STOPPED';
  const step = STEPS[deployment.status];
  if (stated.stuck && isOngoing(deployment) && deployment.looks === 1)
    tell(core, service, STUCK[stated.stuck](service));
  if (!stated.stuck || deployment.status.startsWith('ROLLBACK')) step?.(watched);
  publish(core, state, service);
}

/** What ECS says of a deployment that never ends. */
const STUCK: Readonly<Record<NonNullable<ServiceWorld['stuck']>, (service: ServiceState) => string>> = {
  capacity: ({ name }) => `(service ${name}) has started 2 tasks.`,
  placement: ({ name }) =>
    `(service ${name}) was unable to place a task because no container instance met all of its requirements.`,
  percentages: ({ name }) =>
    `(service ${name}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`,
};

const STEPS: Readonly<Record<string, (watched: Watched) => void>> = {
  PENDING: ({ deployment }) => {
    deployment.status = 'IN_PROGRESS';
  },
  IN_PROGRESS: (watched) => {
    const { core, service, deployment } = watched;
    const failure = failureOf(watched);
    if (failure) return fail(watched, failure);
    const desired = service.stated.desiredCount ?? 2;
    if (deployment.running < desired) deployment.running++;
    if (deployment.running < desired || isPaused(service, deployment)) return;
    deployment.status = 'SUCCESSFUL';
    service.serving = deployment.taskDefinition;
    tell(core, service, `(service ${service.name}) has reached a steady state.`);
    const late = failureOf(watched);
    if (late?.stopCode === 'EssentialContainerExited') {
      for (; deployment.running > 0; deployment.running--) stopTask(watched, late);
    }
  },
  ROLLBACK_REQUESTED: ({ deployment }) => {
    deployment.status = 'ROLLBACK_IN_PROGRESS';
  },
  ROLLBACK_IN_PROGRESS: ({ service, deployment }) => {
    deployment.status = 'ROLLBACK_SUCCESSFUL';
    service.taskDefinition = service.serving;
  },
};

/** Whether a hook pauses it before its traffic shifts. */
export function isPaused(
  { stated: { pausedLooks = 0, desiredCount = 2 } }: ServiceState,
  deployment: DeploymentState,
): boolean {
  const { status, running, looks } = deployment;
  return status === 'IN_PROGRESS' && running >= desiredCount && looks < desiredCount + 1 + pausedLooks;
}

const EXITED = { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };

interface FailedTask extends Record<string, unknown> {
  readonly stopCode: string;
  readonly stoppedReason: string;
}

function stopTask({ core, service, deployment }: Watched, failure: FailedTask): void {
  const taskArn = `arn:aws:ecs:${service.region}:${service.account}:task/${service.cluster}/${crypto.randomUUID().replaceAll('-', '')}`;
  const { taskDefinition: taskDefinitionArn } = deployment;
  service.tasks.push({
    taskArn,
    taskDefinitionArn,
    lastStatus: 'STOPPED',
    looks: 0,
    createdAt: core.clock.now() / 1000,
    ...failure,
  });
  tell(core, service, `(service ${service.name}) (task ${taskArn.split('/').at(-1)}) ${failure.stoppedReason}`);
}

function fail(watched: Watched, failure: FailedTask): void {
  const { core, service, deployment } = watched;
  deployment.failures++;
  stopTask(watched, failure);
  const { enable = false, rollback = false } = service.stated.breaker ?? {};
  if (!enable || deployment.failures < THRESHOLD) return;
  deployment.isTriggered = true;
  deployment.statusReason = 'Service deployment rolled back because the circuit breaker threshold was exceeded.';
  tell(core, service, `(service ${service.name}) deployment failed: tasks failed to start.`);
  if (rollback) {
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    deployment.rollbackReason = deployment.statusReason;
  } else deployment.status = 'STOPPED';
}

function tell(core: Core, { events }: ServiceState, message: string): void {
  events.unshift({ id: crypto.randomUUID(), createdAt: core.clock.now() / 1000, message });
}

/** Why tasks of a definition do not stay; undefined: they do. */
function failureOf({ core, state, service, deployment }: Watched): FailedTask | undefined {
  const { definition } = state.definitions.get(deployment.taskDefinition)!;
  for (const { name, image, essential } of definition.containerDefinitions) {
    if (essential === false) continue;
    const { digest, isMissing } = resolveImage(core, image);
    if (isMissing) {
      const reason = `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: not found`;
      return { stopCode: 'TaskFailedToStart', stoppedReason: reason, containers: [{ name, lastStatus: 'STOPPED' }] };
    }
    const { exitCode, unhealthy, fails, exitsLate } = sectionOf<RunWorld>(core.world, 'runs')[digest] ?? {};
    if ((exitsLate && deployment.status !== 'SUCCESSFUL') || deployment.failures >= (fails ?? 99)) continue;
    if (exitCode !== undefined) {
      const containers = [{ name, lastStatus: 'STOPPED', exitCode }];
      return { ...EXITED, containers };
    }
    if (unhealthy) {
      const reason = `Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:${service.region}:${service.account}:targetgroup/web/1)`;
      return { stopCode: 'ServiceSchedulerInitiated', stoppedReason: reason, containers: [{ name, exitCode: 143 }] };
    }
  }
  return undefined;
}

/** What an image's name is in the sandbox's registries; other hosts have whatever they are asked for. */
export function resolveImage({ registries }: Core, image: string): { digest: string; isMissing: boolean } {
  const [, account, region, repository, tag, digest] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^:@]+)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  if (!account || !region || !repository) return { digest: image.split('@')[1] ?? image, isMissing: false };
  const found = registries.get(`${account}/${region}`)?.repositories.get(repository);
  const resolved = digest ?? found?.tags.get(tag ?? 'latest') ?? '';
  return { digest: resolved, isMissing: !found?.manifests.has(resolved) };
}

/** What the service's users get. */
function publish(core: Core, state: EcsState, service: ServiceState): void {
  const { definition } = state.definitions.get(service.serving)!;
  const images = definition.containerDefinitions.map(({ image }) => image);
  core.serving.set(`ecs:${service.cluster}/${service.name}`, images.join(', '));
}
