import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { PolicyDocument, Principal } from './iam/policy.ts';

/** Who made a request, by its access key. */
export interface Caller extends Principal {
  readonly kind: 'user' | 'assumed-role' | 'anonymous';
  readonly userId: string;
  readonly identityPolicies: readonly PolicyDocument[];
  readonly sessionPolicies?: readonly PolicyDocument[];
  /** Session tags, and which of their keys (lower case) pass on to the next role of a chain. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

export const ANONYMOUS: Caller = {
  kind: 'anonymous',
  arn: '',
  account: '',
  userId: 'anonymous',
  identityPolicies: [],
  tags: {},
  transitiveTagKeys: [],
};

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty for a user's keys. */
  readonly sessionToken: string;
  /** Milliseconds since 1970; infinite for a user's keys. */
  readonly expires: number;
}

export interface HeldCredentials extends Credentials {
  readonly caller: Caller;
}

/** All access keys of a sandbox. */
export interface KeyRing {
  find(accessKeyId: string): HeldCredentials | undefined;
  /** New credentials of a session. */
  mint(caller: Caller, seconds: number): HeldCredentials;
  /** A user's keys, as the world states them. */
  hold(credentials: HeldCredentials): void;
  /** Ends a session now. */
  expire(accessKeyId: string): void;
}

export function makeKeyRing(clock: Clock, secrets: Set<string>): KeyRing {
  const held = new Map<string, HeldCredentials>();
  const hold = (credentials: HeldCredentials) => {
    held.set(credentials.accessKeyId, credentials);
    secrets.add(credentials.secretAccessKey);
    if (credentials.sessionToken) secrets.add(credentials.sessionToken);
  };
  return {
    find: (accessKeyId) => held.get(accessKeyId),
    hold,
    mint: (caller, seconds) => {
      const credentials: HeldCredentials = {
        accessKeyId: `ASIA${base32(16)}`,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: `IQoJb3JpZ2luX2VjE${randomBytes(360).toString('base64')}`,
        expires: Math.floor(clock.now() / 1000 + seconds) * 1000,
        caller,
      };
      hold(credentials);
      return credentials;
    },
    expire: (accessKeyId) => {
      const credentials = held.get(accessKeyId);
      if (credentials) held.set(accessKeyId, { ...credentials, expires: 0 });
    },
  };
}

/** Upper-case base32 text, as access key ids and role ids end in. */
function base32(length: number): string {
  return [...randomBytes(length)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte & 31]).join('');
}
