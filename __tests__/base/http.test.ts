import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Http, makeHttp, readBody } from '../../src/base/http.ts';

/** Says what it got: method, path, headers and the size of the body; `/early` answers before it reads the body. */
let server: http.Server;
let base: string;
let client: Http;
const sockets = new Set<unknown>();

beforeEach(async () => {
  sockets.clear();
  server = http.createServer((request, response) => {
    sockets.add(request.socket);
    if (request.url === '/early') {
      response.writeHead(403, { 'content-length': 2, connection: 'close' });
      response.end('no');
      return;
    }
    if (request.url === '/moved') response.writeHead(307, { location: 'http://192.0.2.1/elsewhere' });
    if (request.url === '/lost') {
      request.socket.destroy();
      return;
    }
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on('end', () => response.end(JSON.stringify({ method: request.method, url: request.url, size })));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = makeHttp();
});

afterEach(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function send(method: string, path: string, body?: Buffer | Readable) {
  const answer = await client.request({ method, url: new URL(path, base), ...(body ? { body } : {}) });
  return { status: answer.status, text: (await readBody(answer)).toString() };
}

test.each([
  ['nothing', undefined, 0],
  ['a buffer', Buffer.alloc(100_000), 100_000],
  ['a stream', Readable.from([Buffer.alloc(70_000), Buffer.alloc(5)]), 70_005],
])('sends %s', async (_, body, size) => {
  const { status, text } = await send('PUT', '/a%2Fb?c=d', body);
  expect([status, JSON.parse(text)]).toEqual([200, { method: 'PUT', url: '/a%2Fb?c=d', size }]);
});

test('keeps the connection for the next request', async () => {
  await send('GET', '/1');
  await send('GET', '/2');
  expect(sockets.size).toBe(1);
});

test('gives an answer that came before the body was sent', async () => {
  expect(await send('PUT', '/early', Buffer.alloc(20 << 20))).toEqual({ status: 403, text: 'no' });
});

test('follows no redirect: headers go to no host that was not asked for', async () => {
  expect((await send('GET', '/moved')).status).toBe(307);
});

test('reads no more of a body than it is told to keep', async () => {
  const answer = await client.request({ method: 'GET', url: new URL('/x', base) });
  expect((await readBody(answer, 9)).toString()).toBe('{"method"');
});

test.each([
  ['the connection is lost', '/lost', undefined, 'ECONNRESET'],
  ['it is aborted', '/x', AbortSignal.abort(), 'ABORT_ERR'],
])('rejects when %s', async (_, path, signal, code) => {
  const sent = client.request({ method: 'GET', url: new URL(path, base), ...(signal ? { signal } : {}) });
  await expect(sent).rejects.toMatchObject({ code });
});

test('goes through the proxy that it is given, but not to hosts that are excepted', async () => {
  const viaProxy = makeHttp({ httpProxy: base, noProxy: '127.0.0.1' }, ['service.invalid']);
  const answer = await viaProxy.request({ method: 'GET', url: new URL('http://service.invalid/path') });
  expect(JSON.parse((await readBody(answer)).toString())).toMatchObject({ url: 'http://service.invalid/path' });
  const direct = await viaProxy.request({ method: 'GET', url: new URL('/direct', base) });
  expect(JSON.parse((await readBody(direct)).toString())).toMatchObject({ url: '/direct' });
  viaProxy.close();
});

test('a connection to the proxy that fails has its host, and not its password', async () => {
  const viaProxy = makeHttp({ httpsProxy: 'http://me:hunter2@127.0.0.1:1' });
  const sent = viaProxy.request({ method: 'GET', url: new URL('https://service.invalid/') });
  await expect(sent).rejects.toMatchObject({ syscall: 'connect', proxy: '127.0.0.1:1' });
  viaProxy.close();
});

test('sends nothing that is for this machine to a proxy elsewhere in the clear', async () => {
  const viaProxy = makeHttp({ httpProxy: 'http://proxy.invalid:3128', httpsProxy: 'http://proxy.invalid:3128' });
  const answer = await viaProxy.request({ method: 'GET', url: new URL('/direct', base) });
  expect(JSON.parse((await readBody(answer)).toString())).toMatchObject({ url: '/direct' });
  // Through the tunnel of a proxy nothing is in the clear.
  const { https } = viaProxy.agentsFor(new URL('https://127.0.0.1'));
  expect(https).not.toBe(viaProxy.agentsFor(new URL(base)).https);
  viaProxy.close();
});

test('sends nothing in plain HTTP to a host that is not named', async () => {
  const viaProxy = makeHttp({ httpProxy: base }, ['service.invalid']);
  for (const [url, plain] of [['http://other.invalid/'], ['http://service.invalid/', 'loopback']] as const) {
    const sent = viaProxy.request({ method: 'GET', url: new URL(url), ...(plain ? { plain } : {}) });
    await expect(sent).rejects.toThrow(/plain HTTP to this host is not allowed/);
  }
  expect(sockets.size).toBe(0);
  viaProxy.close();
});
