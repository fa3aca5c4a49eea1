import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callOf } from './call.ts';
import { KINDS, rendered, type TrueAnswer } from './kinds.ts';

/** One fault: which request, what happens to it, and whether also the next time. */
export interface Injection {
  /** As `callOf` names it; every call when left out. */
  readonly call?: string;
  readonly kind: string;
  readonly times: 'once' | 'always';
}

export interface FaultProxy {
  /** In place of the sandbox's. */
  readonly url: string;
  /** The same before another server, by its origin. */
  through(origin: string): Promise<string>;
  /** Every request that came, by name, in the order of their first time. */
  readonly calls: ReadonlySet<string>;
  /** How many faults were injected. */
  readonly injected: () => number;
  /** Requests that went where nothing may be sent. */
  readonly strayed: readonly string[];
  stop(): void;
}

/** Stands between a step and the sandbox, the registry included, and breaks requests as told. */
export async function startFaultProxy(upstream: string, injections: readonly Injection[]): Promise<FaultProxy> {
  const { listen, close } = listeners();
  const calls = new Set<string>();
  const strayed: string[] = [];
  const due = faultsDue(injections);
  let injected = 0;

  const elsewhere = await listen(async (request) => {
    strayed.push(`${request.method} ${request.url}`);
    request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
  });
  const forward = (origin: string) =>
    listen(async (request) => {
      const { socket } = request;
      const { name, body } = await callOf(request);
      calls.add(name);
      let given: Promise<TrueAnswer> | undefined;
      const answer = () => {
        given ??= ask(origin, request, body).then((it) => withOurRegistry(it, through));
        return given;
      };
      const kind = due(name);
      if (kind === undefined) {
        socket.write(rendered(await answer()));
        return;
      }
      injected++;
      await KINDS[kind]!({ socket, request, answer, elsewhere });
    });
  const ours = new Map<string, Promise<string>>();
  const through = (origin: string) => {
    const url = ours.get(origin) ?? forward(origin);
    ours.set(origin, url);
    return url;
  };
  return { url: await forward(upstream), through, calls, injected: () => injected, strayed, stop: close };
}

/** Which kind of fault a call gets now; undefined: none. A fault that comes once comes once for each call. */
function faultsDue(injections: readonly Injection[]): (call: string) => string | undefined {
  const had = new Set<string>();
  return (call) => {
    const due = injections.find(
      (it) => (it.call ?? call) === call && !(it.times === 'once' && had.has(`${call} ${it.kind}`)),
    );
    if (due) had.add(`${call} ${due.kind}`);
    return due?.kind;
  };
}

/** Ports on loopback, closed together. A request that cannot be handled loses its connection. */
function listeners() {
  const servers: Server[] = [];
  return {
    listen: async (handle: (request: IncomingMessage) => Promise<void>): Promise<string> => {
      const server = createServer({ keepAliveTimeout: 60_000 }, (request) => {
        request.socket.on('error', () => {});
        request.on('error', () => {});
        handle(request).catch(() => request.socket.destroy());
      });
      servers.push(server);
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: () => {
      for (const server of servers) server.close().closeAllConnections();
    },
  };
}

/** The registry is behind another port: the step is told one of ours. */
async function withOurRegistry(it: TrueAnswer, through: FaultProxy['through']): Promise<TrueAnswer> {
  const text = it.body.toString('latin1');
  const [origin] = /(?<="proxyEndpoint":\s*")http:\/\/[^"]+/.exec(text) ?? [];
  if (!origin) return it;
  const body = Buffer.from(text.replaceAll(origin, await through(origin)), 'latin1');
  const headers = it.headers.map((value, at) =>
    at % 2 === 1 && it.headers[at - 1]?.toLowerCase() === 'content-length' ? String(body.length) : value,
  );
  return { ...it, headers, body };
}

/** The true answer. A HEAD has a length and no body. */
function ask(origin: string, request: IncomingMessage, body: Buffer | undefined): Promise<TrueAnswer> {
  return new Promise((resolve, reject) => {
    const { method, url = '/', rawHeaders } = request;
    const { hostname, port } = new URL(origin);
    const sent = httpRequest(
      { hostname, port, method, path: url, headers: pairs(rawHeaders), setHost: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const whole = Buffer.concat(chunks);
          const headers = [...response.rawHeaders];
          const has = headers.some((name, at) => at % 2 === 0 && name.toLowerCase() === 'content-length');
          if (!has && method !== 'HEAD' && response.statusCode !== 204)
            headers.push('content-length', String(whole.length));
          resolve({ status: response.statusCode ?? 0, headers, body: whole });
        });
      },
    );
    sent.once('error', reject);
    if (body) sent.end(body);
    else request.pipe(sent);
  });
}

function pairs(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < raw.length; at += 2) headers[raw[at]!] = raw[at + 1]!;
  return headers;
}
