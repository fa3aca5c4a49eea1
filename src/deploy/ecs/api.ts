import { type CallOf, type Json, openApi } from '../../aws/api.ts';
import type { CallOptions } from '../../base/retry.ts';
import { shapeOf, type Verdict, verdictOf } from '../../base/retryable.ts';
import type { Access } from '../../job.ts';
import { hurried } from '../cancelled.ts';
import type { EcsTarget } from '../line.ts';

/** Shapes of ECS's answers, as far as a rollout looks at them; times are seconds since 1970. */
export interface Service {
  readonly serviceArn?: string;
  readonly clusterArn?: string;
  readonly status?: string;
  readonly taskDefinition?: string;
  readonly desiredCount?: number;
  readonly schedulingStrategy?: string;
  readonly launchType?: string;
  readonly platformVersion?: string;
  readonly capacityProviderStrategy?: readonly Json[];
  readonly networkConfiguration?: Json;
  readonly placementConstraints?: readonly Json[];
  readonly placementStrategy?: readonly Json[];
  readonly deploymentController?: { readonly type?: string };
  readonly deploymentConfiguration?: {
    readonly strategy?: string;
    readonly minimumHealthyPercent?: number;
    readonly maximumPercent?: number;
    readonly lifecycleHooks?: readonly { readonly targetType?: string }[];
    readonly bakeTimeInMinutes?: number;
    readonly linearConfiguration?: { readonly stepPercent?: number; readonly stepBakeTimeInMinutes?: number };
    readonly canaryConfiguration?: { readonly canaryBakeTimeInMinutes?: number };
    readonly deploymentCircuitBreaker?: { readonly enable?: boolean; readonly rollback?: boolean };
  };
  readonly deployments?: readonly {
    readonly status?: string;
    readonly taskDefinition?: string;
    readonly rolloutState?: string;
    readonly createdAt?: number;
    readonly runningCount?: number;
    readonly failedTasks?: number;
    readonly volumeConfigurations?: readonly Volume[];
  }[];
  readonly events?: readonly { readonly createdAt?: number; readonly message?: string }[];
}

/** A volume of EBS that a deployment gives each of its tasks. */
export interface Volume extends Json {
  readonly managedEBSVolume?: { readonly roleArn?: string };
}

export interface Definition extends Json {
  readonly taskDefinitionArn?: string;
  readonly family?: string;
  readonly revision?: number;
  readonly containerDefinitions?: readonly Container[];
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly runtimePlatform?: { readonly cpuArchitecture?: string; readonly operatingSystemFamily?: string };
}

export interface Container extends Json {
  readonly name?: string;
  readonly image?: string;
  readonly essential?: boolean;
  readonly logConfiguration?: { readonly logDriver?: string; readonly options?: Readonly<Record<string, string>> };
}

export interface Tag {
  readonly key?: string;
  readonly value?: string;
}

export interface DeploymentBrief {
  readonly serviceDeploymentArn?: string;
  readonly targetServiceRevisionArn?: string;
  readonly status?: string;
  readonly createdAt?: number;
}

export interface ServiceDeployment extends DeploymentBrief {
  readonly statusReason?: string;
  readonly lifecycleStage?: string;
  readonly targetServiceRevision?: {
    readonly requestedTaskCount?: number;
    readonly runningTaskCount?: number;
    readonly pendingTaskCount?: number;
  };
  readonly rollback?: { readonly reason?: string };
  readonly deploymentCircuitBreaker?: {
    readonly status?: string;
    readonly failureCount?: number;
    readonly threshold?: number;
  };
  readonly deploymentConfiguration?: { readonly alarms?: { readonly enable?: boolean } };
  readonly alarms?: {
    readonly status?: string;
    readonly alarmNames?: readonly string[];
    readonly triggeredAlarmNames?: readonly string[];
  };
  readonly lifecycleHookDetails?: readonly {
    readonly hookId?: string;
    readonly targetArn?: string;
    readonly status?: string;
    readonly timeoutAction?: string;
  }[];
}

