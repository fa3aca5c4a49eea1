import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { digestOf } from '../../../harness/image.ts';
import { proven } from '../../../src/aws/client.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type Http, makeHttp } from '../../../src/base/http.ts';
import { makeCall } from '../../../src/base/retry.ts';
import { stateOf } from '../../../src/base/same-file.ts';
import { openRepository } from '../../../src/images/registry/client.ts';
import { readRemoteImage } from '../../../src/images/registry/remote.ts';
import type { Repository } from '../../../src/images/registry/repository.ts';

/** Answers that no registry should give: of a proxy, of a captive portal, of somebody who wants the image or the login. */

const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function listening(answer: Answer): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume();
    answer(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Where {
  /** Empty: not ECR. */
  readonly account?: string;
  readonly plainHosts?: readonly string[];
}

async function repository(
  answer: Answer,
  { account = '111122223333', plainHosts = [] }: Where = {},
): Promise<Repository> {
  const base = new URL(await listening(answer));
  // With names of hosts, the server is the proxy of all of them.
  const http: Http = makeHttp(plainHosts.length > 0 ? { httpProxy: base.href } : {}, plainHosts);
  ends.push(() => http.close());
  const registry = {
    host: base.host,
    hosts: [],
    base,
    account,
    region: 'eu-west-1',
    partition: 'aws',
    isPublic: false,
    password: '',
    authorization: async () => 'Basic secret',
    renew: async () => {},
  };
  const call = proven(
    makeCall({
      clock: { ...systemClock, sleep: async () => {} },
      say: () => {},
      signal: new AbortController().signal,
    }),
  );
  return openRepository(registry, 'shop', { http, call, pace: async () => {} });
}

async function push(answer: Answer): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-answers-'));
  ends.push(() => rmSync(folder, { recursive: true }));
  const bytes = Buffer.from('layer');
  writeFileSync(join(folder, 'blob'), bytes);
  const file = stateOf(join(folder, 'blob'), statSync(join(folder, 'blob')));
  const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
  return (await repository(answer)).push({ descriptor, content: { file, start: 0, size: 5 } });
}

test('an upload that is to go to another host is not sent there, nor the login', async () => {
  const got: string[] = [];
  const foreign = await listening((request, response) => {
    got.push(request.url ?? '');
    response.writeHead(201).end();
  });
  await expect(push((_, response) => response.writeHead(202, { location: `${foreign}/take` }).end())).rejects.toThrow(
    'an upload is to go to another host',
  );
  expect(got).toEqual([]);
});

test.each([
  ['nowhere', {}, 'no address of the upload'],
  ['a place that is not an address', { location: 'http://[' }, 'another host'],
])('an upload that is opened at %s', async (_, headers, text) => {
  await expect(push((__, response) => response.writeHead(202, headers).end())).rejects.toThrow(text);
});

test.each(['text/html; charset=utf-8', ''])('what has the type "%s" is not a manifest', async (type) => {
  const opened = await repository((_, response) => {
    response.writeHead(200, type ? { 'content-type': type } : {}).end('<html>sign in</html>');
  });
  await expect(opened.manifest('1')).rejects.toThrow('not that of a registry');
});

