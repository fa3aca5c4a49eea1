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
  ClusterNotFoundException: 'check the cluster, the region and the account',
  ServiceNotFoundException: 'check the cluster, the service, the region and the account',
  RepositoryNotFoundException: 'check the repository, its account and its region',
  ResourceNotFoundException: 'check the name, the region and the account',
  CodeStorageExceededException:
    'delete versions of functions that nobody uses (aws lambda list-versions-by-function), or have the quota of 75 GB raised',
  CodeVerificationFailedException:
    'sign the zip with a profile that the code signing configuration of the function allows',
  InvalidCodeSignatureException: 'sign the zip anew: its signature is broken, or it was changed after it was signed',
  ApplicationDoesNotExistException: 'check the application, the region and the account',
  DeploymentGroupDoesNotExistException: 'check the deployment group, the region and the account',
  InvalidRevisionException: 'check the bundle: it is a .zip, .tar or .tgz with an appspec.yml at its root',
};
