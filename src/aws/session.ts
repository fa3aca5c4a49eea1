import type { AwsCredentialIdentity } from '@smithy/types';

/** Where the job's identity came from. */
export type IdentitySource = 'github-oidc' | 'token-file' | 'ambient';

/** What gave the first credentials of a sign-in. Of `ambient` it is found out: what the environment, the files or the machine has. */
export type IdentityKind = 'github-oidc' | 'token-file' | 'keys' | 'profile' | 'container' | 'instance';

export interface Identity {
  readonly kind: IdentityKind;
  /** For the log: `the EC2 instance profile`. */
  readonly described: string;
}

/** Credentials in memory, which sign in again before they expire. */
export interface SessionCredentials {
  (): Promise<AwsCredentialIdentity>;
  /** Tells the SDK's clients to ask at each request, rather than keep what they got. */
  readonly memoized: true;
  /** AWS said that credentials from before this time (milliseconds since 1970) have expired: the next call signs in again. */
  forget(gotBefore: number): void;
}

/** Who the step is on AWS. */
export interface Session {
  /** 12 digits. */
  readonly accountId: string;
  /** ARN of the caller, as `GetCallerIdentity` gives it. */
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Region of every call that does not name another one. */
  readonly region: string;
  readonly source: IdentitySource;
  readonly identity: Identity;
  /** URL of the STS that was asked. */
  readonly endpoint: string;
  /** Whether later steps have these credentials already (`use-existing-credentials`). */
  readonly existing: boolean;
  readonly credentials: SessionCredentials;
}

/** What botocore reads as well: an older name of the token, which it prefers, and an expiry, after which it takes no credentials. */
export const MORE_CREDENTIAL_VARIABLES = ['AWS_SECURITY_TOKEN', 'AWS_CREDENTIAL_EXPIRATION'] as const;

export const CREDENTIAL_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
