import { readBody, USER_AGENT } from '../../base/http.ts';
import { Problem } from '../../base/problem.ts';
import type { CallOptions } from '../../base/retry.ts';
import { shapeOf, verdictOf } from '../../base/verdict.ts';
import type { SignInContext } from '../sts/context.ts';
import { type Claims, readClaims } from './claims.ts';

/** A token that proves who the job is. */
export interface IdToken {
  readonly token: string;
  readonly claims: Claims;
}

/** An answer of GitHub's token endpoint that is an error. */
class TokenEndpointError extends Error {
  readonly status: number;
  readonly notYet: boolean;

  constructor(status: number, notYet: boolean) {
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
export async function githubToken(context: SignInContext, audience: string): Promise<IdToken> {
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
    if (answer.status !== 200) throw new TokenEndpointError(answer.status, /'(Pending|Delayed)'/.test(body));
    return body;
  };
  const how: CallOptions = { ...context.how, classify: tokenVerdict };
  const body = await call("GitHub's id token", ask, how).catch((error: unknown) => {
    throw error instanceof TokenEndpointError ? refused(error) : error;
  });
  const token = tokenIn(body);
  if (token) mask(token);
  const claims = token ? readClaims(token) : undefined;
  if (!token || !claims) throw new Problem({ what: "GitHub's token endpoint answered without a token" });
  return { token, claims };
}

function tokenVerdict(error: unknown) {
  return error instanceof TokenEndpointError && error.notYet ? 'transient' : verdictOf(error);
}

function refused(error: TokenEndpointError): Problem {
  const denied = error.status === 401 || error.status === 403;
  return new Problem({
    what: `GitHub gave no id token (HTTP ${shapeOf(error).status})`,
    why: denied
      ? 'the job may ask for a token, yet this request was refused: the job has ended, or its request token is not this job’s'
      : undefined,
    fix: denied ? 'run the job again; if it stays, look at https://www.githubstatus.com' : 'run the job again',
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
