import type { AwsCredentialIdentityProvider } from '@smithy/types';

/** Where the job's identity came from. */
export type IdentitySource = 'github-oidc' | 'token-file' | 'ambient';

/** Who the step is on AWS. Credentials stay in memory; `credentials` signs in anew when they are about to end. */
export interface Session {
  /** 12 digits. */
  readonly accountId: string;
  /** ARN of the caller, as `GetCallerIdentity` gives it. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Region of every call that names no other. */
  readonly region: string;
  readonly source: IdentitySource;
  readonly credentials: AwsCredentialIdentityProvider;
}
