import { Problem } from '../../base/problem.ts';
import type { ScalingGroup } from './api.ts';

/**
 * What would keep a refresh from ending, or would end it with instances that nobody reaches.
 * @throws Problem
 */
export function checkGroup(group: ScalingGroup, on: string): void {
  checkInstances(group, on);
  checkProcesses(group, on);
}

/** By default a refresh waits an hour for such instances, and fails then. */
function checkInstances({ instances, arn, protectsNew }: ScalingGroup, on: string): void {
  const guarded = instances.filter(({ isProtected }) => isProtected).map(({ id }) => id);
  const standby = instances.filter(({ state }) => /Standby/.test(state)).map(({ id }) => id);
  const group = nameIn(arn);
  if (guarded.length > 0) {
    // As a capacity provider of ECS with managed termination protection has it.
    const next = protectsNew
      ? `; the group protects each new instance, too: before every rollout, or for good with aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group} --no-new-instances-protected-from-scale-in`
      : '';
    throw new Problem({
      what: `${guarded.join(', ')} ${guarded.length === 1 ? 'is' : 'are'} protected from scale in, and would not be replaced`,
      on,
      fix: `aws autoscaling set-instance-protection --no-protected-from-scale-in --auto-scaling-group-name ${group} --instance-ids ${guarded.join(' ')}${next}`,
    });
  }
  if (standby.length > 0) {
    throw new Problem({
      what: `${standby.join(', ')} ${standby.length === 1 ? 'is' : 'are'} in standby, and would not be replaced`,
      on,
      fix: `aws autoscaling exit-standby --auto-scaling-group-name ${group} --instance-ids ${standby.join(' ')}`,
    });
  }
}

/** Without these a refresh stands still. https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
const NEEDED_PROCESSES = ['Launch', 'Terminate', 'InstanceRefresh'];

function checkProcesses({ suspended, isBalanced, arn }: ScalingGroup, on: string): void {
  const stopped = NEEDED_PROCESSES.filter((it) => suspended.includes(it));
  const unreached = isBalanced && suspended.includes('AddToLoadBalancer') ? ['AddToLoadBalancer'] : [];
  const all = [...stopped, ...unreached];
  if (all.length === 0) return;
  const so = stopped.length > 0 ? 'no instance would be replaced' : 'no new instance would get traffic';
  throw new Problem({
    what: `the process${all.length === 1 ? '' : 'es'} ${all.join(', ')} of the group ${all.length === 1 ? 'is' : 'are'} suspended, so that ${so}`,
    on,
    fix: `aws autoscaling resume-processes --auto-scaling-group-name ${nameIn(arn)} --scaling-processes ${all.join(' ')}`,
  });
}

/** A group's name in its ARN. */
export function nameIn(arn: string): string | undefined {
  return arn.split('autoScalingGroupName/').at(-1);
}
