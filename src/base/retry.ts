import { Problem } from './problem.ts';

/**
 * What to do with a failed attempt: `transient` and `throttled` are tried again, `grace` (a denial that may be a change
 * on its way) once or twice within seconds, `fatal` never.
 */
export type Verdict = 'transient' | 'throttled' | 'grace' | 'fatal';

/** How long and how often: times in milliseconds. */
export interface RetryRules {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** Deadline of one attempt. */
  readonly callMs: number;
  /** No attempt starts later than this after the first. */
  readonly budgetMs: number;
  /** Full jitter: the n-th wait is random between 0 and min(capMs, baseMs × 2ⁿ). */
  readonly baseMs: number;
  readonly capMs: number;
}

export const HOUSE_RULES: RetryRules = { attempts: 10, callMs: 10_000, budgetMs: 90_000, baseMs: 200, capMs: 20_000 };

/**
 * A throttled call waits its turn, so it is given longer, unless somebody set a number of attempts: 256 jobs that start
 * together all pass quotas of 40 and of 10 a second so, where the SDK's three attempts fail most of them (bench/matrix).
 */
const WAITING_TURN = { attempts: 60, budgetMs: 300_000 };

const GRACE_ATTEMPTS = 2;
const GRACE_CAP_MS = 1_500;

/** Time and chance, so that a simulation can bring its own. */
export interface Clock {
  now(): number;
  /** Resolves after so many milliseconds, or rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A number from 0 to 1, exclusive. */
  random(): number;
}

export interface CallOptions {
  readonly rules?: Partial<RetryRules>;
  /** Ends the call when it is aborted, in place of the step's own signal, which it must follow. */
  readonly signal?: AbortSignal;
  readonly classify?: (error: unknown) => Verdict;
}

/**
 * Runs an attempt, again where that can help. `what` names the call in the field's terms (`ssm:GetParameters`).
 * The attempt must pass its signal on: it is aborted at the call's deadline and when the step is cancelled.
 * @throws what the last attempt threw; a Problem when there was no answer in time.
 */
export type Call = <T>(what: string, attempt: (signal: AbortSignal) => Promise<T>, how?: CallOptions) => Promise<T>;

export interface RetryDeps {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Aborted on cancel and at the step's deadline. */
  readonly signal: AbortSignal;
  readonly rules?: Partial<RetryRules>;
}

/** The one retry policy of the house. A retry is said in one line; what can't succeed is not tried again. */
export function makeCall({ clock, say, signal: stepSignal, rules: base }: RetryDeps): Call {
  const tell = retryTeller(clock, say);
  return async (what, attempt, how = {}) => {
    const rules = { ...HOUSE_RULES, ...base, ...how.rules };
    const classify = how.classify ?? verdictOf;
    const signal = how.signal ?? stepSignal;
    const throttled = { ...rules, ...(base?.attempts || how.rules?.attempts ? {} : WAITING_TURN) };
    const start = clock.now();
    for (let tried = 1; ; tried++) {
      signal.throwIfAborted();
      const deadline = deadlineOf(rules.callMs, signal);
      try {
        return await attempt(deadline.signal);
      } catch (thrown) {
        deadline.end();
        signal.throwIfAborted();
        const error = deadline.signal.aborted ? deadline.signal.reason : thrown;
        const verdict = classify(error);
        const cap = verdict === 'grace' ? GRACE_CAP_MS : rules.capMs;
        const wait = Math.floor(clock.random() * Math.min(cap, rules.baseMs * 2 ** tried));
        const limits = verdict === 'throttled' ? throttled : rules;
        const attempts = verdict === 'grace' ? Math.min(limits.attempts, GRACE_ATTEMPTS) : limits.attempts;
        const last = tried >= attempts || clock.now() + wait - start > limits.budgetMs;
        if (verdict === 'fatal' || last) throw finalError(what, error, tried, clock.now() - start);
        tell(`${what}: ${shortly(error)}`, tried + 1, `of ${attempts} in ${(wait / 1000).toFixed(1)} s`);
        await clock.sleep(wait, signal);
      } finally {
        deadline.end();
      }
    }
  };
}

const QUIET_MS = 5_000;

