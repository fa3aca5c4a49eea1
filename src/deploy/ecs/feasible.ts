import { Problem } from '../../base/problem.ts';
import { MAX_TIMEOUT_MINUTES } from '../request.ts';
import type { Service } from './api.ts';

/**
 * What would be rolled back at the time-out, however well it went, is refused.
 * @param minutes `deploy-timeout-minutes`
 * @throws Problem
 */
export function checkTime(service: Service, minutes: number, on: string): void {
  const least = leastMinutes(service);
  if (least < minutes) return;
  const raise = least < MAX_TIMEOUT_MINUTES ? `set deploy-timeout-minutes above ${least}, or ` : 'set ';
  throw new Problem({
    what: `a deployment of the service takes at least ${least} minutes (${service.deploymentConfiguration?.strategy ?? 'ROLLING'}, bake time included), and deploy-timeout-minutes is ${minutes}`,
    on,
    fix: `${raise}deploy-wait: false, or shorten the bake time of the service`,
  });
}

/**
 * A rolling deployment may neither stop a task nor start one where both percentages round to the desired count: nothing ever happens.
 * https://github.com/aws/containers-roadmap/issues/485
 * @throws Problem
 */
export function checkPercentages(service: Service, on: string): void {
  const { desiredCount = 0, schedulingStrategy, deploymentConfiguration = {} } = service;
  const { strategy = 'ROLLING', minimumHealthyPercent = 100, maximumPercent = 200 } = deploymentConfiguration;
  if (desiredCount === 0 || strategy !== 'ROLLING') return;
  if (schedulingStrategy === 'DAEMON') {
    checkDaemon(deploymentConfiguration, on);
    return;
  }
  const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const most = Math.floor((desiredCount * maximumPercent) / 100);
  if (least < desiredCount || most > desiredCount) return;
  throw new Problem({
    what: `no deployment of the service can begin: of ${desiredCount} task${desiredCount === 1 ? '' : 's'} ECS may stop none (minimumHealthyPercent ${minimumHealthyPercent}) and start no other (maximumPercent ${maximumPercent})`,
    on,
    fix: `set maximumPercent of the service to ${Math.ceil((100 * (desiredCount + 1)) / desiredCount)} or more, or minimumHealthyPercent to ${Math.floor((100 * (desiredCount - 1)) / desiredCount)} or less`,
  });
}

/**
 * An instance runs one daemon at a time: the old one has to stop first.
 * https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/390
 */
function checkDaemon({ minimumHealthyPercent = 0 }: NonNullable<Service['deploymentConfiguration']>, on: string): void {
  if (minimumHealthyPercent < 100) return;
  throw new Problem({
    what: `no deployment of the service can begin: it runs one task on each instance (DAEMON), and ECS may stop none (minimumHealthyPercent ${minimumHealthyPercent})`,
    on,
    fix: 'set minimumHealthyPercent of the service to 0, or to what may be down at a time',
  });
}

/**
 * The fewest minutes that a deployment can take, if all of its tasks start at once.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
function leastMinutes({ deploymentConfiguration = {} }: Service): number {
  const { strategy = 'ROLLING', bakeTimeInMinutes: bake = 0 } = deploymentConfiguration;
  const { stepPercent = 100, stepBakeTimeInMinutes = 0 } = deploymentConfiguration.linearConfiguration ?? {};
  if (strategy === 'LINEAR') return bake + (Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes;
  const { canaryBakeTimeInMinutes = 0 } = deploymentConfiguration.canaryConfiguration ?? {};
  return strategy === 'CANARY' ? bake + canaryBakeTimeInMinutes : bake;
}
