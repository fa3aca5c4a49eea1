import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeDotenv, writeValue } from '../../src/parameters/deliver/write-dotenv.ts';
import { anyValue } from '../parameters/values/values.ts';

const here = spawnSync('docker', ['--version']).status === 0;

/** What `docker create --env-file` sends to its daemon: the CLI reads the file, so no daemon is needed. */
async function sentByDocker(file: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keyless-docker-'));
  writeFileSync(join(folder, 'env'), file);
  let sent: string[] = [];
  const daemon = createServer(async (request, response) => {
    response.setHeader('api-version', '1.41');
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('/containers/create')) {
      sent = ((await json(request)) as { Env: string[] }).Env;
      response.statusCode = 201;
    }
    response.end(JSON.stringify({ Id: 'created', Warnings: [] }));
  });
  await new Promise<void>((resolve) => daemon.listen(0, '127.0.0.1', resolve));
  const host = `tcp://127.0.0.1:${(daemon.address() as AddressInfo).port}`;
  try {
    const args = ['--host', host, 'create', '--pull', 'never', '--env-file', join(folder, 'env'), 'any'];
    await promisify(execFile)('docker', args, { env: { PATH: process.env.PATH, HOME: folder } });
    return sent;
  } finally {
    daemon.closeAllConnections();
    daemon.close();
    rmSync(folder, { recursive: true });
  }
}

(here ? test : test.skip)('docker itself reads back what is written for it, byte for byte', async () => {
  for (const seed of [1, 2, 3]) {
    const values = fc
      .sample(anyValue, { numRuns: 500, seed })
      .filter((value) => writeValue(value, 'docker') !== undefined);
    const entries = values.map((value, nth) => ({ name: `V${nth}`, value }));
    expect(entries.length).toBeGreaterThan(200);
    expect(await sentByDocker(writeDotenv(entries, 'docker'))).toEqual(
      entries.map(({ name, value }) => `${name}=${value}`),
    );
  }
});
