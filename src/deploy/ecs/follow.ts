import { Problem } from '../../base/problem.ts';
import { isDenied } from '../denied.ts';
import { NOT_SHOWN, type Watch } from '../wait.ts';
import type { Container, DeploymentBrief, Ecs, Service, ServiceDeployment, Task } from './api.ts';
import { idOf } from './plan.ts';
import { failedTasks, notYetInWords, outputOf, reasonsOf, waitsFor } from './reasons.ts';

/** A deployment that this step began. */
export interface Ours {
  readonly name: string;
  /** Somebody else's, if they began a deployment of the very same revision over ours. */
  arn: string;
  readonly definitionArn: string;
  /** Of the definition: where their output goes. */
  readonly containers?: readonly Container[];
}

/** How a deployment ended, or why this step ends it. */
export interface ServiceEnd {
  readonly kind: 'succeeded' | 'rolled back' | 'failed' | 'stopped' | 'superseded';
  /** In place of the usual words, where a call failed. */
  readonly title?: string;
  /** Of a success: what it does not prove. */
  readonly reasons: readonly string[];
  readonly fix?: string | undefined;
  /** Whether ECS still works on it. */
  readonly isOngoing: boolean;
}

interface Following {
  readonly ours: Ours;
  readonly watch: Watch;
  readonly say: (line: string) => void;
}

/** Failed tasks in a row after which a service without a circuit breaker is given up: the first repeated failure. */
const REPEATED = 2;
/** Answers without our deployment, in a row: what answers is not ECS, or has lost it. */
const MISSES = 6;

/** Watches our own deployment to its end, by its ARN: the service is stable also after a rollback. */
export async function follow(ecs: Ecs, { ours, watch, say }: Following): Promise<ServiceEnd> {
  let told = '';
  let misses = 0;
  return watch.until(`${ours.name} to finish deployment ${idOf(ours.arn)}`, async () => {
    const deployment = await ecs.deployment(ours.arn);
    if (!deployment?.status) {
      if (++misses < MISSES) return undefined;
      throw new Problem({ what: `ECS does not show deployment ${idOf(ours.arn)}`, on: ours.name, fix: NOT_SHOWN });
    }
    misses = 0;
    const line = progress(deployment);
    if (line !== told) say(`${ours.name}: ${line}`);
    told = line;
    const newer = deployment.status === 'STOPPED' ? await newerThan(ecs, deployment) : undefined;
    if (newer?.serviceDeploymentArn && (await hasRevision(ecs, newer, ours))) {
      // An update of the service's settings, or a forced deployment: what it brings is what this step brings.
      ours.arn = newer.serviceDeploymentArn;
      say(`${ours.name}: deployment ${idOf(ours.arn)} of the same revision took its place, and is followed`);
      return undefined;
    }
    return endOf(ecs, ours, { ...deployment, newer: newer && idOf(newer.serviceDeploymentArn) });
  });
}

async function hasRevision(ecs: Ecs, { targetServiceRevisionArn: arn }: DeploymentBrief, ours: Ours): Promise<boolean> {
  return arn !== undefined && (await ecs.revision(arn)) === ours.definitionArn;
}

/** @param deployment `newer`: the id of the one that took its place */
async function endOf(
  ecs: Ecs,
  ours: Ours,
  deployment: ServiceDeployment & { readonly newer: string | undefined },
): Promise<ServiceEnd | undefined> {
  const ended = async (
    kind: ServiceEnd['kind'],
    { more = [], fix, isOngoing = false }: Partial<Pick<ServiceEnd, 'fix' | 'isOngoing'>> & { more?: string[] } = {},
  ): Promise<ServiceEnd> => {
    const facts = await lookFor(ecs, ours, deployment);
    const reasons = [...more, ...reasonsOf(deployment, facts), ...facts.unseen];
    return { kind, reasons, fix: fix ?? outputOf(facts.tasks, ours.containers), isOngoing };
  };
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return { kind: 'succeeded', reasons: unwatched(deployment), isOngoing: false };
    case 'STOPPED': {
      const { newer } = deployment;
      if (newer) return { kind: 'superseded', reasons: [`deployment ${newer} took its place`], isOngoing: false };
      if (deployment.deploymentCircuitBreaker?.status === 'TRIGGERED') return ended('failed');
      return ended('stopped');
    }
    case 'ROLLBACK_SUCCESSFUL':
      return ended('rolled back');
    case 'ROLLBACK_FAILED':
      return ended('failed', { more: ['ECS could not roll it back'] });
    case 'PENDING':
    case 'IN_PROGRESS': {
      const service = await ecs.service();
      if (service && cannotGoOn(service, deployment))
        return ended('failed', { fix: OTHER_PERCENTAGES, isOngoing: true });
      const fails = service && (await failsAgain(ecs, { ours, deployment, service }));
      return fails ? ended('failed', { isOngoing: true }) : undefined;
    }
    default:
      return undefined;
  }
}

