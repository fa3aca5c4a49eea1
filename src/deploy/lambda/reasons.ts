import type { Configuration } from './api.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html, `LastUpdateStatusReasonCode` */
const CODES: Readonly<Record<string, string>> = {
  DisabledKMSKey: 'the KMS key is disabled',
  EFSMountFailure: 'the file system could not be mounted',
  EniLimitExceeded: 'the VPC has no network interfaces left',
  FunctionError: 'the function failed while it started',
  'FunctionError.InitTimeout': 'the function took too long to start',
  'FunctionError.InvalidEntryPoint': 'the entry point of the image was not found',
  'FunctionError.InvalidWorkingDirectory': 'the working directory of the image was not found',
  'FunctionError.PermissionDenied': 'the entry point of the image may not be executed',
  'FunctionError.RuntimeInitError': 'the runtime failed while it started',
  ImageAccessDenied:
    'Lambda may not pull the image: the policy of its repository must allow lambda.amazonaws.com ecr:BatchGetImage and ecr:GetDownloadUrlForLayer',
  ImageDeleted: 'the image was deleted from its repository',
  InsufficientRolePermissions: "the function's role lacks permissions",
  InvalidImage: 'Lambda cannot read the image',
  InvalidSecurityGroup: 'the security group does not exist',
  InvalidSubnet: 'the subnet does not exist',
  InvalidZipFileException: 'Lambda cannot read the zip',
  KMSKeyAccessDenied: 'Lambda may not use the KMS key',
  KMSKeyNotFound: 'the KMS key does not exist',
  SubnetOutOfIPAddresses: 'the subnet has no addresses left',
};

/** Why an update, or a version, failed: Lambda's reason code in words, and what it says itself. */
export function reasonsOf(configuration: Configuration): string[] {
  const code = configuration.LastUpdateStatusReasonCode ?? configuration.StateReasonCode;
  const said = configuration.LastUpdateStatusReason ?? configuration.StateReason;
  const words = code ? CODES[code] : undefined;
  return [...(code ? [words ? `${words} (${code})` : code] : []), ...(said ? [said] : [])];
}
