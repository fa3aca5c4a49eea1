import { AwsError, type Core, json, type Service, type ServiceCall } from '../service.ts';
import {
  beginDeployment,
  type EcsState,
  isOngoing,
  look,
  readEcs,
  register,
  resolveImage,
  type ServiceState,
} from './state.ts';
import { arnOf, type Ecs, runningTasks, runOn, runTask } from './tasks.ts';
import { brief, described, detailed } from './views.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
const NOT_ACCEPTED = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
];

type Action = (call: ServiceCall, ecs: Ecs) => unknown;

/** ECS as far as a rollout calls it. Deployments get on whenever they are looked at. */
export function makeEcs(core: Core): Service {
  const ecs: Ecs = { core, state: readEcs(core), once: new Map() };
  return {
    name: 'ecs',
    protocol: 'json',
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    handle: (call) => {
      const act = ACTIONS[call.action];
      if (!act) throw new AwsError('UnknownOperationException', 400, `the sandbox's ECS has no ${call.action}`);
      return json(act(call, ecs));
    },
  };
}

const ACTIONS: Readonly<Record<string, Action>> = {
  DescribeServices: (call, { state, core }) => {
    const names = call.input.services as string[];
    const cluster = String(call.input.cluster);
    known(call, state, cluster);
    const found = names.map((name) => {
      call.authorize({ action: 'ecs:DescribeServices', resource: arnOf(call, `service/${cluster}/${name}`) });
      return find(call, state, { cluster, name });
    });
    const missing = names.filter((_, at) => !found[at]);
    return {
      services: found.flatMap((service) => (service ? [described(service, core)] : [])),
      failures: missing.map((name) => ({ arn: arnOf(call, `service/${cluster}/${name}`), reason: 'MISSING' })),
    };
  },
  DescribeTaskDefinition: (call, { state }) => {
    call.authorize({ action: 'ecs:DescribeTaskDefinition', resource: '*' });
    const found = definitionOf(call, state, String(call.input.taskDefinition));
    if (!found) throw new AwsError('ClientException', 400, 'Unable to describe task definition.');
    const wantsTags = (call.input.include as string[] | undefined)?.includes('TAGS');
    return { taskDefinition: found.definition, ...(wantsTags ? { tags: found.tags } : {}) };
  },
  RegisterTaskDefinition: (call, { state }) => {
    const { tags = [], ...given } = call.input as { tags?: { key: string; value: string }[]; family: string };
    Object.assign(call.entry.params, { registered: given, tags });
    const wrong = NOT_ACCEPTED.find((key) => key in given);
    if (wrong) throw new AwsError('ClientException', 400, `Unknown parameter in input: "${wrong}"`);
    if (tags.some(({ key }) => key.startsWith('aws:'))) {
      throw new AwsError('InvalidParameterException', 400, 'aws: prefixed tag key names are not allowed.');
    }
    const resource = arnOf(call, `task-definition/${given.family}:*`);
    call.authorize({ action: 'ecs:RegisterTaskDefinition', resource });
    if (tags.length > 0) call.authorize({ action: 'ecs:TagResource', resource });
    const { taskRoleArn, executionRoleArn } = given as { taskRoleArn?: string; executionRoleArn?: string };
    for (const role of [taskRoleArn, executionRoleArn]) {
      const context = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
      if (role) call.authorize({ action: 'iam:PassRole', resource: role, context });
    }
    return { taskDefinition: register(state, { account: call.caller.account, region: call.region }, { given, tags }) };
  },
  UpdateService: (call, { state, core }) => {
    const service = authorized(call, state, 'UpdateService');
    const { taskDefinition = service.taskDefinition, forceNewDeployment = false } = call.input;
    if ((service.stated.controller ?? 'ECS') !== 'ECS') {
      const text = 'Unable to update task definition on services with this deployment controller.';
      throw new AwsError('InvalidParameterException', 400, text);
    }
    if (!state.definitions.has(String(taskDefinition))) {
      throw new AwsError('ClientException', 400, 'TaskDefinition not found.');
    }
    call.entry.params.taskDefinition = taskDefinition;
    const isSame = service.taskDefinition === taskDefinition;
    if (!isSame || forceNewDeployment === true) beginDeployment(core, service, String(taskDefinition));
    return { service: described(service, core) };
  },
  ListServiceDeployments: (call, { core, state }) => {
    const service = authorized(call, state, 'ListServiceDeployments');
    const { status, createdAt: { after = 0 } = {} } = call.input as {
      status?: string[];
      createdAt?: { after?: number };
    };
    // Who waits for the end of somebody else's deployment looks at the list alone: it gets on by that, too.
    for (const it of status ? service.deployments.filter(isOngoing) : [])
      look({ core, state, service, deployment: it });
    const found = service.deployments.filter((it) => it.createdAt >= after && (!status || status.includes(it.status)));
    // In no particular order.
    return { serviceDeployments: found.map((it) => brief(service, it)) };
  },
  DescribeServiceDeployments: (call, { core, state }) => {
    const [arn = ''] = call.input.serviceDeploymentArns as string[];
    const { service, deployment } = deploymentOf(call, state, arn);
    look({ core, state, service, deployment });
    return { serviceDeployments: [detailed(service, deployment)], failures: [] };
  },
  DescribeServiceRevisions: (call, { core, state }) => {
    const [arn = ''] = call.input.serviceRevisionArns as string[];
    const service = state.services.find(({ deployments }) =>
      deployments.some(({ revisionArn }) => revisionArn === arn),
    );
    const deployment = service?.deployments.find(({ revisionArn }) => revisionArn === arn);
    if (!service || !deployment) throw new AwsError('ServiceNotFoundException', 400, 'Service not found.');
    call.authorize({ action: 'ecs:DescribeServiceRevisions', resource: service.arn });
    call.authorize({ action: 'ecs:DescribeServiceRevisions', resource: arn });
    const { definition } = state.definitions.get(deployment.taskDefinition)!;
    const containerImages = definition.containerDefinitions.map(({ name, image }) => ({
      containerName: name,
      image,
      imageDigest: resolveImage(core, image).digest,
    }));
    const { taskDefinition } = deployment;
    return {
      serviceRevisions: [{ serviceRevisionArn: arn, serviceArn: service.arn, taskDefinition, containerImages }],
    };
  },
  StopServiceDeployment: (call, { state }) => {
    const arn = String(call.input.serviceDeploymentArn);
    const { service, deployment } = deploymentOf(call, state, arn);
    if (call.input.stopType !== 'ROLLBACK') {
      throw new AwsError('InvalidParameterException', 400, 'The only valid stop type is ROLLBACK.');
    }
    if (!isOngoing(deployment) || service.deployments.at(-1) !== deployment) {
      throw new AwsError('ConflictException', 400, 'The deployment is not in a state that can be stopped.');
    }
    deployment.status = 'ROLLBACK_REQUESTED';
    deployment.rollbackReason = 'Service deployment was stopped by a user.';
    return { serviceDeploymentArn: arn };
  },
  ListTasks: (call, { core, state }) => {
    const cluster = String(call.input.cluster);
    const context = { 'ecs:cluster': arnOf(call, `cluster/${cluster}`) };
    call.authorize({ action: 'ecs:ListTasks', resource: arnOf(call, `container-instance/${cluster}/*`), context });
    const service = known(call, state, cluster).find(({ name }) => name === call.input.serviceName);
    const isStopped = call.input.desiredStatus === 'STOPPED';
    const found = isStopped ? (service?.tasks ?? []) : service ? runningTasks({ core, state, service }) : [];
    const from = Number(call.input.nextToken ?? 0);
    const next = from + PAGE < found.length ? { nextToken: String(from + PAGE) } : {};
    return { taskArns: found.slice(from, from + PAGE).map(({ taskArn }) => taskArn), ...next };
  },
  DescribeTasks: (call, { state, once }) => {
    const arns = call.input.tasks as string[];
    if (arns.length > PAGE) throw new AwsError('InvalidParameterException', 400, 'Tasks cannot be more than 100.');
    for (const arn of arns) call.authorize({ action: 'ecs:DescribeTasks', resource: arn });
    const tasks = arns.map(
      (arn) =>
        once.get(arn) ?? state.services.flatMap((it) => [...it.tasks, ...it.up]).find((it) => it.taskArn === arn),
    );
    for (const task of tasks) if (task) runOn(task);
    return { tasks: tasks.filter(Boolean), failures: [] };
  },
  RunTask: runTask,
  StopTask: (call, { once }) => {
    const arn = String(call.input.task);
    call.authorize({ action: 'ecs:StopTask', resource: arn });
    const task = once.get(arn);
    if (!task) throw new AwsError('InvalidParameterException', 400, 'The referenced task was not found.');
    Object.assign(task, { lastStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: call.input.reason });
    return { task };
  },
};

