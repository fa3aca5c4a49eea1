import { NoAnswer } from '../deadline.ts';
import { Problem, Unproven } from '../problem.ts';
import { isGarbled, isLostConnection, isNoTunnel, isUntrusted, shapeOf } from '../retryable.ts';

/** A connection that failed, as a Problem; `undefined` for any other error. `what` names the call: `ssm:GetParameters`. */
export function networkProblem(error: unknown, { what, why }: { what: string; why?: string }): Problem | undefined {
  const fix = networkFix(error);
  return fix === undefined
    ? undefined
    : new Problem({ what: `${what} got no answer${elsewhere(error)}: ${shortly(error)}`, why, fix, cause: error });
}

/** The service itself may be well: what it redirects to is closed off (`redirectedTo`), or the proxy on the way is not there (`proxy`). */
function elsewhere(error: unknown): string {
  const { redirectedTo, proxy } = (error ?? {}) as { redirectedTo?: unknown; proxy?: unknown };
  if (typeof proxy === 'string' && isOfSocket(error)) return ` by way of the proxy ${proxy}`;
  return typeof redirectedTo === 'string' ? ` from ${redirectedTo}` : '';
}

function networkFix(error: unknown): string | undefined {
  if (isLostConnection(error) || isOfSocket(error)) {
    return "check the network of the runner, its proxy, and the service's endpoint; run the job again if it was an outage";
  }
  if (isNoTunnel(error)) {
    return tunnelFix(shapeOf(error).status);
  }
  if (isUntrusted(error)) {
    return 'the certificate of the server, or of a proxy that opens TLS, is not trusted: give its CA in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS, or set NODE_USE_SYSTEM_CA: 1 where the machine itself trusts it';
  }
  if (!isGarbled(error)) return undefined;
  return 'something other than the service answers there: check the endpoint, its scheme (http or https) and port, and the proxy of the runner';
}

/** @param status of the proxy's answer to CONNECT; 0: it gave none */
function tunnelFix(status: number): string {
  if (status === 407)
    return 'the proxy wants a user and a password that it accepts: http://USER:PASSWORD@HOST:PORT in http-proxy or HTTPS_PROXY, special characters as %XX. Only Basic is spoken here: with NTLM or Kerberos, go through a relay of the machine (cntlm, px), or give the host in NO_PROXY';
  if (status >= 500)
    return 'the proxy could not reach the host: check its network and its DNS, or give the host in NO_PROXY';
  if (status === 0)
    return 'what is there hung up on CONNECT without an answer: check that it is an HTTP proxy and that its rules let this host through, or give the host in NO_PROXY';
  return 'the proxy does not let this host through: check its rules, or give the host in NO_PROXY';
}

/** A firewall's EPERM, a missing protocol: whatever a socket that cannot be opened says. What the process lacks is told by files.ts. */
function isOfSocket(error: unknown): boolean {
  const { syscall, errors } = (error ?? {}) as { syscall?: unknown; errors?: unknown[] };
  if (errors?.[0]) return isOfSocket(errors[0]);
  return /^(connect|getaddrinfo)$/.test(String(syscall)) && !/^(EMFILE|ENFILE|ENOMEM)$/.test(shapeOf(error).code);
}

/** An error in few words that hold no value: its code, its name and status. */
export function shortly(error: unknown): string {
  const { name, code, status } = shapeOf(error);
  if (error instanceof NoAnswer) return error.message;
  if (error instanceof Unproven) return 'the answer proves nothing';
  if (isNoTunnel(error)) return status ? `the proxy answered HTTP ${status}` : 'the proxy broke off';
  if (isLostConnection(error) || isOfSocket(error) || isUntrusted(error)) return `connection failed (${code})`;
  if (isGarbled(error)) return `the answer was not ${code.startsWith('HPE_') ? 'HTTP' : 'TLS'} (${code})`;
  return `${name && name !== 'Error' ? name : code || 'error'}${status ? ` (HTTP ${status})` : ''}`;
}
