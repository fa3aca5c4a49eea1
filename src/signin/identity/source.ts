import type { Identity } from '../../aws/session.ts';
import type { Problem } from '../../base/problem.ts';
import type { Credentials } from '../sts/sts.ts';

/** What a source of ambient credentials gave. */
export interface Given {
  readonly credentials: Credentials;
  readonly notice?: string;
  /** The session's ARN and its role's, where they are known already. */
  readonly arn?: string;
  readonly roleArn?: string;
}

export interface FoundIdentity extends Given {
  readonly identity: Identity;
}

/** A source that is not there: the next one is tried. Its text completes "the container: …". */
export class Absent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Absent';
  }
}

/** A source that is there and gives nothing: no other one is tried, since who signed in would then depend on an outage. */
export class Failing extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failing';
  }
}

/** A problem in one line, to complete "the container: …". */
export function gist({ details: { on, what } }: Problem): string {
  return on ? `${on}: ${what}` : what;
}

/**
 * The JSON that the metadata service and the container's agent answer with: credentials, or what is wrong with it in words that
 * quote no value. https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export function credentialsOf(text: string): Credentials | string {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return 'its answer is not JSON';
  }
  const { Code, AccessKeyId, SecretAccessKey, Token, Expiration } = value ?? {};
  if (typeof Code === 'string' && Code !== 'Success') return `it answers ${Code.slice(0, 80)}`;
  if (!isKey(AccessKeyId) || !isKey(SecretAccessKey)) return 'its answer holds no credentials';
  if (Token && !isKey(Token)) return 'its answer holds a session token that no request can carry';
  const expiration = typeof Expiration === 'string' ? new Date(Expiration) : undefined;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(isKey(Token) ? { sessionToken: Token } : {}),
    ...(expiration && !Number.isNaN(expiration.getTime()) ? { expiration } : {}),
  };
}

/** Text that may stand in a header. */
function isKey(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}
