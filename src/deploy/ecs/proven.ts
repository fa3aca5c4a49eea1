import { Problem } from '../../base/problem.ts';
import { isDenied } from '../denied.ts';
import type { Watch } from '../wait.ts';
import type { Container, Ecs, Service, Task } from './api.ts';
import { lookFor, type Ours, type ServiceEnd } from './follow.ts';
import { containersInWords, outputOf, tasksInWords } from './reasons.ts';

/** Looks without a task that runs, in a row: ECS shows a service with some delay. */
const LOOKS = 6;
/** For all of the looks, however little is left of `deploy-timeout-minutes`. */
const MINUTES = 2;

interface Succeeded {
  readonly ours: Ours;
  /** Containers that got another image. */
  readonly changed: readonly Container[];
  readonly end: ServiceEnd;
  /** Tasks that the service was to run when the rollout was planned. */
  readonly desired: number | undefined;
}

/**
 * What ECS calls a success is looked at once more. It counts a task that has run for a moment, and does not count a container that is
 * not essential: https://github.com/aws/containers-roadmap/issues/1206. A look that is not answered leaves it a success.
 */
export async function proven(ecs: Ecs, succeeded: Succeeded, watch: Watch): Promise<ServiceEnd> {
  const { ours, end } = succeeded;
  let looks = 0;
  try {
    return await watch.within(MINUTES).until(`${ours.name} to show what runs`, async () => {
      const service = await ecs.service();
      if (service?.taskDefinition !== ours.definitionArn) {
        const reasons = ['the service was given another task definition since'];
        return { kind: 'superseded', reasons, isOngoing: false };
      }
      if (!someRun(service, ours) && ++looks < LOOKS) return undefined;
      return await judged(ecs, succeeded, service);
    });
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return { ...end, reasons: [...end.reasons, `what runs could not be looked at: ${thrown.details.what}`] };
  }
}

async function judged(ecs: Ecs, { ours, changed, end, desired }: Succeeded, service: Service): Promise<ServiceEnd> {
  const failed = (title: string, tasks: readonly Task[], reasons: readonly string[]): ServiceEnd => {
    const fix = outputOf(tasks, ours.containers);
    return {
      kind: 'failed',
      title: `ECS calls the deployment a success, but ${title}`,
      reasons,
      fix,
      isOngoing: false,
    };
  };
  const { tasks } = await lookFor(ecs, ours, (await ecs.deployment(ours.arn)) ?? {});
  const stopped = tasksInWords(tasks);
  if (!someRun(service, ours)) return failed('none of its tasks runs', tasks, stopped);
  const { idle, unseen } = await notRunning(ecs, ours, changed);
  if (idle.length > 0) {
    const names = [...new Set(idle.flatMap(({ containers = [] }) => containers.map(({ name }) => name)))].join(', ');
    return failed(`the container ${names}, which is not essential, does not run`, idle, [
      ...new Set(idle.flatMap(containersInWords)),
    ]);
  }
  const flaky = stopped.map((text) => `ECS calls the deployment a success, although ${text}`);
  const scaledIn =
    service.desiredCount === 0 && desired !== 0
      ? ['the desired count has become 0, so no task proves that the image works']
      : [];
  return { ...end, reasons: [...end.reasons, ...flaky, ...unseen, ...scaledIn] };
}

/** Whether tasks of the new revision run, where any are to. */
function someRun({ desiredCount, deployments }: Service, { definitionArn }: Ours): boolean {
  const primary = deployments?.find(({ status }) => status === 'PRIMARY');
  return desiredCount === 0 || primary?.taskDefinition !== definitionArn || primary.runningCount !== 0;
}

interface NotRunning {
  readonly idle: readonly Task[];
  /** What could not be looked at, and why. */
  readonly unseen: readonly string[];
}

/** Of tasks of the new revision that run, the changed containers that have ended otherwise than with exit code 0. */
async function notRunning(ecs: Ecs, { definitionArn }: Ours, changed: readonly Container[]): Promise<NotRunning> {
  const names = changed.filter(({ essential }) => essential === false).map(({ name }) => name);
  if (names.length === 0) return { idle: [], unseen: [] };
  let tasks: readonly Task[];
  try {
    tasks = (await ecs.tasks('RUNNING')).filter(({ taskDefinitionArn }) => taskDefinitionArn === definitionArn);
  } catch (thrown) {
    if (!isDenied(thrown)) throw thrown;
    const why = (thrown as Problem).details.what;
    return { idle: [], unseen: [`whether the container ${names.join(', ')} runs could not be looked at: ${why}`] };
  }
  const idle = tasks.flatMap(({ containers = [], ...task }) => {
    const ended = containers.filter(
      ({ name, lastStatus, exitCode }) => names.includes(name) && lastStatus === 'STOPPED' && exitCode !== 0,
    );
    return ended.length > 0 ? [{ ...task, containers: ended }] : [];
  });
  return { idle, unseen: [] };
}
