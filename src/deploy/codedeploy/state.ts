import { isDenied } from '../denied.ts';
import {
  type CodeDeploy,
  type Deployment,
  type DeploymentGroup,
  failedInstances,
  hasSucceeded,
  isOwn,
  ONGOING,
  type Revision,
  type S3Location,
} from './api.ts';

/** What a deployment group has now. */
interface GroupNow {
  /** What the last deployment that succeeded brought; undefined: there was none. */
  readonly former: Revision | undefined;
  /** The same where all instances have it, as far as CodeDeploy says. */
  readonly serving: S3Location | undefined;
  /** A deployment that is under way, in words. */
  readonly busy: string | undefined;
  /** Whether that one serves already, and only waits to end the former instances. */
  readonly isShifted: boolean;
  /** Whether CodeDeploy itself began the last one that succeeded, for instances that were new. */
  readonly hasOwn: boolean;
}

/** What the last deployment that succeeded brought, unless a later one has touched the instances since. */
export async function stateOf(codeDeploy: CodeDeploy, group: DeploymentGroup): Promise<GroupNow> {
  const { lastSuccessfulDeployment: { deploymentId: id } = {}, lastAttemptedDeployment: last } = group;
  const isBusy = last?.deploymentId !== undefined && ONGOING.includes(last.status ?? '');
  if (isBusy && last?.deploymentId) {
    const deployment = await codeDeploy.deployment(last.deploymentId);
    if (hasSucceeded(deployment)) {
      const busy = `deployment ${last.deploymentId} serves, and waits to end the former instances`;
      const { revision: former = {} } = deployment;
      return { former, serving: former.s3Location, busy, isShifted: true, hasOwn: false };
    }
  }
  const busy = isBusy ? `deployment ${last?.deploymentId} is ${last?.status}` : undefined;
  const success = id ? await codeDeploy.deployment(id) : undefined;
  const former = success && (success.revision ?? {});
  const hasOwn = success !== undefined && isOwn(success);
  const forAll = hasOwn ? await lastForAll(codeDeploy) : success;
  // After one that failed, on all instances or on some, they may have some of each: the same revision is deployed again then.
  const isWhole = last?.deploymentId === id && forAll?.status === 'Succeeded' && failedInstances(forAll) === 0;
  return { former, serving: isWhole ? forAll.revision?.s3Location : undefined, busy, isShifted: false, hasOwn };
}

/** How many of CodeDeploy's own deployments are looked past. */
const MAX_OWN = 20;

/** The latest deployment that somebody began; those that CodeDeploy began for new instances say nothing of the others. */
async function lastForAll(codeDeploy: CodeDeploy): Promise<Deployment | undefined> {
  try {
    for (const id of (await codeDeploy.deployments()).slice(0, MAX_OWN)) {
      const deployment = await codeDeploy.deployment(id);
      if (!isOwn(deployment)) return deployment;
    }
  } catch (thrown) {
    // Then it is not known, and the bundle is deployed again.
    if (!isDenied(thrown)) throw thrown;
  }
  return undefined;
}
