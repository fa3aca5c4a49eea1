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

async function repository(answer: Answer): Promise<Repository> {
  const base = new URL(await listening(answer));
  const http: Http = makeHttp();
  ends.push(() => http.close());
  const registry = {
    host: base.host,
    hosts: [],
    base,
    account: '111122223333',
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

test.each(['http://169.254.169.254/latest', 'file:///etc/passwd', '/v2/', ''])(
  'a config that lies at "%s" is not asked for',
  async (location) => {
    const opened = await repository((_, response) => response.writeHead(307, location ? { location } : {}).end());
    const config = { mediaType: 'application/json', digest: digestOf(Buffer.from('x')), size: 1 };
    await expect(opened.config(config)).rejects.toThrow('not https');
  },
);

test('a config without end is not kept in memory, and has another content', async () => {
  const opened = await repository((_, response) => response.writeHead(200).end(Buffer.alloc(20 << 20)));
  const config = { mediaType: 'application/json', digest: digestOf(Buffer.alloc(20 << 20)), size: 2 ** 50 };
  await expect(opened.config(config)).rejects.toThrow(/its digest is sha256:/);
});
