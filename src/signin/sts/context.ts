import { stsEndpoint } from '../../aws/partition.ts';
import { systemClock } from '../../base/clock.ts';
import { type Http, makeHttp } from '../../base/http.ts';
import { isProxyUrl, nodeKnowsProxies } from '../../base/proxy.ts';
import { type Call, type CallOptions, HOUSE_RULES, makeCall } from '../../base/retry.ts';
import type { Runner } from '../../base/runner.ts';
import type { SignInRequest } from '../request.ts';
import { signInVerdict } from './verdict.ts';

/** What signing in uses of the outside. */
export interface SignInContext {
  readonly http: Http;
  readonly call: Call;
  /** Rules of every call of the sign-in. */
  readonly how: CallOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly endpoint: URL;
  readonly region: string;
  readonly mask: (value: string) => void;
  readonly say: (line: string) => void;
  readonly notice: (text: string) => void;
}

/** Nothing else of the step can begin before it: a sign-in is given up after a minute, throttled or not. */
const RULES = { attempts: HOUSE_RULES.attempts, budgetMs: 60_000 };

export function makeContext(request: SignInRequest, runner: Runner, signal: AbortSignal): SignInContext {
  const { proxy, region, attempts } = request;
  // Of every call of the step, as of the sign-in's: who sets a number of attempts, or none, means all of them.
  const set = attempts === undefined ? {} : { attempts };
  for (const url of [proxy.httpProxy, proxy.httpsProxy]) maskProxyPassword(url, runner);
  const { node } = process.versions;
  if ((proxy.httpProxy || proxy.httpsProxy) && !nodeKnowsProxies(node)) {
    runner.warning(
      `The proxy is not used: the runner's Node ${node} knows none. Update the runner: Node 24.5 and newer do.`,
    );
  }
  return {
    http: makeHttp(proxy, request.plainHttpHosts),
    call: makeCall({ clock: systemClock, say: runner.info, signal, rules: set }),
    how: { rules: { ...RULES, ...set }, classify: signInVerdict },
    env: runner.env,
    endpoint: request.endpoint ? new URL(request.endpoint) : stsEndpoint(region, runner.env),
    region,
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
