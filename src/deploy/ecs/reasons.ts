import type { Container, Service, ServiceDeployment, Task } from './api.ts';

/** What exit codes mostly mean. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
const EXIT_CODES: Readonly<Record<number, string>> = {
  125: 'the container could not be started',
  126: 'the command cannot be executed',
  127: 'the command was not found',
  137: 'killed, often because it ran out of memory',
  139: 'segmentation fault',
  143: 'stopped by SIGTERM',
  // https://github.com/yc-software/qm/issues/194: "exec format error"
  255: 'often an image that is built for another architecture',
};
/** SIGKILL and SIGTERM. */
const OF_STOPPING = [137, 143];
const EVENTS = 3;

/** Tasks that stopped because something is wrong with them, not because somebody or the scheduler wanted them gone. */
export function failedTasks(tasks: readonly Task[], definition: string): Task[] {
  return tasks.filter(
    ({ taskDefinitionArn, stopCode, stoppedReason = '' }) =>
      taskDefinitionArn === definition &&
      (stopCode === 'EssentialContainerExited' ||
        stopCode === 'TaskFailedToStart' ||
        /health check|CannotPull|failed to start|unhealthy/i.test(stoppedReason)),
  );
}

/** Why a deployment failed: what it says itself, its tasks, the service's last events. */
export function reasonsOf(
  deployment: ServiceDeployment,
  { service, tasks }: { readonly service: Service | undefined; readonly tasks: readonly Task[] },
): string[] {
  const { statusReason, rollback, deploymentCircuitBreaker: breaker, alarms, createdAt = 0 } = deployment;
  const alarmed = alarms?.triggeredAlarmNames ?? [];
  return unique([
    statusReason,
    rollback?.reason,
    breaker?.status === 'TRIGGERED'
      ? `the circuit breaker fired after ${breaker.failureCount} failed tasks (threshold ${breaker.threshold})`
      : undefined,
    ...hooksThatFailed(deployment),
    ...waitsFor(deployment),
    alarmed.length > 0 ? `alarms: ${alarmed.join(', ')}` : undefined,
    ...tasksInWords(tasks),
    ...lastEvents(service, createdAt),
  ]);
}

/** The hooks that pause a deployment until somebody continues it. */
export function waitsFor({ serviceDeploymentArn, lifecycleHookDetails = [] }: ServiceDeployment): string[] {
  return lifecycleHookDetails
    .filter(({ status }) => status === 'AWAITING_ACTION')
    .map(
      ({ hookId }) =>
        `it pauses until somebody continues it: aws ecs continue-service-deployment --service-deployment-arn ${serviceDeploymentArn} --hook-id ${hookId}`,
    );
}

function hooksThatFailed({ lifecycleHookDetails = [] }: ServiceDeployment): string[] {
  const words: Readonly<Record<string, string>> = { FAILED: 'failed', TIMED_OUT: 'timed out' };
  return lifecycleHookDetails.flatMap(({ status = '', targetArn, hookId }) =>
    words[status] ? [`the lifecycle hook ${targetArn ?? hookId} ${words[status]}`] : [],
  );
}

/** `2 tasks stopped: Essential container in task exited; container web exited with code 1`, one line for each distinct reason. */
export function tasksInWords(tasks: readonly Task[]): string[] {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const text = [task.stoppedReason ?? task.stopCode ?? 'no reason', ...containersInWords(task)].join('; ');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `${count} task${count === 1 ? '' : 's'} stopped: ${text}`);
}

/** Tasks of a revision that do not run yet: `2 tasks are in PROVISIONING`. @param definition its ARN */
export function notYetInWords(tasks: readonly Task[], definition: string): string[] {
  const own = tasks.filter(
    ({ taskDefinitionArn, lastStatus }) => taskDefinitionArn === definition && lastStatus !== 'RUNNING',
  );
  const states = Map.groupBy(own, ({ lastStatus = 'an unknown state' }) => lastStatus);
  return [...states].map(
    ([state, all]) => `${all.length} task${all.length === 1 ? ' is' : 's are'} in ${state}${MEANINGS[state] ?? ''}`,
  );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
const MEANINGS: Readonly<Record<string, string>> = {
  PROVISIONING:
    ': the capacity provider has no instance for it yet (look at the activity of its Auto Scaling group), or its network interface is not made',
};

export function containersInWords({ containers = [] }: Task): string[] {
  const isOwnFault = containers.some(({ exitCode = 0 }) => exitCode !== 0 && !OF_STOPPING.includes(exitCode));
  return containers.flatMap(({ name, exitCode, reason }) => {
    if (exitCode === undefined && !reason) return [];
    // ECS stops the other containers of a task when an essential one has ended.
    if (isOwnFault && !reason && exitCode !== undefined && OF_STOPPING.includes(exitCode)) return [];
    const meaning = exitCode === undefined ? undefined : EXIT_CODES[exitCode];
    const exit = exitCode === undefined ? '' : ` exited with code ${exitCode}${meaning ? ` (${meaning})` : ''}`;
    return [`container ${name}${exit}${reason ? `${exit ? ',' : ''} ${reason}` : ''}`];
  });
}

/** The last distinct events since the deployment began; ids of tasks and targets differ and say nothing. */
function lastEvents(service: Service | undefined, since: number): string[] {
  const events = (service?.events ?? [])
    .filter(({ createdAt = 0 }) => createdAt >= since)
    .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))
    .map(({ message = '' }) => message.replace(/^\(service \S+?\)\s*/, '').replaceAll(/\b[0-9a-f]{32}\b/g, '…'));
  return unique(events)
    .slice(0, EVENTS)
    .map((message) => `event: ${message}`);
}

/** Where the output of a container is, if it goes to CloudWatch Logs. */
export function logOf({ name, logConfiguration }: Container, taskArn: string | undefined): string | undefined {
  const {
    'awslogs-group': group,
    'awslogs-stream-prefix': prefix,
    'awslogs-region': region,
  } = logConfiguration?.options ?? {};
  if (logConfiguration?.logDriver !== 'awslogs' || !group) return undefined;
  const stream = prefix ? ` --log-stream-names ${prefix}/${name}/${taskArn?.split('/').at(-1)}` : '';
  return `its output: aws logs tail ${group}${stream}${region ? ` --region ${region}` : ''}`;
}

/** Where the output of the first container that ended is, if it goes to CloudWatch Logs. */
export function outputOf(tasks: readonly Task[], definitions: readonly Container[] = []): string | undefined {
  for (const { taskArn, containers = [] } of tasks) {
    const ended = containers.find(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
    const definition = definitions.find(({ name }) => name === ended?.name);
    const log = ended && definition && logOf(definition, taskArn);
    if (log) return log;
  }
  return undefined;
}

function unique(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined && text !== ''))] as string[];
}