/** ECS does not watch alarms of which one is in alarm already as a deployment begins. https://github.com/aws/copilot-cli/pull/4512 */
function unwatched({ deploymentConfiguration, alarms }: ServiceDeployment): string[] {
  if (deploymentConfiguration?.alarms?.enable !== true || alarms?.status !== 'DISABLED') return [];
  return [
    `ECS did not watch the alarms of the service (${(alarms.alarmNames ?? []).join(', ')}), as one of them was in alarm when the deployment began`,
  ];
}

/** Why a deployment does not end, as far as that shows: a task that finds no instance fails nowhere, and is an event. */
export async function whatHolds(ecs: Ecs, ours: Ours): Promise<readonly string[]> {
  const deployment = await ecs.deployment(ours.arn);
  if (!deployment) return [];
  const facts = await lookFor(ecs, ours, deployment);
  const tasks = await ecs.tasks('RUNNING').catch(() => []);
  return [...notYetInWords(tasks, ours.definitionArn), ...reasonsOf(deployment, facts), ...facts.unseen];
}

const OTHER_PERCENTAGES =
  'give the service another minimumHealthyPercent or maximumPercent: it must be able to stop a task, or to start one more';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html: it tries for ever. */
function cannotGoOn({ events = [] }: Service, { createdAt: since = 0 }: ServiceDeployment): boolean {
  return events.some(
    ({ createdAt = 0, message = '' }) =>
      createdAt >= since && /unable to stop or start tasks during a deployment/.test(message),
  );
}

interface OwnDeployment {
  readonly ours: Ours;
  readonly deployment: ServiceDeployment;
  readonly service: Service;
}

/** ECS tries for ever where the circuit breaker is off. */
async function failsAgain(ecs: Ecs, { ours, deployment, service }: OwnDeployment): Promise<boolean> {
  if (service.deploymentConfiguration?.deploymentCircuitBreaker?.enable === true) return false;
  const own = service.deployments?.find(
    ({ taskDefinition, status }) => taskDefinition === ours.definitionArn && status === 'PRIMARY',
  );
  if ((own?.failedTasks ?? 0) >= REPEATED) return true;
  return (await lookFor(ecs, ours, deployment)).tasks.length >= REPEATED;
}

interface EndFacts {
  readonly service: Service | undefined;
  readonly tasks: readonly Task[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

/** The service, and the tasks of our own deployment that stopped because something is wrong with them. */
export async function lookFor(ecs: Ecs, ours: Ours, { createdAt = 0 }: ServiceDeployment): Promise<EndFacts> {
  const unseen: string[] = [];
  const orNothing = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (thrown) {
      if (!isDenied(thrown)) throw thrown;
      unseen.push(`more could not be looked at: ${(thrown as Problem).details.what}`);
      return undefined;
    }
  };
  const [service, tasks = []] = await Promise.all([orNothing(ecs.service()), orNothing(ecs.tasks('STOPPED'))]);
  const own = failedTasks(tasks, ours.definitionArn).filter((task) => (task.createdAt ?? createdAt) >= createdAt);
  return { service, tasks: own, unseen };
}

/** The latest deployment that was made after this one, if any. */
async function newerThan(
  ecs: Ecs,
  { serviceDeploymentArn, createdAt }: ServiceDeployment,
): Promise<DeploymentBrief | undefined> {
  const later = await ecs.deployments(createdAt === undefined ? {} : { after: createdAt });
  return later.find((it) => it.serviceDeploymentArn !== serviceDeploymentArn);
}

function progress(deployment: ServiceDeployment): string {
  const { status, lifecycleStage, targetServiceRevision: target } = deployment;
  const { requestedTaskCount, runningTaskCount = 0, pendingTaskCount = 0 } = target ?? {};
  const counts =
    requestedTaskCount === undefined
      ? ''
      : `, ${runningTaskCount} of ${requestedTaskCount} running${pendingTaskCount ? `, ${pendingTaskCount} pending` : ''}`;
  const waits = waitsFor(deployment).map((text) => `; ${text}`);
  return `${status}${lifecycleStage ? ` (${lifecycleStage})` : ''}${counts}${waits.join('')}`;
}
