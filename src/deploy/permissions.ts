import type { Statement } from '../aws/policy.ts';
import type { DeployResult } from './apply.ts';
import type { DeployPlan } from './plan.ts';

/**
 * What planning these targets has asked, and what carrying the plans out will ask; a rollback included. With a result, of a target
 * that had nothing to do no more than it asked.
 */
export function permissionsOf({ targets }: DeployPlan, result?: DeployResult): readonly Statement[] {
  return targets.flatMap(({ permissions }, at) => result?.outcomes[at]?.permissions ?? permissions);
}
