import type { Core } from '../service.ts';
import { type DeploymentState, isOngoing, isPaused, type ServiceState } from './state.ts';

/** What the calls answer of a deployment and a service. */
export function brief({ arn, region, account, cluster }: ServiceState, deployment: DeploymentState) {
  const { status, statusReason, createdAt } = deployment;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: arn,
    clusterArn: `arn:aws:ecs:${region}:${account}:cluster/${cluster}`,
    targetServiceRevisionArn: deployment.revisionArn,
    ...{ status, statusReason, createdAt, startedAt: createdAt },
  };
}

export function detailed(service: ServiceState, deployment: DeploymentState) {
  const { targetServiceRevisionArn: arn, ...rest } = brief(service, deployment);
  const requestedTaskCount = service.stated.desiredCount ?? 2;
  const runningTaskCount = deployment.running;
  const { enable = false } = service.stated.breaker ?? {};
  const status = deployment.isTriggered ? 'TRIGGERED' : enable ? 'MONITORING' : 'DISABLED';
  return {
    ...rest,
    targetServiceRevision: { arn, requestedTaskCount, runningTaskCount, pendingTaskCount: 0 },
    deploymentCircuitBreaker: { status, failureCount: deployment.failures, threshold: 3 },
    ...(deployment.rollbackReason ? { rollback: { reason: deployment.rollbackReason } } : {}),
    ...(service.stated.alarmsIgnored
      ? {
          deploymentConfiguration: { alarms: { enable: true, rollback: true, alarmNames: ['errors'] } },
          alarms: { status: 'DISABLED', alarmNames: ['errors'] },
        }
      : {}),
    lifecycleStage: isPaused(service, deployment) ? 'POST_SCALE_UP' : 'SCALE_UP',
    lifecycleHookDetails: service.stated.pausedLooks
      ? [
          {
            hookId: 'hook-1',
            targetType: 'PAUSE',
            status: isPaused(service, deployment) ? 'AWAITING_ACTION' : 'SUCCEEDED',
            timeoutAction: 'ROLLBACK',
          },
        ]
      : [],
  };
}

export function described(service: ServiceState, core: Core) {
  const { arn, region, account, cluster, name, stated, taskDefinition, deployments, events } = service;
  const last = deployments.at(-1)!;
  const ended = { SUCCESSFUL: 'COMPLETED', ROLLBACK_SUCCESSFUL: 'COMPLETED', STOPPED: 'FAILED' } as Record<
    string,
    string
  >;
  const { enable = false, rollback = false } = stated.breaker ?? {};
  const desiredCount = stated.desiredCount ?? 2;
  const isBack = last.status === 'ROLLBACK_SUCCESSFUL';
  const primary = {
    id: `ecs-svc/${deployments.length}`,
    status: 'PRIMARY',
    taskDefinition: isBack ? service.serving : last.taskDefinition,
    rolloutState: ended[last.status] ?? 'IN_PROGRESS',
    desiredCount,
    runningCount: isBack ? desiredCount : last.running,
    failedTasks: isOngoing(last) ? last.failures : 0,
    createdAt: last.createdAt,
    volumeConfigurations: stated.volumeConfigurations ?? [],
  };
  const active = { ...primary, status: 'ACTIVE', taskDefinition: service.serving, rolloutState: 'COMPLETED' };
  core.log.entries.at(-1)!.params.taskDefinition = taskDefinition;
  return {
    serviceArn: arn,
    serviceName: name,
    clusterArn: `arn:aws:ecs:${region}:${account}:cluster/${cluster}`,
    status: 'ACTIVE',
    ...(stated.express ? { resourceManagementType: 'ECS' } : { taskDefinition }),
    schedulingStrategy: stated.schedulingStrategy ?? 'REPLICA',
    desiredCount,
    runningCount: desiredCount,
    launchType: 'FARGATE',
    platformVersion: '1.4.0',
    networkConfiguration: {
      awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
    },
    deploymentController: { type: stated.controller ?? 'ECS' },
    deploymentConfiguration: {
      strategy: 'ROLLING',
      lifecycleHooks: stated.pausedLooks ? [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }] : [],
      ...stated.deploymentConfiguration,
      deploymentCircuitBreaker: { enable, rollback },
    },
    placementConstraints: stated.placementConstraints ?? [],
    deployments: service.serving === primary.taskDefinition ? [primary] : [primary, active],
    events: events.slice(0, 100),
    ...(isOngoing(last) ? { currentServiceDeployment: last.arn } : {}),
  };
}
