import { randomUUID } from 'node:crypto';
import { Problem } from '../../base/problem.ts';
import type { EcsRollout } from '../request.ts';
import type { Stage } from '../target.ts';
import { type Ecs, openEcs, type Task } from './api.ts';
import type { Prepared } from './apply.ts';
import { containersInWords, logOf } from './reasons.ts';

/** A cancelled step has seconds to stop its task. */
const CANCEL_MS = 5_000;
const MISSES = 6;

/**
 * Runs the tasks of `deploy-first` one after another: the new revision with another command, in the service's own network.
 * @throws Problem when one does not end with exit code 0
 */
export async function runFirst(rollout: EcsRollout, stage: Stage, prepared: Prepared): Promise<void> {
  for (const { container, command } of rollout.first)
    await runTask(rollout, stage, { ...prepared, container, command });
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
  const arn = await started(ecs, one, on);
  runner.info(`${on}: runs ${command[0]} first, task ${arn.split('/').at(-1)}`);
  const log = logOf(plan.definition.containerDefinitions?.find(({ name }) => name === container) ?? {}, arn);
  let ended: Task;
  try {
    ended = await end(ecs, arn, { container, stage, on });
  } catch (thrown) {
    const now = openEcs(rollout.target, stage.access, AbortSignal.timeout(CANCEL_MS));
    const stop = signal.aborted ? now : ecs;
    const isStopped = await stop.stopTask(arn, 'deploy-first did not end in time').then(
      () => true,
      () => false,
    );
    const what = signal.aborted ? 'the step was cancelled' : (thrown as Error).message;
    if (!signal.aborted && !(thrown instanceof Problem)) throw thrown;
    throw new Problem({
      what: `${what.replace(/\.$/, '')}; the task was ${isStopped ? 'stopped' : 'not stopped: stop it yourself'}`,
      on,
      ...(log ? { fix: log } : {}),
    });
  }
  const own = ended.containers?.find(({ name }) => name === container);
  if (own?.exitCode === 0) {
    // A container beside it may run on for ever.
    if (ended.lastStatus !== 'STOPPED') await ecs.stopTask(arn, 'deploy-first has ended');
    runner.info(`${on}: ${command[0]} ended with exit code 0`);
    return;
  }
  const code = own?.exitCode === undefined ? 'did not run to its end' : `ended with exit code ${own.exitCode}`;
  throw new Problem({
    what: `the task that runs first ${code}, so nothing was rolled out`,
    on,
    why: [ended.stoppedReason, ...containersInWords(ended)].filter(Boolean).join('\n') || undefined,
    ...(log ? { fix: log } : {}),
  });
}

async function started(ecs: Ecs, { plan, container, command, definitionArn }: OneTask, on: string): Promise<string> {
  const { capacityProviderStrategy = [], launchType, platformVersion, networkConfiguration } = plan.service;
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
  });
  const arn = tasks[0]?.taskArn;
  if (arn) return arn;
  const why = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(': ')).join('\n');
  throw new Problem({
    what: 'ECS did not start the task that runs first, so nothing was rolled out',
    on,
    why: why || undefined,
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
    if (!task?.lastStatus && ++misses === MISSES) throw new Problem({ what: 'ECS does not show the task', on });
    const own = task?.containers?.find(({ name }) => name === container);
    return task && (task.lastStatus === 'STOPPED' || own?.lastStatus === 'STOPPED') ? task : undefined;
  });
}
