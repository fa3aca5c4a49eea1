import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { digestOf } from '../../../harness/image.ts';
import { makeHttp } from '../../../src/base/http.ts';
import { stateOf } from '../../../src/base/same-file.ts';
import { openContent } from '../../../src/images/model/content.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-content-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server that reads in fits, so that the connection fills up and the sender has to wait. */
async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(Buffer.from(chunk));
    if (chunks.length % 50 === 1) await delay(5);
  }
  return digestOf(Buffer.concat(chunks));
}

test('a content reaches a slow server as it is, though its buffers are used again and again', async () => {
  const bytes = randomBytes((9 << 20) + 123);
  const path = join(folder, 'blob');
  writeFileSync(path, Buffer.concat([Buffer.alloc(512), bytes]));
  const server = createServer(async (request, response) => response.end(await receive(request)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const http = makeHttp();
  try {
    const { port } = server.address() as AddressInfo;
    const { body } = await http.request({
      method: 'PUT',
      url: new URL(`http://127.0.0.1:${port}`),
      headers: { 'content-length': `${bytes.length}` },
      body: openContent({ file: stateOf(path, statSync(path)), start: 512, size: bytes.length }),
    });
    let said = '';
    for await (const chunk of body) said += chunk;
    expect(said).toBe(digestOf(bytes));
  } finally {
    http.close();
    server.close();
  }
});

test('a file that becomes shorter is a problem, not a shorter content', async () => {
  const path = join(folder, 'blob');
  writeFileSync(path, Buffer.alloc(1000));
  const content = openContent({ file: stateOf(path, statSync(path)), start: 0, size: 1000 });
  truncateSync(path, 500);
  await expect(content.toArray()).rejects.toThrow('changed while the step ran');
});
