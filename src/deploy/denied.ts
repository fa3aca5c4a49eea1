import { Refused } from '../aws/client.ts';
import { saysDenied } from '../aws/denied.ts';
import { Problem } from '../base/problem.ts';

export function isDenied(thrown: unknown): boolean {
  return thrown instanceof Refused && saysDenied(thrown);
}

/** Why a call for a target was refused, and what to do; anything else as it is. */
export function denied(thrown: unknown, target: string): unknown {
  if (!(thrown instanceof Refused)) return thrown;
  const { what, why, fix, cause } = thrown.details;
  return new Problem({ what, on: target, why, fix: fix ?? FIXES[thrown.code], cause });
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
