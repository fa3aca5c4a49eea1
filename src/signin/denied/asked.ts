import type { ProblemDetails } from '../../base/problem.ts';
import type { Claims } from '../identity/claims.ts';

/** What was asked of STS when it failed. */
export interface Asked {
  readonly roleArn: string;
  readonly region: string;
  readonly endpoint: URL;
  readonly durationSeconds: number;
  /** Set for the first role with a web identity. */
  readonly claims?: Claims | undefined;
  /** Where the token came from: GitHub, or a file. */
  readonly tokenFile?: string | undefined;
  /** Set for a role that is assumed with other credentials: whose. A role's ARN where it is known. */
  readonly callerArn?: string | undefined;
  /** Of the caller's keys: what may keep AWS from knowing them. */
  readonly mixed?: string | undefined;
  readonly tags?: boolean;
  readonly externalId?: string | undefined;
  /** The caller is the role of the machine's token file, which could ask for the role with the token itself. */
  readonly byTokenFile?: boolean | undefined;
}

export type Explanation = Pick<ProblemDetails, 'why' | 'fix'>;
