import type { IdentityKind } from '../../aws/session.ts';
import { namedProfile } from '../../aws/shared-config.ts';
import { shortly } from '../../base/edge/network.ts';
import { Problem } from '../../base/problem.ts';
import type { SignInContext } from '../sts/context.ts';
import type { Choice } from './choose.ts';
import { containerCredentials } from './container.ts';
import { instanceCredentials } from './metadata.ts';
import { profileCredentials } from './profile.ts';
import { Absent, Failing, type FoundIdentity, type Given, gist } from './source.ts';

/** No source of the machine gave any. `failing`: one of them is there, and its answer is the reason. */
export class NoCredentials extends Problem {
  readonly failing: boolean;
  /** What was tried, one source per line, and what each answered. */
  readonly tried: string;

  constructor(failing: string | undefined, tried: readonly string[], cause: unknown) {
    const list = tried.map((line) => `- ${line}`).join('\n');
    super({
      what: failing ? `no credentials: ${failing}` : 'this machine has no identity of its own',
      why: `what was tried, in order:\n${list}`,
      fix: 'fix that source, or unset its variables; or sign in with GitHub OIDC: permissions id-token: write, and role-to-assume',
      cause,
    });
    this.failing = failing !== undefined;
    this.tried = list;
  }
}

interface AmbientSource {
  readonly kind: IdentityKind;
  readonly described: string;
  /** @throws Absent, and the next one is tried; Failing, and none is */
  readonly give: (say: () => void) => Promise<Given>;
}

/**
 * Credentials of what the machine is: the first source, in the order of the SDKs, that has any.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 * @param choice names the one that it must be, if it must
 * @param webIdentity signs in to AWS_ROLE_ARN with the token file
 */
export async function ambientCredentials(
  context: SignInContext,
  { kind: only, why }: Choice,
  webIdentity: () => Promise<Given>,
): Promise<FoundIdentity> {
  const tried: string[] = [];
  for (const { kind, described, give } of sources(context, webIdentity)) {
    if (only && kind !== only) continue;
    // Logged once: before something that may take a while, otherwise when the identity is known.
    let said = false;
    const say = () => {
      if (!said) context.say(`Identity: ${described} (${why})`);
      said = true;
    };
    try {
      const given = await give(say);
      say();
      return { ...given, identity: { kind, described } };
    } catch (error) {
      const absent = error instanceof Absent;
      if (!absent && error instanceof Problem && kind === 'token-file') throw error;
      context.signal.throwIfAborted();
      const answer = absent || error instanceof Failing ? error.message : reasonOf(error);
      tried.push(`${described}: ${answer}`);
      if (!absent) throw new NoCredentials(`${described}: ${answer}`, tried, error);
    }
  }
  throw new NoCredentials(undefined, tried, undefined);
}

function reasonOf(error: unknown): string {
  return error instanceof Problem ? gist(error) : shortly(error);
}

function sources(context: SignInContext, webIdentity: () => Promise<Given>): readonly AmbientSource[] {
  const { env } = context;
  const profile = namedProfile(env);
  return [
    { kind: 'keys', described: 'the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY', give: async () => keys(env) },
    {
      kind: 'profile',
      described: profile ? `the profile ${profile.name} (${profile.by})` : 'the profile default of the shared files',
      give: (say) => profileCredentials(context, say),
    },
    {
      kind: 'token-file',
      described: 'the web identity token file of the environment',
      give: async (say) => {
        if (env.AWS_WEB_IDENTITY_TOKEN_FILE && env.AWS_ROLE_ARN) {
          say();
          return webIdentity();
        }
        throw new Absent('AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN are not both set');
      },
    },
    {
      kind: 'container',
      described: 'the container (EKS Pod Identity, ECS or CodeBuild)',
      give: () => containerCredentials(context),
    },
    {
      kind: 'instance',
      described: 'the EC2 instance profile',
      give: () => instanceCredentials(context),
    },
  ];
}

function keys({
  AWS_PROFILE,
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_SESSION_TOKEN: token,
}: SignInContext['env']): Given {
  if (!id && !secret) throw new Absent('not set');
  if (AWS_PROFILE) throw new Absent('skipped, because AWS_PROFILE names a profile: unset it to use the keys');
  if (!id || !secret) throw new Absent(`${id ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} is missing`);
  const values = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token ?? '' };
  // Most often the line end of a file that a secret was stored from. AWS would answer that the signature is wrong.
  const spaced = Object.entries(values).filter(([, value]) => /\s/.test(value));
  if (spaced.length > 0) {
    const names = spaced.map(([name]) => name).join(' and ');
    throw new Failing(
      `${names} ${spaced.length > 1 ? 'have' : 'has'} a line break or a space in it: store the secret anew, without it`,
    );
  }
  return { credentials: { accessKeyId: id, secretAccessKey: secret, ...(token ? { sessionToken: token } : {}) } };
}
