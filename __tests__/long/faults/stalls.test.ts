import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { ROLE, scene } from '../../../harness/scene.ts';

// What the fault proxy does not stand before: the Docker daemon, and GitHub's API.

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What a server says before it says nothing more, or the same again and again. */
interface Stall {
  readonly said: string;
  readonly again?: string;
}

const HEAD = 'HTTP/1.1 200 OK\r\n';
const STALLS: Readonly<Record<string, Stall>> = {
  'before the head': { said: '' },
  'in the head': { said: `${HEAD}x-a` },
  'in a head without an end': { said: HEAD, again: 'x-a: b\r\n' },
  'before the body': { said: `${HEAD}content-length: 9\r\n\r\n` },
  'in the body': { said: `${HEAD}content-length: 9\r\n\r\n[` },
  'in a body without an end': { said: `${HEAD}transfer-encoding: chunked\r\n\r\n`, again: '1\r\n \r\n' },
};

/** A server that stalls so at every request, but for those that are answered first. */
async function stalling(
  { said, again }: Stall,
  before: readonly string[] = [],
  asked: () => void = () => {},
): Promise<number> {
  const left = [...before];
  const server = createServer((socket: Socket) => {
    socket
      .on('error', () => {})
      .once('data', () => {
        asked();
        const answer = left.shift();
        if (answer !== undefined) return socket.end(answer);
        socket.write(said);
        if (again) setInterval(() => socket.destroyed || socket.write(again), 50).unref();
      });
    ends.push(() => socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ends.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** What each place to stall at comes to, side by side: nearly all of it is waiting. */
async function atEach<T>(work: (stall: Stall) => Promise<T>): Promise<Record<string, T>> {
  const results = Object.entries(STALLS).map(async ([where, stall]) => [where, await work(stall)] as const);
  return Object.fromEntries(await Promise.all(results));
}

const everywhere = <T>(result: T) => Object.fromEntries(Object.keys(STALLS).map((where) => [where, result]));

test("GitHub's API that stalls costs the comment alone", async () => {
  const found = await atEach(async (stall) => {
    const port = await stalling(stall);
    const { job, step } = await scene({ files: { 'site/index.html': 'x' } });
    const event = join(job.temp, 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
    const { code, warnings } = await step(
      {
        'role-to-assume': ROLE,
        's3-upload': 'site => s3://shop-artifacts/site/',
        'dry-run': 'true',
        'pull-request-comment': 'true',
      },
      { env: { GITHUB_EVENT_PATH: event, GITHUB_API_URL: `http://127.0.0.1:${port}` } },
    );
    return [code, warnings];
  });
  expect(found).toEqual(everywhere([0, ['No comment is written on the pull request: no answer within 10 s']]));
}, 120_000);

const DOCKER = { 'role-to-assume': ROLE, images: 'docker:shop => shop:1' };

test('a Docker daemon that stalls at its first answer is named, and given up', async () => {
  const found = await atEach(async (stall) => {
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${await stalling(stall)}` };
    const { code, errors } = await (await scene()).step({ ...DOCKER, 'action-timeout-s': '20' }, { env });
    return [code, errors];
  });
  const told = [1, [expect.stringMatching(/Docker daemon answers at 127\.0\.0\.1:\d+|longer than action-timeout-s/)]];
  expect(found).toEqual(everywhere(told));
}, 120_000);

test('a Docker daemon that stalls when it gives the image is given up at the deadline', async () => {
  const found = await atEach(async (stall) => {
    const port = await stalling(stall, [`${HEAD}api-version: 1.51\r\ncontent-length: 2\r\n\r\nOK`]);
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}` };
    const { code, errors } = await (await scene()).step({ ...DOCKER, 'action-timeout-s': '8' }, { env });
    return [code, errors];
  });
  expect(found).toEqual(everywhere([1, [expect.stringContaining('longer than action-timeout-s: 8 s')]]));
}, 120_000);

test('a Docker daemon that says nothing is given up at SIGINT', async () => {
  let cancel = () => {};
  const port = await stalling({ said: '' }, [], () => cancel());
  const { code, errors } = await (await scene()).step(DOCKER, {
    env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` },
    started: (child) => {
      cancel = () => child.kill('SIGINT');
    },
  });
  expect([code, errors.join()]).toEqual([1, expect.stringContaining('cancelled (SIGINT)')]);
});
