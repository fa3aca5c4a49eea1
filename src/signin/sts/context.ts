import { systemClock } from '../../base/clock.ts';
import { type Http, makeHttp } from '../../base/http.ts';
import { isProxyUrl, nodeKnowsProxies } from '../../base/proxy.ts';
import { type Call, type CallOptions, HOUSE_RULES, makeCall } from '../../base/retry.ts';
import { shapeOf, type Verdict } from '../../base/retryable.ts';
import type { Runner } from '../../base/runner.ts';
import type { SignInRequest } from '../request.ts';
import { stsEndpoint } from './endpoint.ts';
import { signInVerdict } from './retryable.ts';
import { type StsCall, StsError } from './sts.ts';

/** Everything outside the process that signing in uses. */
export interface SignInContext {
  readonly http: Http;
  /** Connections of their own, without a proxy: to the metadata services of the machine. */
  readonly direct: () => Http;
  readonly call: Call;
  /** Rules of every call of the sign-in. */
  readonly how: CallOptions;
  /** How many attempts the inputs allow, if they say so. */
  readonly attempts: number | undefined;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoint: URL;
  readonly region: string;
  /** `ambient` is asked for: an identity of the machine must be there, and is waited for. */
  readonly meant: boolean;
  readonly mask: (value: string) => void;
  readonly say: (line: string) => void;
  readonly notice: (text: string) => void;
}

/** Nothing else of the step can begin before it: a sign-in is given up after a minute, throttled or not. */
const RULES = { attempts: HOUSE_RULES.attempts, budgetMs: 60_000 };

export function makeContext(request: SignInRequest, runner: Runner, signal: AbortSignal): SignInContext {
  const { proxy, region, regionName, attempts, source } = request;
  // For every call of the step, not only the sign-in's: a number of attempts that somebody sets is meant for all of them.
  const set = attempts === undefined ? {} : { attempts };
  for (const url of [proxy.httpProxy, proxy.httpsProxy]) maskProxyPassword(url, runner);
  const { node } = process.versions;
  if ((proxy.httpProxy || proxy.httpsProxy) && !nodeKnowsProxies(node)) {
    runner.warning(
      `The proxy is not used: the runner's Node ${node} does not support one. Update the runner: Node 24.5 and newer do.`,
    );
  }
  return {
    http: makeHttp(proxy, request.plainHttpHosts),
    direct: () => makeHttp({}, request.plainHttpHosts),
    call: makeCall({ clock: systemClock, say: runner.info, signal, rules: set }),
    how: { rules: { ...RULES, ...set }, classify: signInVerdict },
    attempts,
    signal,
    // As it was when the step began: what the step exports is set in this process, too.
    env: { ...runner.env },
    endpoint: request.endpoint ? new URL(request.endpoint) : stsEndpoint(regionName, runner.env),
    region,
    meant: source === 'ambient',
    mask: runner.mask,
    say: runner.info,
    notice: runner.notice,
  };
}

function maskProxyPassword(url: string | undefined, runner: Runner): void {
  const password = url && isProxyUrl(url) ? new URL(url).password : '';
  if (!password) return;
  runner.mask(password);
  runner.mask(decodeURIComponent(password));
}

/** Beyond so much AWS refuses a signature for its date: then the date of its answer is the right one. */
const MAX_SKEW_MS = 240_000;

/** One call of STS, with the sign-in's retries; where this machine's clock is wrong, once more with AWS's. */
export function callSts<T>(
  { http, endpoint, region, call, how }: SignInContext,
  action: string,
  attempt: (sts: StsCall) => Promise<T>,
): Promise<T> {
  let offset = 0;
  let moved = false;
  const timed = async (signal: AbortSignal) => {
    moved = false;
    try {
      return await attempt({ http, endpoint, region, signal, at: new Date(Date.now() + offset) });
    } catch (error) {
      const skew = error instanceof StsError && error.date !== undefined ? error.date - Date.now() : offset;
      moved = Math.abs(skew - offset) > MAX_SKEW_MS && REFUSED_FOR_TIME.has(shapeOf(error).name);
      if (moved) offset = skew;
      throw error;
    }
  };
  const classify = (error: unknown): Verdict => (moved ? 'transient' : signInVerdict(error));
  return call(action, timed, { ...how, classify });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const REFUSED_FOR_TIME = new Set([
  'SignatureDoesNotMatch',
  'RequestTimeTooSkewed',
  'RequestExpired',
  'InvalidSignatureException',
]);
