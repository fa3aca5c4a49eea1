import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { urlToHttpOptions } from 'node:url';
import { checkPlain, isLoopback, type PlainUse } from './plain-http.ts';
import { isBypassed, type ProxySettings } from './proxy.ts';
import { formatSeconds } from './units.ts';

/** Connections to one host at a time. */
const MAX_SOCKETS = 256;

/** What every request of this action says it is. */
export const USER_AGENT = 'keyless-aws';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** With the query, as it is signed; left out, those of `url`. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Buffer can be sent again; a stream cannot: the caller opens it again for each attempt. */
  readonly body?: Buffer | Readable | undefined;
  readonly signal?: AbortSignal;
  /** Where it may go in plain HTTP; left out, to the hosts that are named. */
  readonly plain?: PlainUse;
  /** Fails with ETIMEDOUT when no byte moves for this long, however long the whole takes. */
  readonly idleMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Must be read to its end, or destroyed: the connection is kept for the next request. */
  readonly body: http.IncomingMessage;
}

/**
 * Lean HTTP/1.1 with kept connections, for what the SDK does not do or does slowly. Redirects are not followed, so that
 * no header goes to a host that was not asked for. Resolves with any status; rejects on a lost connection.
 */
export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * The connections of a request, by way of the proxy or not. For the SDK's clients, so that proxy and connections are the same
   * everywhere; each of their requests is checked first.
   */
  agentsFor(address: HostAddress): Agents;
  /** @throws Problem for a request in plain HTTP to a host that may not have it */
  check(url: Parameters<typeof checkPlain>[0], use?: PlainUse): void;
  close(): void;
}

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

type HostAddress = Pick<URL, 'protocol' | 'hostname'> & { readonly port?: string | number | undefined };

/**
 * A host may be far, and have an address of a family that this machine cannot reach: Node gives each address 250 ms, and fails when
 * none has answered by then. Well above a handshake around the world. https://github.com/nodejs/node/issues/54359
 */
const FAR_HANDSHAKE_MS = 2_500;

/**
 * @param proxy from the inputs and the environment. Node's own proxy support is used (Node 24.5 and newer).
 * https://nodejs.org/api/http.html#built-in-proxy-support
 * @param plainHosts hosts beyond this machine that may be reached over plain HTTP
 */
export function makeHttp(proxy: ProxySettings = {}, plainHosts: readonly string[] = []): Http {
  net.setDefaultAutoSelectFamilyAttemptTimeout(FAR_HANDSHAKE_MS);
  const options: http.AgentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, scheduling: 'lifo' };
  const direct = makeAgents(options);
  const isProxied = proxy.httpProxy !== undefined || proxy.httpsProxy !== undefined;
  const isProxyHere = isLoopback(URL.parse(proxy.httpProxy ?? '')?.hostname ?? '');
  // Which hosts bypass the proxy is decided here: Node gets no NO_PROXY of its own.
  const proxyEnv = { HTTP_PROXY: proxy.httpProxy, HTTPS_PROXY: proxy.httpsProxy };
  const proxied = isProxied ? makeAgents({ ...options, proxyEnv }) : direct;
  const agentsFor: Http['agentsFor'] = ({ protocol, hostname, port }) => {
    const usual = protocol === 'https:' ? 443 : 80;
    if (!isProxied || isBypassed(proxy.noProxy, hostname, Number(port || usual))) return direct;
    // What may be sent in the clear because it stays on this machine would not stay there.
    return protocol === 'http:' && isLoopback(hostname) && !isProxyHere ? direct : proxied;
  };
  const check: Http['check'] = (url, use = 'named') => checkPlain(url, use, plainHosts);
  return {
    agentsFor,
    check,
    request: async (request) => {
      check(request.url, request.plain);
      const agents = agentsFor(request.url);
      if (agents === direct) return send(request, agents);
      return send(request, agents).catch((error: Error) => {
        // A connection that failed is one to the proxy: its host is told, never its user and password.
        throw Object.assign(error, {
          proxy: URL.parse(proxyEnv[`${isSecure(request.url) ? 'HTTPS' : 'HTTP'}_PROXY`] ?? '')?.host,
        });
      });
    },
    close: () => {
      for (const agents of [direct, proxied]) {
        agents.http.destroy();
        agents.https.destroy();
      }
    },
  };
}

function makeAgents(options: http.AgentOptions): Agents {
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

function send({ method, url, path, headers, body, signal, idleMs }: HttpRequest, agents: Agents): Promise<HttpAnswer> {
  const secure = isSecure(url);
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request({
      ...urlToHttpOptions(url),
      ...(path === undefined ? {} : { path }),
      method,
      headers: { ...headers },
      agent: secure ? agents.https : agents.http,
      ...(signal ? { signal } : {}),
    });
    if (idleMs !== undefined) request.setTimeout(idleMs, () => request.destroy(stalled(idleMs)));
    request.once('error', reject);
    request.once('response', (response) => {
      // A server may answer before the body is sent (403): what is still written then fails, and does not matter.
      request.off('error', reject);
      request.on('error', () => {});
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
    });
    if (body === undefined || (Buffer.isBuffer(body) && body.length <= SLICE)) request.end(body);
    else pipeline(Buffer.isBuffer(body) ? Readable.from(slices(body)) : body, request).catch(reject);
  });
}

function isSecure({ protocol }: HostAddress): boolean {
  return protocol === 'https:';
}

/** Made when it is needed: an error takes down the whole stack. */
function stalled(idleMs: number): Error {
  return Object.assign(new Error(`nothing moved for ${formatSeconds(idleMs)}`), { code: 'ETIMEDOUT' });
}

/** A large buffer goes piece by piece, as the connection takes it: TLS would otherwise hold all of it a second time. */
const SLICE = 1 << 20;

function* slices(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += SLICE) yield body.subarray(at, at + SLICE);
}

/** Reads an answer's body, up to `limit` bytes; a longer one is cut there, and its connection closed: it may have no end. */
export async function readBody({ body }: HttpAnswer, limit = 4 << 20): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks);
}
