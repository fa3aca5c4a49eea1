import { readBody, USER_AGENT } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import type { CallOptions } from '../../base/retry.ts';
import { shapeOf, type Verdict, verdictOf } from '../../base/retryable.ts';
import type { SignInContext } from '../sts/context.ts';
import { readClaims } from './claims.ts';
import type { IdToken, WebIdentity } from './web-identity.ts';

/** A token is asked for again when less than this is left of it. GitHub's live for 300 s. */
const TOKEN_MARGIN_MS = 30_000;

/** The job's own identity, made out to an audience. */
export function githubIdentity(context: SignInContext, audience: string): WebIdentity {
  let held: IdToken | undefined;
  return {
    identity: { kind: 'github-oidc', described: 'GitHub OIDC' },
    plain: 'loopback',
    token: async ({ anew }) => {
      const left = held ? held.claims.exp * 1000 - Date.now() : 0;
      if (!held || anew || left < TOKEN_MARGIN_MS) held = await githubToken(context, audience);
      return held;
    },
  };
}

/** An answer of GitHub's token endpoint that is an error. */
class TokenEndpointError extends Error {
  readonly status: number;
  readonly notYet: boolean;

  constructor({ status, notYet = false }: { readonly status: number; readonly notYet?: boolean }) {
    super(`HTTP ${status}`);
    this.name = 'TokenEndpointError';
    this.status = status;
    this.notYet = notYet;
  }
}

/**
 * Asks GitHub for the job's id token, made out to an audience.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
async function githubToken(context: SignInContext, audience: string): Promise<IdToken> {
  const { http, call, env, mask } = context;
  const url = new URL(env.ACTIONS_ID_TOKEN_REQUEST_URL ?? '');
  url.searchParams.set('audience', audience);
  const headers = {
    authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? ''}`,
    accept: 'application/json',
    'user-agent': USER_AGENT,
  };
  const ask = async (signal: AbortSignal) => {
    const answer = await http.request({ method: 'GET', url, headers, signal, plain: 'loopback' });
    const body = (await readBody(answer, 1 << 20)).toString('utf8');
    // A job that the server still takes for Pending or Delayed gets a 403 for a moment.
    if (answer.status !== 200)
      throw new TokenEndpointError({ status: answer.status, notYet: /'(Pending|Delayed)'/.test(body) });
    const token = tokenIn(body);
    if (token) mask(token);
    const claims = token ? readClaims(token) : undefined;
    if (!token || !claims) throw new TokenEndpointError({ status: 200 });
    return { token, claims };
  };
  const how: CallOptions = { ...context.how, classify: tokenVerdict };
  return call("GitHub's id token", ask, how).catch((error: unknown) => {
    throw error instanceof TokenEndpointError ? refused(error) : error;
  });
}

/** A wrong answer may be a single one, and is asked for again; a refusal (403) is GitHub's own. */
function tokenVerdict(error: unknown): Verdict {
  if (!(error instanceof TokenEndpointError)) return verdictOf(error);
  const verdict = error.notYet || error.status === 408 ? 'transient' : verdictOf(error);
  return verdict === 'fatal' && error.status !== 403 ? 'grace' : verdict;
}

function refused(error: TokenEndpointError): Problem {
  const { status } = error;
  if (status === 200) {
    return new Problem({
      what: "GitHub's token endpoint answered without a token",
      why: 'something between this step and GitHub answers in its place, or GitHub has an outage',
      fix: 'check the proxy of the runner, look at https://www.githubstatus.com, and run the job again',
      cause: error,
    });
  }
  const denied = status === 401 || status === 403;
  return new Problem({
    what: `GitHub gave no id token (HTTP ${shapeOf(error).status})`,
    why: denied
      ? 'the job may ask for a token, but this request was refused: the job has ended, or the request token belongs to another job'
      : undefined,
    fix: denied
      ? 'run the job again; if it keeps happening, look at https://www.githubstatus.com'
      : 'run the job again',
    cause: error,
  });
}

function tokenIn(body: string): string | undefined {
  try {
    const { value } = JSON.parse(body) as { value?: unknown };
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
