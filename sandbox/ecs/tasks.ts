import { AwsError, type Core, type ServiceCall } from '../service.ts';
import { sectionOf } from '../world.ts';
import {
  type EcsState,
  isOngoing,
  resolveImage,
  type ServiceState,
  type TaskDefinition,
  type TaskState,
} from './state.ts';
import type { RunWorld } from './world.ts';

export interface Ecs {
  readonly core: Core;
  readonly state: EcsState;
  readonly once: Map<string, TaskState>;
}

/** Tasks that are run once, apart from the service's own. */
export function runTask(call: ServiceCall, { core, state, once }: Ecs): unknown {
  const { taskDefinition, startedBy, overrides } = call.input as {
    taskDefinition: string;
    startedBy?: string;
    overrides?: { containerOverrides?: { name: string; command: string[] }[] };
  };
  const cluster = String(call.input.cluster);
  const family = taskDefinition.split('/').at(-1)?.split(':')[0];
  const context = { 'ecs:cluster': arnOf(call, `cluster/${cluster}`) };
  call.authorize({ action: 'ecs:RunTask', resource: arnOf(call, `task-definition/${family}:*`), context });
  if (startedBy && !/^[\w/-]{1,128}$/.test(startedBy)) {
    throw new AwsError('InvalidParameterException', 400, 'startedBy contains invalid characters.');
  }
  const { definition } = state.definitions.get(taskDefinition)!;
  checkVolumes(call, definition);
  const [override] = overrides?.containerOverrides ?? [];
  Object.assign(call.entry.params, {
    taskDefinition,
    command: override?.command,
    network: call.input.networkConfiguration,
    placement: call.input.placementConstraints,
  });
  const container = definition.containerDefinitions.find(({ name }) => name === override?.name);
  if (!container)
    throw new AwsError('InvalidParameterException', 400, 'Override for container named x is not a container.');
  const { digest, isMissing } = resolveImage(core, container.image);
  const {
    onceExitCode: code = 0,
    onceStuck = false,
    onceAlone = false,
  } = sectionOf<RunWorld>(core.world, 'runs')[digest] ?? {};
  const taskArn = arnOf(call, `task/${cluster}/${crypto.randomUUID().replaceAll('-', '')}`);
  const end = isMissing
    ? { stopCode: 'TaskFailedToStart', stoppedReason: `CannotPullContainerError: ${container.image}: not found` }
    : { stopCode: 'EssentialContainerExited', stoppedReason: 'Essential container in task exited' };
  const containers = definition.containerDefinitions.map(({ name }) => {
    if (onceAlone && name !== container.name) return { name, lastStatus: 'RUNNING' };
    const exitCode = name === container.name ? code : 137;
    return { name, lastStatus: 'STOPPED', ...(isMissing ? {} : { exitCode }) };
  });
  const task = {
    taskArn,
    taskDefinitionArn: taskDefinition,
    lastStatus: onceStuck === 'PROVISIONING' ? onceStuck : 'PENDING',
    looks: 0,
    ...(onceStuck ? {} : { end: onceAlone ? { lastStatus: 'RUNNING', containers } : { ...end, containers } }),
  };
  once.set(taskArn, task);
  return { tasks: [{ taskArn, taskDefinitionArn: taskDefinition, lastStatus: 'PENDING' }], failures: [] };
}

/** The tasks of a service that run. A container that is not essential may have ended in them. */
export function runningTasks({
  core,
  state,
  service,
}: Pick<Ecs, 'core' | 'state'> & { service: ServiceState }): TaskState[] {
  const { definition } = state.definitions.get(service.serving)!;
  const containers = definition.containerDefinitions.map(({ name, image, essential }) => {
    const { digest, isMissing } = resolveImage(core, image);
    const { exitCode } = sectionOf<RunWorld>(core.world, 'runs')[digest] ?? {};
    if (essential !== false || (!isMissing && exitCode === undefined)) return { name, lastStatus: 'RUNNING' };
    return {
      name,
      lastStatus: 'STOPPED',
      ...(isMissing ? { reason: `CannotPullContainerError: ${image}: not found` } : { exitCode }),
    };
  });
  const { region, account, cluster, stated, deployments } = service;
  const some = (task: { taskDefinitionArn: string; lastStatus: string; containers: unknown }) =>
    Array.from({ length: stated.desiredCount ?? 2 }, () => ({
      taskArn: `arn:aws:ecs:${region}:${account}:task/${cluster}/${crypto.randomUUID().replaceAll('-', '')}`,
      ...{ ...task, looks: 0 },
    }));
  const last = deployments.at(-1)!;
  const waits = stated.stuck === 'capacity' && isOngoing(last);
  service.up = [
    ...some({ taskDefinitionArn: service.serving, lastStatus: 'RUNNING', containers }),
    ...(waits ? some({ taskDefinitionArn: last.taskDefinition, lastStatus: 'PROVISIONING', containers: [] }) : []),
  ];
  return service.up;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html, `volumeConfigurations` */
function checkVolumes(call: ServiceCall, definition: TaskDefinition): void {
  const { volumes = [] } = definition as { volumes?: readonly { name: string; configuredAtLaunch?: boolean }[] };
  const given = (call.input.volumeConfigurations ?? []) as { name: string; managedEBSVolume?: { roleArn?: string } }[];
  for (const { name } of volumes.filter(({ configuredAtLaunch }) => configuredAtLaunch)) {
    const role = given.find((it) => it.name === name)?.managedEBSVolume?.roleArn;
    if (!role) throw new AwsError('InvalidParameterException', 400, `The volume ${name} must be configured at launch.`);
    call.authorize({ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': 'ecs.amazonaws.com' } });
  }
}

/** A task that is run once: PENDING, RUNNING, its containers stop, STOPPED, a step for each look. Exit codes are there at the end alone. */
export function runOn(task: TaskState): void {
  task.looks++;
  const { end } = task as { end?: { containers: { exitCode?: number }[] } };
  if (task.lastStatus === 'STOPPED' || !end) return;
  task.lastStatus = task.looks < 3 ? 'RUNNING' : 'STOPPED';
  if (task.looks === 2) task.containers = end.containers.map(({ exitCode: _, ...container }) => container);
  if (task.looks > 2) Object.assign(task, end);
}

export function arnOf(call: ServiceCall, resource: string): string {
  return `arn:aws:ecs:${call.region}:${call.caller.account}:${resource}`;
}