export interface Task {
  readonly taskArn?: string;
  readonly taskDefinitionArn?: string;
  readonly lastStatus?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly createdAt?: number;
  readonly containers?: readonly {
    readonly name?: string;
    readonly lastStatus?: string;
    readonly exitCode?: number;
    readonly reason?: string;
  }[];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html, `status` */
export const ONGOING = ['PENDING', 'IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED', 'ROLLBACK_IN_PROGRESS'];

const ECS = { name: 'ecs', variable: 'ECS', targetPrefix: 'AmazonEC2ContainerServiceV20141113' } as const;

/** ECS for one service. */
export interface Ecs {
  service(): Promise<Service | undefined>;
  /** @param name an ARN; or a family, whose newest active revision it is then */
  definition(name: string): Promise<{ readonly definition: Definition; readonly tags: readonly Tag[] } | undefined>;
  register(definition: Json): Promise<Definition | undefined>;
  update(change: {
    readonly taskDefinition: string;
    readonly forceNewDeployment?: boolean;
  }): Promise<Service | undefined>;
  /** @param filter the statuses, or what was made after a time (seconds since 1970) */
  deployments(filter: { readonly status?: readonly string[]; readonly after?: number }): Promise<DeploymentBrief[]>;
  deployment(arn: string): Promise<ServiceDeployment | undefined>;
  /** The task definition of a service revision. */
  revision(arn: string): Promise<string | undefined>;
  stop(arn: string): Promise<string | undefined>;
  /** Those of the service that are to run, or that stopped in the last hour. */
  tasks(desiredStatus: 'RUNNING' | 'STOPPED'): Promise<readonly Task[]>;
  runTask(input: Json): Promise<{ readonly tasks: readonly Task[]; readonly failures: readonly Failure[] }>;
  task(arn: string): Promise<Task | undefined>;
  stopTask(arn: string, reason: string): Promise<void>;
}

export interface Failure {
  readonly reason?: string;
  readonly detail?: string;
}

/**
 * A family that somebody else registers a revision of, and a revision that ECS does not know everywhere yet. ECS has one code for
 * whatever a caller did: what passes is told by the text alone. https://github.com/hashicorp/terraform-provider-aws/issues/9777,
 * https://github.com/aws/amazon-ecs-agent/issues/1354
 */
const PASSES = /too many concurrent attempts|TaskDefinition not found/i;

function verdictOfRevision(error: unknown): Verdict {
  const passes = shapeOf(error).name === 'ClientException' && PASSES.test(String((error as Error).message));
  return passes ? 'throttled' : verdictOf(error);
}

/** Volumes that a definition leaves to whoever runs its tasks (`configuredAtLaunch`). */
export function volumesOf({ deployments = [] }: Service): readonly Volume[] {
  return deployments.find(({ status }) => status === 'PRIMARY')?.volumeConfigurations ?? [];
}

/** A service of Express Mode names its task definition only in its deployments. https://github.com/kayac/ecspresso/pull/902 */
function readService(service: Service | undefined): Service | undefined {
  const primary = service?.deployments?.find(({ status }) => status === 'PRIMARY')?.taskDefinition;
  return service && { ...service, ...(service.taskDefinition || !primary ? {} : { taskDefinition: primary }) };
}

function readDefinition({ taskDefinition, tags = [] }: Json) {
  return taskDefinition ? { definition: taskDefinition as Definition, tags: tags as readonly Tag[] } : undefined;
}

/** @param signal in place of the step's own: what a cancelled step still has to do */
export function openEcs({ cluster, service }: EcsTarget, access: Access, signal?: AbortSignal): Ecs {
  const { http, aws, session, runner } = access;
  const api = openApi(ECS, { http, aws, session, env: runner.env });
  const how = hurried(signal);
  const ask = (action: CallOf<'ecs'>, input: Json, more?: CallOptions) => api.json(action, input, { ...how, ...more });
  const first = <T>(answer: Json, name: string) => ((answer[name] ?? []) as T[])[0];
  return {
    service: async () =>
      readService(first<Service>(await ask('DescribeServices', { cluster, services: [service] }), 'services')),
    definition: async (taskDefinition) =>
      readDefinition(await ask('DescribeTaskDefinition', { taskDefinition, include: ['TAGS'] })),
    register: async (definition) =>
      (await ask('RegisterTaskDefinition', definition, { classify: verdictOfRevision })).taskDefinition as
        | Definition
        | undefined,
    update: async (change) =>
      readService(
        (await ask('UpdateService', { cluster, service, ...change }, { classify: verdictOfRevision })).service as
          | Service
          | undefined,
      ),
    deployments: async (filter) =>
      allDeployments((input) => ask('ListServiceDeployments', { cluster, service, ...input }), filter),
    deployment: async (arn) =>
      first<ServiceDeployment>(
        await ask('DescribeServiceDeployments', { serviceDeploymentArns: [arn] }),
        'serviceDeployments',
      ),
    revision: async (arn) =>
      first<Service>(await ask('DescribeServiceRevisions', { serviceRevisionArns: [arn] }), 'serviceRevisions')
        ?.taskDefinition,
    stop: async (serviceDeploymentArn) => {
      const answer = await ask('StopServiceDeployment', { serviceDeploymentArn, stopType: 'ROLLBACK' });
      return answer.serviceDeploymentArn as string | undefined;
    },
    tasks: async (desiredStatus) => {
      const list = (page: Json) => ask('ListTasks', { cluster, serviceName: service, desiredStatus, ...page });
      return allTasks(list, async (tasks) => ((await ask('DescribeTasks', { cluster, tasks })).tasks ?? []) as Task[]);
    },
    runTask: async (input) => {
      const answer = await ask('RunTask', { cluster, ...input });
      return { tasks: (answer.tasks ?? []) as Task[], failures: (answer.failures ?? []) as Failure[] };
    },
    task: async (arn) => first<Task>(await ask('DescribeTasks', { cluster, tasks: [arn] }), 'tasks'),
    stopTask: async (task, reason) => {
      await ask('StopTask', { cluster, task, reason });
    },
  };
}

/** A service that failed before can have this many pages of 100 tasks each, and those of the newest revision come in no order. */
const MAX_PAGES = 10;

async function allTasks(
  list: (page: Json) => Promise<Json>,
  describe: (arns: readonly string[]) => Promise<Task[]>,
): Promise<Task[]> {
  const found: Task[] = [];
  let page: { nextToken?: string } | undefined = {};
  for (let at = 0; page && at < MAX_PAGES; at++) {
    const { taskArns, nextToken }: Json = await list(page);
    const arns = (taskArns ?? []) as string[];
    if (arns.length > 0) found.push(...(await describe(arns)));
    page = typeof nextToken === 'string' ? { nextToken } : undefined;
  }
  return found;
}

/** Every page of a list of deployments, the latest first. */
async function allDeployments(
  ask: (input: Json) => Promise<Json>,
  { status, after }: Parameters<Ecs['deployments']>[0],
): Promise<DeploymentBrief[]> {
  const found: DeploymentBrief[] = [];
  const filter = { ...(status ? { status } : {}), ...(after === undefined ? {} : { createdAt: { after } }) };
  const seen = new Set<string>();
  let more: { nextToken?: string } = {};
  do {
    const page = await ask({ ...filter, ...more });
    found.push(...((page.serviceDeployments ?? []) as DeploymentBrief[]));
    more = typeof page.nextToken === 'string' && !seen.has(page.nextToken) ? { nextToken: page.nextToken } : {};
    if (more.nextToken) seen.add(more.nextToken);
  } while (more.nextToken);
  return found.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
}