test.each([403, 407, 413])('a page with HTTP %d is that of a proxy, and not a missing permission', async (status) => {
  const page: Answer = (_, response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>no</html>');
  const opened = await repository(page);
  const text = new RegExp(`not that of a registry.*a web page \\(HTTP ${status}\\).*proxy`, 's');
  await expect(opened.manifest('1')).rejects.toThrow(text);
  await expect(opened.hasBlob({ mediaType: 'x/y', digest: digestOf('x'), size: 1 })).rejects.toThrow(text);
  await expect(push(page)).rejects.toThrow(text);
});

test('a manifest that is nested deep is not one', async () => {
  const deep = `{"schemaVersion":2,"x":${'['.repeat(1e6)}${']'.repeat(1e6)}}`;
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const opened = await repository((_, response) => response.writeHead(200, { 'content-type': type }).end(deep));
  await expect(opened.manifest('1')).rejects.toThrow('is not one');
});

const CONFIG = { mediaType: 'application/json', digest: digestOf(Buffer.from('x')), size: 1 };

test.each([
  ['http://169.254.169.254/latest', 'write its name in plain-http-hosts: 169.254.169.254'],
  ['http://storage.example/x', 'the registry redirects to storage.example'],
  ['file:///etc/passwd', 'redirects to "file:///etc/passwd"'],
  ['', 'redirects to ""'],
  ['/v2/', 'redirects more than 5 times'],
])('a config that lies at "%s" is not asked for', async (location, text) => {
  const opened = await repository((_, response) => response.writeHead(307, location ? { location } : {}).end());
  await expect(opened.config(CONFIG)).rejects.toThrow(text);
});

test('a config lies in plain HTTP at a host of plain-http-hosts', async () => {
  const asked: unknown[] = [];
  const opened = await repository(
    ({ url, headers }, response) => {
      asked.push([URL.parse(url ?? '')?.host, headers.authorization]);
      if (url?.startsWith('http://minio:9000/')) response.end('x');
      else response.writeHead(307, { location: 'http://minio:9000/x' }).end();
    },
    { plainHosts: ['minio:9000'] },
  );
  expect(await opened.config(CONFIG)).toEqual(Buffer.from('x'));
  expect(asked[1]).toEqual(['minio:9000', undefined]);
});

test.each([301, 302, 303, 307, 308])('%d: a config lies at another host, and the login stays here', async (status) => {
  const logins: unknown[] = [];
  const there = await listening(({ headers, url }, response) => {
    logins.push(headers.authorization);
    if (url === '/once') response.writeHead(status, { location: '/twice' }).end();
    else response.end('x');
  });
  const opened = await repository(({ headers }, response) => {
    logins.push(headers.authorization);
    response.writeHead(status, { location: `${there}/once` }).end();
  });
  expect(await opened.config(CONFIG)).toEqual(Buffer.from('x'));
  expect(logins).toEqual(['Basic secret', undefined, undefined]);
});

test.each([
  ['', ['Basic secret', 'Basic secret', undefined]],
  ['111122223333', ['Basic secret']],
])('a manifest lies elsewhere, of the registry of the account "%s": %j', async (account, expected) => {
  const logins: unknown[] = [];
  const manifest = JSON.stringify({ schemaVersion: 2 });
  const there = await listening(({ headers }, response) => {
    logins.push(headers.authorization);
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end(manifest);
  });
  const opened = await repository(
    ({ headers, url }, response) => {
      logins.push(headers.authorization);
      // In another place of the same registry the login goes along.
      const location = url === '/v2/shop/manifests/1' ? '../../store/1' : there;
      response.writeHead(307, { location }).end();
    },
    { account },
  );
  const digest = await opened.manifest('1').then(
    (it) => it?.digest,
    (thrown) => thrown.message,
  );
  expect(digest).toContain(account ? 'HTTP 307' : digestOf(Buffer.from(manifest)));
  expect(logins).toEqual(expected);
});

test('a config without end is not kept in memory, and has another content', async () => {
  const opened = await repository((_, response) => response.writeHead(200).end(Buffer.alloc(20 << 20)));
  const config = { mediaType: 'application/json', digest: digestOf(Buffer.alloc(20 << 20)), size: 2 ** 50 };
  await expect(opened.config(config)).rejects.toThrow(/its digest is sha256:/);
});

test.each(['', 'application/json', 'text/plain; charset=utf-8', 'application/octet-stream'])(
  'a manifest that is served as "%s" has the type that it states, or that its fields show',
  async (type) => {
    const manifest = { schemaVersion: 2, config: {}, layers: [] };
    const list = 'application/vnd.docker.distribution.manifest.list.v2+json';
    const opened = await repository(({ url }, response) => {
      const body = url!.endsWith('list') ? { ...manifest, mediaType: list } : manifest;
      response.writeHead(200, type ? { 'content-type': type } : {}).end(JSON.stringify(body));
    });
    expect((await opened.manifest('1'))?.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect((await opened.manifest('list'))?.mediaType).toBe(list);
  },
);

test.each([
  ['a build cache', [{ mediaType: 'application/vnd.buildkit.cacheconfig.v0' }], 'a build cache of buildx'],
  ['too many images', Array.from({ length: 1001 }, () => ({})), 'too many manifests'],
])('an index of %s is refused before any of it is asked for', async (_, children, problem) => {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const child = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf('x'), size: 1 };
  const manifests = children.map((it) => ({ ...child, ...it }));
  let asked = 0;
  const opened = await repository((_, response) => {
    asked++;
    response.writeHead(200, { 'content-type': mediaType }).end(JSON.stringify({ schemaVersion: 2, manifests }));
  });
  await expect(readRemoteImage({ repository: opened, host: 'x', reference: '1' })).rejects.toThrow(problem);
  expect(asked).toBe(1);
});
