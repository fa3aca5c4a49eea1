import type { IdentitySource } from '../../aws/session.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Choice {
  readonly source: IdentitySource;
  /** For the log: `the job has id-token: write and a role is given`. */
  readonly why: string;
}

export interface Wish {
  readonly source: IdentitySource | 'auto';
  /** The input `web-identity-token-file`. */
  readonly tokenFile: string | undefined;
  readonly hasRole: boolean;
}

/** Whether GitHub lets this job ask for id tokens: both variables are there exactly when it has `id-token: write`. */
export function hasIdToken(env: Env): boolean {
  return Boolean(env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
}

/** Which identity the step signs in with, and why. A token file that is named in the input is meant. */
export function chooseSource({ source, tokenFile, hasRole }: Wish, env: Env): Choice {
  if (source !== 'auto') return { source, why: `credentials-source is ${source}` };
  if (tokenFile) return { source: 'token-file', why: 'web-identity-token-file is given' };
  if (hasRole && hasIdToken(env)) {
    return { source: 'github-oidc', why: 'the job has id-token: write and a role is given' };
  }
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && (hasRole || env.AWS_ROLE_ARN)) {
    return { source: 'token-file', why: 'AWS_WEB_IDENTITY_TOKEN_FILE is set' };
  }
  if (!hasRole) return { source: 'ambient', why: 'no role is given' };
  return { source: 'ambient', why: 'the job has no id-token: write, and there is no web identity token file' };
}

/** What an ambient identity comes from, in the order in which the SDK looks. */
export interface Ambient {
  readonly kind: 'keys' | 'profile' | 'token-file' | 'container' | 'instance';
  readonly described: string;
}

/** A profile is asked for by name, and so wins over keys. https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/setting-credentials-node.html */
export function ambientSource(env: Env): Ambient {
  if (env.AWS_PROFILE) return { kind: 'profile', described: `the profile ${env.AWS_PROFILE}` };
  if (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) {
    return { kind: 'keys', described: 'the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY' };
  }
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
    return { kind: 'token-file', described: 'the web identity token file of the environment' };
  }
  if (env.AWS_CONTAINER_CREDENTIALS_FULL_URI || env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) {
    return { kind: 'container', described: 'the container (EKS Pod Identity, ECS or CodeBuild)' };
  }
  return { kind: 'instance', described: 'the shared files of AWS, or the EC2 instance profile' };
}