/** Calls that fail side by side would flood the log: of equal failures one is told in five seconds, or one that got further. */
function retryTeller(clock: Clock, say: (line: string) => void) {
  const told = new Map<string, { at: number; attempt: number; more: number }>();
  return (failure: string, attempt: number, rest: string) => {
    const before = told.get(failure);
    if (before && attempt <= before.attempt && clock.now() - before.at < QUIET_MS) {
      before.more++;
      return;
    }
    say(
      `${failure}; attempt ${attempt} ${rest}${before?.more ? `; ${before.more} more like it since the last line` : ''}`,
    );
    told.set(failure, { at: clock.now(), attempt, more: 0 });
  };
}

/**
 * Aborted after so long, or with another signal. `AbortSignal.any` and `timeout` would keep each of thousands of requests in
 * memory until its deadline, also when it has long been answered.
 */
function deadlineOf(ms: number, signal: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new NoAnswer(ms)), ms);
  signal.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
    }),
};

/** An attempt whose deadline passed. */
class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
  }
}

/** Codes of Node's network errors: the connection failed, and another may not. */
const LOST_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** A proxy that does not open the tunnel; its answer's status is the error's. */
const NO_TUNNEL = 'ERR_PROXY_TUNNEL';

/** Codes of Node's TLS errors: the server's certificate is not trusted, and will not be the next time. */
const UNTRUSTED = /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'PriorRequestNotComplete',
  'SlowDown',
  'TOOMANYREQUESTS',
]);

const TRANSIENT = new Set(['RequestTimeout', 'RequestTimeoutException', 'InternalError', 'InternalServerError']);

/** The class of an error, by name, code and HTTP status; never by text. */
export function verdictOf(error: unknown): Verdict {
  const { code, name, status } = shapeOf(error);
  if (THROTTLED.has(name) || THROTTLED.has(code) || status === 429) return 'throttled';
  if (LOST_CONNECTION.has(code) || TRANSIENT.has(name) || status >= 500) return 'transient';
  return 'fatal';
}

/** Whether AWS says that the credentials, or the token, of a request have ended. */
export function isExpired(error: unknown): boolean {
  return ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'].includes(shapeOf(error).name);
}

/** Whether an error is a lost or refused connection, or no answer in time. */
export function isLostConnection(error: unknown): boolean {
  return LOST_CONNECTION.has(shapeOf(error).code);
}

/** What the SDK's errors, Node's errors and our own answers have in common. `status` is 0 without an answer. */
export function shapeOf(error: unknown): { name: string; code: string; status: number } {
  const it = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    status?: unknown;
    statusCode?: unknown;
    $metadata?: { httpStatusCode?: number };
    errors?: unknown[];
  };
  const code = typeof it.code === 'string' ? it.code : it.errors?.[0] ? shapeOf(it.errors[0]).code : '';
  const stated = [it.status, it.$metadata?.httpStatusCode, it.statusCode].find((one) => typeof one === 'number');
  const status = (stated as number | undefined) ?? 0;
  return { name: typeof it.name === 'string' ? it.name : '', code, status };
}

function finalError(what: string, error: unknown, tried: number, ms: number): unknown {
  const fix = remedyOf(error);
  if (!fix) return error;
  return new Problem({
    what: `${what} got no answer: ${shortly(error)}`,
    why: `${tried} attempt${tried === 1 ? '' : 's'} in ${(ms / 1000).toFixed(1)} s`,
    fix,
    cause: error,
  });
}

/** What to do about a connection that failed; nothing for any other error. */
function remedyOf(error: unknown): string | undefined {
  const { code } = shapeOf(error);
  if (isLostConnection(error)) {
    return "check the network of the runner, its proxy, and the service's endpoint; run the job again if it was an outage";
  }
  if (code === NO_TUNNEL) {
    return 'the proxy does not let this host through: check its rules and password, or give the host in NO_PROXY';
  }
  if (!UNTRUSTED.test(code)) return undefined;
  return 'the certificate of the server, or of a proxy that opens TLS, is not trusted: give its CA in NODE_EXTRA_CA_CERTS';
}

/** An error in few words that hold no value: its code, its name and status. */
export function shortly(error: unknown): string {
  const { name, code, status } = shapeOf(error);
  if (error instanceof NoAnswer) return error.message;
  if (code === NO_TUNNEL) return `the proxy answered HTTP ${status}`;
  if (code && (LOST_CONNECTION.has(code) || UNTRUSTED.test(code))) return `connection failed (${code})`;
  return `${name && name !== 'Error' ? name : code || 'error'}${status ? ` (HTTP ${status})` : ''}`;
}