/** Tasks that one call lists, or describes. */
const PAGE = 100;

/** By its ARN; or of a family the newest revision that is active. */
function definitionOf(call: ServiceCall, { definitions }: EcsState, name: string) {
  if (name.startsWith('arn:')) return definitions.get(name);
  const prefix = arnOf(call, `task-definition/${name}:`);
  const all = [...definitions.values()].filter(({ definition }) => definition.taskDefinitionArn.startsWith(prefix));
  return all.findLast(({ definition }) => definition.status === 'ACTIVE');
}

/** The services of a cluster of the caller. */
function known(call: ServiceCall, { services }: EcsState, cluster: string): ServiceState[] {
  const found = services.filter(
    (it) => it.account === call.caller.account && it.region === call.region && it.cluster === cluster,
  );
  if (found.length === 0) throw new AwsError('ClusterNotFoundException', 400, 'Cluster not found.');
  return found;
}

function find(
  call: ServiceCall,
  state: EcsState,
  { cluster, name }: { readonly cluster: string; readonly name: string },
): ServiceState | undefined {
  return known(call, state, cluster).find((it) => it.name === name || it.arn === name);
}

function authorized(call: ServiceCall, state: EcsState, action: string): ServiceState {
  const [cluster, name] = [String(call.input.cluster), String(call.input.service)];
  call.authorize({ action: `ecs:${action}`, resource: arnOf(call, `service/${cluster}/${name}`) });
  const service = find(call, state, { cluster, name });
  if (!service) throw new AwsError('ServiceNotFoundException', 400, 'Service not found.');
  return service;
}

function deploymentOf(call: ServiceCall, state: EcsState, arn: string) {
  const service = state.services.find(({ deployments }) => deployments.some((it) => it.arn === arn));
  const deployment = service?.deployments.find((it) => it.arn === arn);
  if (!service || !deployment) {
    throw new AwsError('ServiceDeploymentNotFoundException', 400, 'The service deployment was not found.');
  }
  call.authorize({ action: `ecs:${call.action}`, resource: service.arn });
  call.authorize({ action: `ecs:${call.action}`, resource: arn });
  return { service, deployment };
}
