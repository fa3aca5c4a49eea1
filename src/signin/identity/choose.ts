import type { IdentityKind, IdentitySource } from '../../aws/session.ts';
import type { Environment } from '../../base/environment.ts';

export interface Choice {
  readonly source: IdentitySource;
  /** Which of the ambient identities it must be; left out, they are tried in order. */
  readonly kind?: IdentityKind;
  /** For the log: `the job has id-token: write and a role is given`. */
  readonly why: string;
}

export interface Wish {
  readonly source: IdentitySource | 'auto';
  /** The input `web-identity-token-file`. */
  readonly tokenFile: string | undefined;
  /** The first of `role-to-assume`. */
  readonly role: string | undefined;
}

/** Whether GitHub lets this job ask for id tokens: both variables are there exactly when it has `id-token: write`. */
export function hasIdToken(env: Environment): boolean {
  return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

/**
 * Which identity the step signs in with, and why. A token file that is named in the input is meant for the role. One that the
 * machine has comes with a role of its own (IRSA): that role is signed in to, and assumes what is asked for, as the SDKs do.
 * https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html
 */
export function chooseSource({ source, tokenFile, role }: Wish, env: Environment): Choice {
  if (source !== 'auto') return { source, why: `credentials-source is ${source}` };
  if (tokenFile) return { source: 'token-file', why: 'web-identity-token-file is given' };
  if (role && hasIdToken(env)) {
    return { source: 'github-oidc', why: 'the job has id-token: write and a role is given' };
  }
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: own } = env;
  if (file && own && role && role !== own) {
    const why = `AWS_WEB_IDENTITY_TOKEN_FILE is set: the step signs in as ${own} (AWS_ROLE_ARN), which then assumes role-to-assume; credentials-source: token-file would ask for role-to-assume with the token itself`;
    return { source: 'ambient', kind: 'token-file', why };
  }
  if (file && (role || own)) return { source: 'token-file', why: 'AWS_WEB_IDENTITY_TOKEN_FILE is set' };
  if (!role) return { source: 'ambient', why: 'no role is given' };
  return { source: 'ambient', why: 'the job has no id-token: write, and there is no web identity token file' };
}
