import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { digestOf } from '../../../harness/image.ts';
import { type Puller, puller } from '../../../harness/puller.ts';
import type { Fault } from '../../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import { proven } from '../../../src/aws/client.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type Http, makeHttp } from '../../../src/base/http.ts';
import { makeCall } from '../../../src/base/retry.ts';
import { stateOf } from '../../../src/base/same-file.ts';
import { openRepository } from '../../../src/images/registry/client.ts';

const MIB = 1 << 20;

let folder: string;
let sandbox: Sandbox;
let http: Http;
let pulls: Puller;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-upload-'));
  sandbox = await startSandbox();
  http = makeHttp();
  pulls = await puller(sandbox);
});

afterEach(async () => {
  http.close();
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Pushes a blob of 17 MiB in parts of 5 MiB to the sandbox, whose `Range` is as stale as ECR's. */
async function push(): Promise<{ sent: number }> {
  const bytes = randomBytes(17 * MIB);
  const path = join(folder, 'blob');
  // The blob begins within the file, as in a tar.
  writeFileSync(path, Buffer.concat([Buffer.alloc(512), bytes]));
  const signal = new AbortController().signal;
  const clock = { ...systemClock, sleep: async () => {} };
  const registry = {
    host: new URL(pulls.url).host,
    hosts: [],
    base: new URL(pulls.url),
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
    isPublic: false,
    password: '',
    authorization: async () => pulls.authorization,
    renew: async () => {},
  };
  const repository = openRepository(registry, 'shop', {
    http,
    call: proven(makeCall({ clock, say: () => {}, signal })),
    pace: async () => {},
    upload: { stallMs: 20_000, partsOver: 6 * MIB, partSize: 5 * MIB },
  });
  const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length };
  let sent = 0;
  const blob = {
    descriptor,
    content: { file: stateOf(path, statSync(path)), start: 512, size: bytes.length },
    sent: (more: number) => {
      sent += more;
    },
  };
  expect(await repository.push(blob)).toBe('uploaded');
  const { status, body } = await pulls.get(`/v2/shop/blobs/${descriptor.digest}`);
  expect([status, digestOf(body)]).toEqual([200, descriptor.digest]);
  return { sent };
}

test('a large blob goes in parts, by the position that was sent', async () => {
  expect(await push()).toEqual({ sent: 17 * MIB });
  expect(sandbox.log.of('registry', 'PatchUpload').map(({ status, bytesIn }) => [status, bytesIn])).toEqual([
    [201, 5 * MIB],
    [201, 5 * MIB],
    [201, 5 * MIB],
  ]);
});

test.each<[string, Fault]>([
  ['a part whose connection is lost', { kind: 'reset', action: 'PatchUpload', nth: 2 }],
  ['a part that is cut off', { kind: 'reset-body', action: 'PatchUpload', nth: 3 }],
  ['the last bytes', { kind: 'reset', action: 'FinishUpload', nth: 1 }],
  ['a start that is throttled', { kind: 'throttle', action: 'StartUpload', nth: 1 }],
])('%s is sent again, and what was counted as sent is right', async (_, fault) => {
  sandbox.faults.add(fault);
  expect(await push()).toEqual({ sent: 17 * MIB });
  const finished = sandbox.log.of('registry', 'FinishUpload').filter(({ status }) => status === 201);
  expect(finished).toHaveLength(1);
});
