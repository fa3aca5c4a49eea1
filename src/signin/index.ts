import { makeAws } from '../aws.ts';
import { makeHttp } from '../http.ts';
import type { Access } from '../job.ts';
import { Problem } from '../problem.ts';
import type { SignInRequest } from '../request/signin.ts';
import { makeCall, systemClock } from '../retry.ts';
import type { Runner } from '../runner.ts';
import { instanceProfileNotice } from './ambient.ts';
import { ambientSource, type Choice, chooseSource, hasIdToken } from './choose.ts';
import type { SignInContext } from './context.ts';
import { signInVerdict } from './errors.ts';
import { acquire } from './identity.ts';
import { noIdToken, readPullRequest } from './no-identity.ts';
import { stsEndpoint } from './partition.ts';
import { renewing } from './renew.ts';
import type { Assumed } from './sts.ts';

/** Ten attempts in a minute, ten seconds each. */
const RULES = { attempts: 10, callMs: 10_000, budgetMs: 60_000, baseMs: 200, capMs: 10_000 };

/** How often a secret key with special characters is thrown away: a key has none with a probability of 0.28. */
const PLAIN_SECRET_ATTEMPTS = 30;

/** Signs in and gives what jobs need: session, clients, connections. Exports nothing. */
export async function signIn(request: SignInRequest, runner: Runner, signal: AbortSignal): Promise<Access> {
  const { proxy, region } = request;
  for (const url of [proxy.httpProxy, proxy.httpsProxy]) maskProxyPassword(url, runner);
  const http = makeHttp(proxy);
  const call = makeCall({ clock: systemClock, say: runner.info, signal });
  const context: SignInContext = {
    http,
    call,
    how: { rules: { ...RULES, attempts: request.attempts ?? RULES.attempts }, classify: signInVerdict },
    env: runner.env,
    endpoint: request.endpoint ? new URL(request.endpoint) : stsEndpoint(region, runner.env),
    region,
    mask: runner.mask,
    say: runner.info,
  };
  if (request.unsetCurrent) for (const name of CREDENTIAL_VARIABLES) runner.unset(name);

  const existing = request.useExisting ? await existingSession(context, request) : undefined;
  const choice: Choice = existing
    ? { source: 'ambient', why: 'use-existing-credentials, and AWS takes them' }
    : choose(request, runner);
  const session = existing ?? (await acquirePlain(context, request, choice));
  checkAccount(session.arn, request.allowedAccountIds);
  await tell(context, request, runner, choice, session);

  const [, partition = 'aws', , , accountId = ''] = session.arn.split(':');
  const again = existing ? { ...request, roles: [] } : request;
  const credentials = renewing(session.credentials, async () => {
    runner.info('Signing in anew: the session is about to end, or has ended');
    const renewed = await acquirePlain(context, again, choice);
    checkAccount(renewed.arn, [accountId]);
    return renewed.credentials;
  });
  return {
    session: {
      accountId,
      arn: session.arn,
      partition,
      region,
      source: choice.source,
      existing: existing !== undefined,
      credentials,
    },
    aws: makeAws({ region, credentials, http, call }),
    http,
    runner,
    signal,
  };
}

export const CREDENTIAL_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

/** @throws Problem when GitHub OIDC is asked for and the job has no permission */
function choose(request: SignInRequest, { env }: Runner): Choice {
  const choice = chooseSource({ ...request, hasRole: request.roles.length > 0 }, env);
  if (choice.source === 'github-oidc' && !hasIdToken(env)) throw noIdToken(env, readPullRequest(env));
  return choice;
}

/** `use-existing-credentials`: what is there already, if AWS takes it. */
async function existingSession(context: SignInContext, request: SignInRequest): Promise<Assumed | undefined> {
  const quiet = { ...context, how: { ...context.how, rules: { ...RULES, attempts: 1 } } };
  try {
    return await acquire(quiet, { ...request, roles: [], source: 'ambient' }, { source: 'ambient', why: '' });
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

async function acquirePlain(context: SignInContext, request: SignInRequest, choice: Choice): Promise<Assumed> {
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

/** Before anything is exported: a session of another account must not reach a later step. */
function checkAccount(arn: string, allowed: readonly string[]): void {
  const account = arn.split(':')[4] ?? '';
  if (allowed.length === 0 || allowed.includes(account)) return;
  throw new Problem({
    what: `Signed in to account ${account}, which is not allowed here`,
    on: arn,
    why: `allowed-account-ids is ${allowed.join(', ')}`,
    fix: 'correct role-to-assume, or add the account; nothing was exported',
  });
}

async function tell(
  context: SignInContext,
  request: SignInRequest,
  runner: Runner,
  { source, why }: Choice,
  { arn, credentials }: Assumed,
): Promise<void> {
  if (request.maskAccountId) for (const value of [arn, arn.split(':')[4] ?? '']) runner.mask(value);
  const until = credentials.expiration ? `, until ${credentials.expiration.toISOString()}` : '';
  const ambient = source === 'ambient' ? ambientSource(runner.env) : undefined;
  runner.info(`Identity: ${ambient?.described ?? NAMES[source as keyof typeof NAMES]} (${why})`);
  runner.info(`Signed in as ${arn}${until}`);
  if (ambient?.kind === 'keys' && runner.env.AWS_ACCESS_KEY_ID?.startsWith('AKIA')) {
    runner.warning(
      'The environment holds a long-lived access key. The job’s own identity needs none: permissions id-token: write, and role-to-assume.',
    );
  }
  const role = /:assumed-role\/([^/]+)\/i-[0-9a-f]+$/.exec(arn)?.[1];
  const notice = ambient?.kind === 'instance' && role ? await instanceProfileNotice(context, role) : undefined;
  if (notice) runner.notice(notice);
}

const NAMES = { 'github-oidc': 'GitHub OIDC', 'token-file': 'web identity token file' };

function maskProxyPassword(url: string | undefined, runner: Runner): void {
  const password = url && URL.canParse(url) ? new URL(url).password : '';
  if (!password) return;
  runner.mask(password);
  runner.mask(decodeURIComponent(password));
}
