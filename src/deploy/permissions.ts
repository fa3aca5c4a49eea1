import type { Statement } from '../aws/policy.ts';
import type { DeployPlan } from './plan.ts';

/** What planning these targets has asked, and what carrying the plans out will ask; a rollback included. */
export function permissionsOf({ targets }: DeployPlan): readonly Statement[] {
  return targets.flatMap(({ permissions }) => permissions);
}
