import { Unproven } from './problem.ts';

/**
 * What to do with a failed attempt: `transient` and `throttled` are tried again, `grace` (a denial that may be a change
 * on its way, an answer that is not HTTP or that proves nothing) after a second and after two more, `renewed` (what had ended has
 * been replaced) once and at once, `fatal` never.
 */
export type Verdict = 'transient' | 'throttled' | 'grace' | 'renewed' | 'fatal';

/** Codes of Node's network errors: the connection failed, and another may not. */
const LOST_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_SOCKET_CLOSED',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

/** Something answered that is not HTTP, or not TLS: https://nodejs.org/api/errors.html, "HPE" and "OpenSSL" */
const GARBLED = /^HPE_|^EPROTO$|^ERR_SSL_|^ERR_TLS_HANDSHAKE/;

/** The server's certificate is not trusted, and will not be the next time: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNTRUSTED = /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/;

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
  if (error instanceof Unproven) return 'grace';
  const { code, name, status } = shapeOf(error);
  if (THROTTLED.has(name) || THROTTLED.has(code) || status === 429) return 'throttled';
  // 501: the server does not know the call, and will not learn it.
  if (LOST_CONNECTION.has(code) || TRANSIENT.has(name) || (status >= 500 && status !== 501)) return 'transient';
  // A proxy that hung up without an answer to CONNECT may be starting anew.
  if (isNoTunnel(error) && status === 0) return 'transient';
  return isGarbled(error) ? 'grace' : 'fatal';
}

/** Whether AWS says that the credentials, or the token, of a request have ended. */
export function isExpired(error: unknown): boolean {
  return ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'].includes(shapeOf(error).name);
}

/** Whether an error is a lost or refused connection, or no answer in time. */
export function isLostConnection(error: unknown): boolean {
  return LOST_CONNECTION.has(shapeOf(error).code);
}

/** Whether what answered does not speak HTTP, or TLS. */
export function isGarbled(error: unknown): boolean {
  return GARBLED.test(shapeOf(error).code) && !isUntrusted(error);
}

/** Whether the certificate of the server, or of a proxy that opens TLS, is not trusted. */
export function isUntrusted(error: unknown): boolean {
  return UNTRUSTED.test(shapeOf(error).code);
}

/** Whether a proxy did not open the tunnel; its answer's status is the error's. */
export function isNoTunnel(error: unknown): boolean {
  return shapeOf(error).code === 'ERR_PROXY_TUNNEL';
}

/**
 * What the SDK's errors, Node's errors and our own answers have in common. `status` is 0 without an answer. The SDK gives a time-out
 * of its own no code, only a name.
 */
export function shapeOf(error: unknown): { name: string; code: string; status: number } {
  const it = (error ?? {}) as {
    name?: unknown;
    code?: unknown;
    status?: unknown;
    statusCode?: unknown;
    $metadata?: { httpStatusCode?: number };
    errors?: unknown[];
  };
  const unnamed = it.name === 'TimeoutError' ? 'ETIMEDOUT' : '';
  const code = typeof it.code === 'string' ? it.code : it.errors?.[0] ? shapeOf(it.errors[0]).code : unnamed;
  const stated = [it.status, it.$metadata?.httpStatusCode, it.statusCode].find((one) => typeof one === 'number');
  const status = (stated as number | undefined) ?? 0;
  return { name: typeof it.name === 'string' ? it.name : '', code, status };
}
