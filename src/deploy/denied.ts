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
  const known = BY_TEXT.find(([text]) => text.test(why ?? ''))?.[1];
  return new Problem({ what, on: target, why, fix: known ?? fix ?? FIXES[thrown.code], cause });
}

/** Lambda pulls as itself, not as the caller. https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-permissions */
const PULLS = {
  Sid: 'LambdaPulls',
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
};

/** By what AWS says, where its code says something else. */
const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [
    /permission to access the ECR image/,
    `it is the policy of the image's repository that must let Lambda pull, whichever account it is in. Add this statement to it (the role needs no more for that):\n${JSON.stringify(PULLS, undefined, 2)}`,
  ],
  [
    /^Cannot find alias/,
    'check the name of the alias; the step does not create one (aws lambda create-alias --function-name FUNCTION --name ALIAS --function-version VERSION)',
  ],
  [
    /not authorized to use launch template/,
    'what starts a refresh with a version of a launch template must be allowed to launch from it: ec2:RunInstances, ec2:CreateTags where the template tags, and iam:PassRole for the role of its instance profile. The output iam-policy of a dry run has them',
  ],
  [
    /^Unable to describe task definition/,
    'the task definition that the service runs has been deleted: update the service to a revision that exists, and run the job again',
  ],
];

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
