import { partitionOf } from '../aws/partition.ts';
import type { Identity } from '../aws/session.ts';
import { Problem } from '../base/problem.ts';
import { assumeFirst, chain, maskCredentials } from './chain.ts';
import { mixedKeys } from './denied/mixed-keys.ts';
import { ambientCredentials, NoCredentials } from './identity/ambient.ts';
import type { Choice } from './identity/choose.ts';
import { githubIdentity } from './identity/github-oidc.ts';
import { noIdToken, readPullRequest } from './identity/no-identity.ts';
import type { FoundIdentity, Given } from './identity/source.ts';
import { fileIdentity } from './identity/token-file.ts';
import type { SignInRequest } from './request.ts';
import { callSts, type SignInContext } from './sts/context.ts';
import { type Assumed, callerIdentity, StsError } from './sts/sts.ts';

/** A session, and what it came from. */
export interface SignedIn extends Assumed {
  readonly identity: Identity;
}

/** Signs in once: identity, then every role of the chain. */
export async function acquire(context: SignInContext, request: SignInRequest, choice: Choice): Promise<SignedIn> {
  if (choice.source === 'ambient') return acquireAmbient(context, request, choice);
  const { env, region } = context;
  const fromGithub = choice.source === 'github-oidc';
  const who = fromGithub
    ? githubIdentity(context, request.audience ?? partitionOf(region).audience)
    : fileIdentity(context, request.tokenFile);
  const roleArn = request.roles[0] ?? (fromGithub ? undefined : env.AWS_ROLE_ARN);
  if (!roleArn) throw noRole('it is empty, and a token needs a role to sign in to');
  const session = await assumeFirst(context, request, { who, roleArn, last: request.roles.length <= 1 });
  const start = { session, role: roleArn };
  return { ...(await chain(context, request, { start, roles: request.roles.slice(1) })), identity: who.identity };
}

async function acquireAmbient(context: SignInContext, request: SignInRequest, choice: Choice): Promise<SignedIn> {
  const found = await ambientCredentials(context, choice, () => podRole(context, request)).catch((error: unknown) => {
    throw withoutAmbient(error, context, request);
  });
  const { credentials, identity, notice, roleArn } = found;
  if (notice) context.notice(notice);
  maskCredentials(context, credentials);
  const bare = request.roles.some((role) => !role.startsWith('arn:'));
  const arn = found.arn ?? (request.roles.length === 0 || bare ? await whoAmI(context, found) : '');
  const [, partition = 'aws', , , account = ''] = arn.split(':');
  const roles = request.roles.map((role) =>
    role.startsWith('arn:') ? role : `arn:${partition}:iam::${account}:role/${role}`,
  );
  const start = { session: { credentials, arn }, role: roleArn, byTokenFile: identity.kind === 'token-file' };
  return { ...(await chain(context, request, { start, roles })), identity };
}

/** The role of the machine's own token file (IRSA): its name, and the file, are in the environment. */
async function podRole(context: SignInContext, request: SignInRequest): Promise<Given> {
  const roleArn = context.env.AWS_ROLE_ARN ?? '';
  const who = fileIdentity(context, undefined);
  const last = request.roles.length === 0;
  const own = last ? request : { ...request, sessionNames: request.sessionNames.slice(0, 1) };
  const { credentials, arn } = await assumeFirst(context, own, { who, roleArn, last });
  return { credentials, arn, roleArn };
}

/** @throws Problem, also for credentials that AWS does not take */
async function whoAmI(context: SignInContext, { credentials, identity }: FoundIdentity): Promise<string> {
  return callSts(context, 'sts:GetCallerIdentity', (call) => callerIdentity({ ...call, credentials })).catch(
    (error: unknown) => {
      if (!(error instanceof StsError)) throw error;
      throw new Problem({
        what: `sts:GetCallerIdentity was refused with ${error.name} (HTTP ${error.status})`,
        why: `AWS does not accept the credentials that this step found in ${identity.described}`,
        fix:
          mixedKeys(credentials) ??
          `check where they come from, and whether the account has enabled the region ${context.region}, as opt-in regions answer so too; or sign in with GitHub OIDC: permissions id-token: write, and role-to-assume`,
        cause: error,
      });
    },
  );
}

/** Nothing to sign in with: the message depends on what the workflow meant. A source that answered gives its own reason. */
function withoutAmbient(error: unknown, { env }: SignInContext, { roles, source, tokenFile }: SignInRequest): unknown {
  if (!(error instanceof NoCredentials) || error.failing || source === 'ambient' || tokenFile) return error;
  if (roles.length === 0) return noRole('it is empty, and this machine has no identity of its own', error.tried);
  const tried = `this machine has no identity of its own either:\n${error.tried}`;
  return noIdToken(env, readPullRequest(env), tried);
}

function noRole(what: string, tried?: string): Problem {
  const why =
    'a secret or variable that does not exist gives an empty string: in pull requests from forks, for Dependabot, outside the environment that holds it, in a reusable workflow whose caller passes no secrets, or after a typo';
  return new Problem({
    on: 'Input role-to-assume',
    what,
    why: tried ? `${why}\nwhat was tried, in order:\n${tried}` : why,
    fix: "write the role's ARN in the workflow, or as a variable (vars.…): it is not a secret",
  });
}
