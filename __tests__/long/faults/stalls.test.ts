import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { ROLE, scene } from '../../../harness/scene.ts';

// What the fault proxy does not stand before: the Docker daemon, GitHub's API, and what a machine is asked for.

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

/** Programs that other people's configs name, as a shell runs them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  hangs: 'sleep 60',
  'is deaf, and leaves a child that holds its output': 'trap "" TERM INT; sleep 60 & sleep 60',
  'prints without an end': 'yes secret-of-program',
  'prints megabytes': 'head -c 3000000 /dev/zero',
  'prints what is not JSON': 'echo "{secret-of-program"',
};
const SHORT = { 'action-timeout-s': '6' };
const told = (text: RegExp) => [1, [expect.stringMatching(text)], false];

test('a credential helper of the docker config that hangs or prints anything is named, or given up', async () => {
  const challenge = 'HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Basic realm="x"\r\ncontent-length: 0\r\n\r\n';
  const results = Object.entries(PROGRAMS).map(async ([how, program]) => {
    const { job, step } = await scene({ files: { 'docker/config.json': '{"credsStore": "fake"}' } });
    const folder = join(job.workspace, 'docker');
    writeFileSync(join(folder, 'docker-credential-fake'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    const port = await stalling({ said: '' }, Array(9).fill(challenge));
    const { code, errors, log } = await step(
      { 'role-to-assume': ROLE, images: `registry:127.0.0.1:${port}/shop:1 => shop:1`, ...SHORT },
      { env: { DOCKER_CONFIG: folder, PATH: `${folder}:${job.env.PATH}` } },
    );
    return [how, [code, errors, log.includes('secret-of-program')]];
  });
  expect(Object.fromEntries(await Promise.all(results))).toEqual({
    hangs: told(/longer than action-timeout-s/),
    'is deaf, and leaves a child that holds its output': told(/longer than action-timeout-s/),
    'prints without an end': told(/docker config printed more than 1\.0 MB/),
    'prints megabytes': told(/docker config printed more than 1\.0 MB/),
    'prints what is not JSON': told(/did not accept the login/),
  });
}, 60_000);

const PIPE_FOR_TOKEN = 'role_arn = arn:aws:iam::111122223333:role/publish\nweb_identity_token_file = PIPE';

test('a metadata service that takes the connection and says nothing, as out of a container, is given up with the hop limit named', async () => {
  const port = await stalling({ said: '' });
  const env = { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://127.0.0.1:${port}` };
  const { step } = await scene({ as: 'no-permission', env });
  const { code, errors } = await step({ 'disable-retry': 'true' });
  const hop = '--http-put-response-hop-limit 2';
  expect([code, errors]).toEqual([1, [expect.stringContaining(hop)]]);
}, 60_000);

test('a program or a token file of a profile that hangs or gives anything is named, or given up', async () => {
  const profiles = {
    ...Object.fromEntries(
      Object.entries(PROGRAMS).map(([how, program]) => [how, `credential_process = sh -c '${program}'`]),
    ),
    'is a pipe': PIPE_FOR_TOKEN,
    'is a pipe of its source': `role_arn = ${ROLE}\nsource_profile = other\n[profile other]\n${PIPE_FOR_TOKEN}`,
  };
  const results = Object.entries(profiles).map(async ([how, text]) => {
    const { job, step } = await scene();
    const [pipe, config] = [join(job.temp, 'pipe'), join(job.workspace, 'config')];
    execFileSync('mkfifo', [pipe]);
    writeFileSync(config, `[profile shop]\n${text.replaceAll('PIPE', pipe)}\n`);
    const { code, errors, log } = await step(
      { 'credentials-source': 'ambient', ...SHORT },
      { env: { AWS_CONFIG_FILE: config, AWS_PROFILE: 'shop' } },
    );
    return [how, [code, errors, log.includes('secret-of-program')]];
  });
  const nothing = told(/program \(credential_process\) gave no credentials/);
  expect(Object.fromEntries(await Promise.all(results))).toEqual({
    hangs: told(/longer than action-timeout-s/),
    'is deaf, and leaves a child that holds its output': told(/longer than action-timeout-s/),
    'prints without an end': nothing,
    'prints megabytes': nothing,
    'prints what is not JSON': told(/what its program \(credential_process\) printed is not JSON/),
    'is a pipe': told(/web_identity_token_file \S+ is not a file/),
    'is a pipe of its source': told(/web_identity_token_file \S+ is not a file/),
  });
}, 60_000);
