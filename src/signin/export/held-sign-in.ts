import { resolve } from 'node:path';
import type { Session } from '../../aws/session.ts';
import type { Environment } from '../../base/environment.ts';
import type { SignInRequest } from '../request.ts';
import { TAG_VARIABLES } from '../session-tags.ts';

/** A sign-in as a later step repeats it: from that step's own environment it takes only the right to ask GitHub for a token. */
export interface HeldSignIn {
  readonly request: SignInRequest;
  readonly identity: Session['identity'];
  /** Of the session that was signed in: whoever is signed in again must be the same. */
  readonly arn: string;
  /** Variables that say where the identity is. */
  readonly env: Readonly<Record<string, string>>;
}

/** Variables of a sign-in besides those of its inputs. The container's token itself is a secret, and comes with each step. */
const HELD = [
  'AWS_CA_BUNDLE',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE',
  'AWS_EC2_METADATA_V1_DISABLED',
  'AWS_ROLE_ARN',
  'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA',
  ...TAG_VARIABLES,
];

/** No secret is in it but the password of a proxy that has one. */
export function hold(request: SignInRequest, session: Session, env: Environment): HeldSignIn {
  const { identity, arn, existing, endpoint } = session;
  const tokenFile = request.tokenFile ?? env.AWS_WEB_IDENTITY_TOKEN_FILE;
  const held = HELD.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    request: {
      ...request,
      roles: existing ? [] : request.roles,
      useExisting: false,
      source: session.source,
      endpoint,
      tokenFile: absolute(tokenFile, env),
      durationSeconds: Math.max(request.durationSeconds, LEAST_SECONDS),
    },
    identity,
    arn,
    env: { ...Object.fromEntries(held), ...podFile(env) },
  };
}

function absolute(file: string | undefined, env: Environment): string | undefined {
  return file ? resolve(env.GITHUB_WORKSPACE ?? '', file) : undefined;
}

/** The machine's own token file (IRSA), whose role may only be the first of a chain. */
function podFile(env: Environment): Record<string, string> {
  const file = absolute(env.AWS_WEB_IDENTITY_TOKEN_FILE, env);
  return file ? { AWS_WEB_IDENTITY_TOKEN_FILE: file } : {};
}

/** boto3 renews 15 minutes before the end: a session of 900 s would be signed in at each of its calls. */
export const LEAST_SECONDS = 1_200;

/** The environment of the process that signs in again: of the later step's, nothing that says who it is. */
export function heldEnvironment({ env }: HeldSignIn, later: Environment): Record<string, string | undefined> {
  const kept = Object.entries(later).filter(
    ([name]) => !name.startsWith('AWS_') || name === 'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  );
  return { ...Object.fromEntries(kept), ...env };
}

/**
 * The `credential_process` of a profile: this very bundle, by the runner's own Node. The SDKs read it by a shell or split it as
 * one does; the JavaScript SDK takes what follows a space and `#` or `;` for a comment, quoted or not.
 */
export function processCommand(settings: string): string {
  const parts = [process.execPath, process.argv[1] ?? '', 'credential-process', settings];
  if (process.platform === 'win32') return parts.map((part) => `"${part}"`).join(' ');
  return parts.map((part) => `'${part.replaceAll("'", "'\\''").replace(/(\s)([#;])/g, "$1''$2")}'`).join(' ');
}
