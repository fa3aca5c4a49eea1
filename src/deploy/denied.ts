import { Refused } from '../aws/client.ts';
import { Problem } from '../base/problem.ts';

/** Codes of a missing permission, in all of the protocols. */
const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

export function isDenied(thrown: unknown): boolean {
  return thrown instanceof Refused && DENIED.includes(thrown.code);
}

/** Why a call for a target was refused, and what to do; anything else as it is. */
export function denied(thrown: unknown, target: string): unknown {
  if (!(thrown instanceof Refused)) return thrown;
  const { action, details } = thrown;
  const { what, why, cause } = details;
  return new Problem({ what, on: target, why, fix: fixFor(thrown, action), cause });
}

function fixFor(refused: Refused, action: string): string | undefined {
  if (isDenied(refused)) {
    // A call may need another action too: to pass a role, to launch, to tag. AWS's sentence names it.
    const named = /not authorized to perform: (\S+)/.exec(refused.details.why ?? '')?.[1] ?? action;
    const passing = named === 'iam:PassRole' ? ' on exactly the roles that it passes' : '';
    return `allow ${named} for the role${passing};\nthe output iam-policy of a dry run has all that this step needs`;
  }
  return FIXES[refused.code];
}

/** By AWS's codes. */
const FIXES: Readonly<Record<string, string>> = {
  ClusterNotFoundException: 'look at the cluster, the region and the account',
  ServiceNotFoundException: 'look at the cluster, the service, the region and the account',
  RepositoryNotFoundException: 'look at the repository, its account and its region',
  ResourceNotFoundException: 'look at the name, the region and the account',
  CodeStorageExceededException:
    'delete versions of functions that nobody uses (aws lambda list-versions-by-function), or have the quota of 75 GB raised',
  ApplicationDoesNotExistException: 'look at the application, the region and the account',
  DeploymentGroupDoesNotExistException: 'look at the deployment group, the region and the account',
  InvalidRevisionException: 'look at the bundle: it is a .zip, .tar or .tgz with an appspec.yml at its root',
};
