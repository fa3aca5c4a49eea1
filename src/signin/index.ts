import { makeAws } from '../aws/client.ts';
import { regionOf } from '../aws/partition.ts';
import { CREDENTIAL_VARIABLES } from '../aws/session.ts';
import { endpointVariables, namedProfile, profileInUse } from '../aws/shared-config.ts';
import { Problem } from '../base/problem.ts';
import type { Runner } from '../base/runner.ts';
import type { Access } from '../job.ts';
import { acquire, type SignedIn } from './acquire.ts';
import { checkAccount, checkSame } from './check-account.ts';
import type { HeldSignIn } from './export/held-sign-in.ts';
import { type Choice, chooseSource, hasIdToken } from './identity/choose.ts';
import { noIdToken, readPullRequest } from './identity/no-identity.ts';
import { discreet, maskInError } from './mask-accounts.ts';
import { renewing } from './renew.ts';
import type { SignInRequest } from './request.ts';
import { makeContext, type SignInContext } from './sts/context.ts';
import type { Credentials } from './sts/sts.ts';
import { tellChoice, tellSession } from './tell.ts';

/** How often a secret key with special characters is thrown away: a key has none with a probability of 0.28. */
const PLAIN_SECRET_ATTEMPTS = 30;

/** Signs in and gives what jobs need: session, clients, connections. Exports nothing. */
export async function signIn(request: SignInRequest, runner: Runner, signal: AbortSignal): Promise<Access> {
  if (!request.maskAccountId) return signInTold(request, runner, signal);
  try {
    return { ...(await signInTold(request, discreet(runner), signal)), runner };
  } catch (thrown) {
    maskInError(thrown, runner);
    throw thrown;
  }
}

async function signInTold(request: SignInRequest, runner: Runner, signal: AbortSignal): Promise<Access> {
  if (request.unsetCurrent) for (const name of CREDENTIAL_VARIABLES) runner.unset(name);
  if (namedProfile(runner.env)?.by === 'AWS_DEFAULT_PROFILE') runner.here(endpointVariables(runner.env));
  const context = makeContext(request, runner, signal);
  const { http, call, region } = context;

  const existing = request.useExisting ? await existingSession(context, request) : undefined;
  const choice: Choice = existing
    ? { source: 'ambient', why: 'use-existing-credentials, and AWS accepts them' }
    : choose(request, runner);
  tellChoice(runner, choice, existing?.identity);
  if (existing || (choice.source === 'ambient' && request.roles.length === 0)) refuseSessionPolicies(request);
  const session = existing ?? (await acquirePlain(context, request, choice));
  checkAccount(session.arn, request.allowedAccountIds);
  tellSession(request, runner, { source: choice.source, session, endpoint: context.endpoint, region });

  const { arn, identity } = session;
  const [, partition = 'aws', , , accountId = ''] = arn.split(':');
  const credentials = renewing(session.credentials, async () => {
    runner.info('Signing in again: the session is about to end, or has ended');
    return again(context, { ...request, roles: existing ? [] : request.roles }, { choice, identity, arn });
  });
  return {
    session: {
      accountId,
      arn,
      partition,
      region,
      source: choice.source,
      identity,
      endpoint: context.endpoint.href,
      existing: existing !== undefined,
      credentials,
    },
    aws: makeAws({
      region,
      credentials,
      http,
      call,
      fips: regionOf(request.regionName).fips,
      profile: profileInUse(runner.env),
    }),
    http,
    runner,
    signal,
  };
}

/** Signs in as an earlier step did (refresh-credentials): the same source, endpoint and roles, or an error. */
export async function signInAgain(held: HeldSignIn, runner: Runner, signal: AbortSignal): Promise<Credentials> {
  const { request, identity, arn } = held;
  const context = makeContext(request, runner, signal);
  const choice: Choice = { source: request.source === 'auto' ? 'ambient' : request.source, why: 'refresh-credentials' };
  if (choice.source === 'github-oidc' && !hasIdToken(runner.env)) throw noIdToken(runner.env, undefined);
  try {
    return await again(context, request, { choice, identity, arn });
  } finally {
    context.http.close();
  }
}

interface Before extends Pick<SignedIn, 'arn' | 'identity'> {
  readonly choice: Choice;
}

/** @throws Problem when it is somebody else now */
async function again(
  context: SignInContext,
  request: SignInRequest,
  { choice, identity, arn }: Before,
): Promise<Credentials> {
  const kind = choice.source === 'ambient' ? { kind: identity.kind } : {};
  const renewed = await acquirePlain(context, request, { ...choice, ...kind });
  checkSame(renewed.arn, arn);
  return renewed.credentials;
}

/** @throws Problem when GitHub OIDC is asked for and the job has no permission */
function choose(request: SignInRequest, { env }: Runner): Choice {
  const choice = chooseSource({ ...request, role: request.roles[0] }, env);
  if (choice.source === 'github-oidc' && !hasIdToken(env)) throw noIdToken(env, readPullRequest(env));
  return choice;
}

/** Whoever gives a session policy counts on it; credentials that are used as they are cannot be narrowed. */
function refuseSessionPolicies({ sessionPolicy, sessionPolicyArns }: SignInRequest): void {
  if (sessionPolicy === undefined && sessionPolicyArns.length === 0) return;
  throw new Problem({
    on: `Input ${sessionPolicy ? 'inline-session-policy' : 'managed-session-policies'}`,
    what: 'session policies are given, but no role is assumed',
    why: 'this step uses the credentials that it found as they are, and nothing would narrow them',
    fix: 'give role-to-assume (without use-existing-credentials), or leave the session policies out',
  });
}

/** `use-existing-credentials`: what is there already, if AWS takes it. */
async function existingSession(context: SignInContext, request: SignInRequest): Promise<SignedIn | undefined> {
  const how = { ...context.how, rules: { ...context.how.rules, attempts: 1 } };
  const quiet = { ...context, how, attempts: 1, say: () => {} };
  try {
    return await acquire(quiet, { ...request, roles: [], source: 'ambient' }, { source: 'ambient', why: '' });
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

async function acquirePlain(context: SignInContext, request: SignInRequest, choice: Choice): Promise<SignedIn> {
  let session = await acquire(context, request, choice);
  if (!request.specialCharactersWorkaround) return session;
  for (let tried = 1; /[^A-Za-z0-9]/.test(session.credentials.secretAccessKey); tried++) {
    if (tried === PLAIN_SECRET_ATTEMPTS) {
      throw new Problem({
        what: `${tried} sessions in a row had a secret key with special characters`,
        fix: 'run the job again, or quote the variable where it is used and leave special-characters-workaround out',
      });
    }
    session = await acquire(context, request, choice);
  }
  return session;
}
