import { randomUUID } from 'node:crypto';
import { Problem } from '../../base/problem.ts';
import { lastSeconds, whyStopped } from '../cancelled.ts';
import { denied } from '../denied.ts';
import type { EcsRollout } from '../request.ts';
import type { Stage } from '../target.ts';
import { NOT_SHOWN } from '../wait.ts';
import { type Ecs, openEcs, type Task, volumesOf } from './api.ts';
import type { Prepared } from './apply.ts';
import { containersInWords, logOf, notYetInWords } from './reasons.ts';
import { newestIsThis } from './task-definition.ts';

const MISSES = 6;

/**
 * Runs the tasks of `deploy-first` one after another: the new revision with another command, in the service's own network.
 * @throws Problem when one does not end with exit code 0
 */
export async function runFirst(rollout: EcsRollout, stage: Stage, prepared: Prepared): Promise<void> {
  try {
    for (const { container, command } of rollout.first) {
      await runTask(rollout, stage, { ...prepared, container, command });
    }
  } catch (thrown) {
    const told = denied(thrown, prepared.plan.target);
    if (!(told instanceof Problem) || prepared.plan.isAgain) throw told;
    const fix = [told.details.fix, newestIsThis(prepared.definitionArn)].filter(Boolean).join('\n');
    throw new Problem({ ...told.details, fix });
  }
}

interface OneTask extends Prepared {
  readonly container: string;
  readonly command: readonly string[];
}

async function runTask(rollout: EcsRollout, stage: Stage, one: OneTask): Promise<void> {
  const { plan, container, command } = one;
  const { runner, signal } = stage.access;
  const ecs = openEcs(rollout.target, stage.access);
  const on = `${plan.target}/${container}`;
  const arn = await started(ecs, one, on).catch((thrown: unknown) => {
    if (!signal.aborted) throw thrown;
    const what = `${whyStopped(signal)}; the task that runs first may have been started, and nothing was rolled out`;
    throw new Problem({ what, on });
  });
  runner.info(`${on}: runs ${command[0]} first, task ${arn.split('/').at(-1)}`);
  const log = logOf(plan.definition.containerDefinitions?.find(({ name }) => name === container) ?? {}, arn);
  let ended: Task;
  try {
    ended = await end(ecs, arn, { container, stage, on });
  } catch (thrown) {
    if (!signal.aborted && !(thrown instanceof Problem)) throw thrown;
    const stop = signal.aborted ? openEcs(rollout.target, stage.access, lastSeconds()) : ecs;
    const now = signal.aborted ? undefined : await stop.task(arn).catch(() => undefined);
    const held = now ? notYetInWords([now], one.definitionArn) : [];
    const stopped = await stoppedInWords(stop, arn);
    const { what, why, fix } = signal.aborted ? { what: whyStopped(signal) } : (thrown as Problem).details;
    throw new Problem({
      what: `${what}; the task was ${stopped}, and nothing was rolled out`,
      on,
      why: [why, ...held].filter(Boolean).join('\n') || undefined,
      fix: [log, fix].filter(Boolean).join('\n') || undefined,
    });
  }
  const own = ended.containers?.find(({ name }) => name === container);
  // Another container of the task may run for ever.
  const left = ended.lastStatus === 'STOPPED' ? STOPPED : await stoppedInWords(ecs, arn);
  if (own?.exitCode === 0) {
    if (left !== STOPPED) runner.warning(`${on}: the task's other containers run on, because it was ${left}`);
    runner.info(`${on}: ${command[0]} ended with exit code 0`);
    return;
  }
  const code = own?.exitCode === undefined ? 'did not run to its end' : `ended with exit code ${own.exitCode}`;
  throw new Problem({
    what: `the task that runs first ${code}, so nothing was rolled out${left === STOPPED ? '' : `; it was ${left}`}`,
    on,
    why: [ended.stoppedReason, ...containersInWords(ended)].filter(Boolean).join('\n') || undefined,
    ...(log ? { fix: log } : {}),
  });
}

const STOPPED = 'stopped';

async function stoppedInWords(ecs: Ecs, arn: string): Promise<string> {
  return ecs.stopTask(arn, 'deploy-first has ended').then(
    () => STOPPED,
    (thrown: unknown) => `not stopped${thrown instanceof Problem ? ` (${thrown.details.what})` : ''}: stop it yourself`,
  );
}

async function started(ecs: Ecs, { plan, container, command, definitionArn }: OneTask, on: string): Promise<string> {
  const { capacityProviderStrategy = [], launchType, platformVersion, networkConfiguration } = plan.service;
  const { placementConstraints = [], placementStrategy = [] } = plan.service;
  const volumes = volumesOf(plan.service);
  const { tasks, failures } = await ecs.runTask({
    taskDefinition: definitionArn,
    count: 1,
    startedBy: 'keyless-aws/deploy-first',
    // What is tried again after a lost answer starts no second task.
    clientToken: randomUUID(),
    overrides: { containerOverrides: [{ name: container, command }] },
    ...(capacityProviderStrategy.length > 0 ? { capacityProviderStrategy } : launchType ? { launchType } : {}),
    ...(platformVersion ? { platformVersion } : {}),
    ...(networkConfiguration ? { networkConfiguration } : {}),
    // Instances of another architecture, or without a GPU, may be in the same cluster. Fargate takes neither.
    ...(placementConstraints.length > 0 ? { placementConstraints } : {}),
    ...(placementStrategy.length > 0 ? { placementStrategy } : {}),
    ...(volumes.length > 0 ? { volumeConfigurations: volumes } : {}),
  });
  const arn = tasks[0]?.taskArn;
  if (arn) return arn;
  const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': ')).join('\n');
  throw new Problem({
    what: 'ECS did not start the task that runs first, so nothing was rolled out',
    on,
    why: why || undefined,
    fix: "it runs where the service's tasks run: see that there is room, and that the service itself can start one",
  });
}

/** The task once the container has stopped. */
function end(
  ecs: Ecs,
  arn: string,
  { container, stage, on }: { readonly container: string; readonly stage: Stage; readonly on: string },
): Promise<Task> {
  let misses = 0;
  return stage.watch.until(`the task that runs first on ${on}`, async () => {
    const task = await ecs.task(arn);
    if (!task?.lastStatus && ++misses === MISSES)
      throw new Problem({ what: 'ECS does not show the task', on, fix: NOT_SHOWN });
    const own = task?.containers?.find(({ name }) => name === container);
    // A container that has stopped is shown with its exit code, or gets it when the task has stopped.
    const isOver = own?.lastStatus === 'STOPPED' && own.exitCode !== undefined;
    return task && (task.lastStatus === 'STOPPED' || isOver) ? task : undefined;
  });
}
