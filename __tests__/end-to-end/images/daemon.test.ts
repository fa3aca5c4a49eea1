import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { oldDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { digestOf } from '../../../harness/image.ts';
import { scene } from './scene.ts';

/** A daemon with one image; __tests__/servers asks a real one. */
async function daemon(version = '1.51', tagged = '') {
  const tar = await oldDockerSave(await savedImage(['one']), ['shop:dev'], 'symlink');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/_ping') return response.writeHead(200, { 'api-version': version }).end('OK');
    if (request.url?.startsWith('/v1.41/'))
      return response.writeHead(400).end('{"message":"client version 1.41 is too old"}');
    if (request.url === `/v${version}/images/shop%3Adev/json`)
      return response.end(JSON.stringify({ Id: 'sha256:1', Metadata: { LastTagTime: tagged } }));
    if (request.url === `/v${version}/images/shop%3Adev/get`) return response.end(tar);
    if (request.url === `/v${version}/images/shop%3Alatest/get`) return response.end(tar);
    if (request.url === `/v${version}/images/broken%3A1/get`) {
      response.write(tar.subarray(0, 1000));
      return setTimeout(() => response.socket?.destroy(), 20);
    }
    return response.writeHead(404).end('{"message":"No such image"}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { asked, host: `tcp://127.0.0.1:${port}`, stop: () => new Promise((done) => server.close(done)) };
}

test('an image of the Docker daemon, with and without the prefix', async () => {
  const docker = await daemon();
  const { step, puller } = await scene({}, { env: { DOCKER_HOST: docker.host } });
  const result = await step({ images: 'docker:shop:dev => shop:1\nshop:dev => base:1' });
  expect(result.errors).toEqual([]);
  expect(await puller.digest('shop', '1')).toBe(result.outputs['image-digest']);
  expect(await puller.digest('base', '1')).toBe(result.outputs['image-digest']);
  expect(new Set(docker.asked)).toEqual(
    new Set(['GET /_ping', 'GET /v1.51/images/shop%3Adev/json', 'GET /v1.51/images/shop%3Adev/get']),
  );
  await docker.stop();
});

test.each([
  [
    '2026-01-02T03:04:05.678901234Z',
    ['docker:shop:dev has had its tag since 2026-01-02 03:04 UTC, before this job began'],
  ],
  ['2126-01-02T03:04:05.678901234Z', []],
  ['0001-01-01T00:00:00Z', []],
  ['', []],
])("an image that got its tag at %j, and is not this job's, is told", async (tagged, warnings) => {
  const docker = await daemon('1.51', tagged);
  const { step } = await scene({}, { env: { DOCKER_HOST: docker.host } });
  const result = await step({ images: 'docker:shop:dev => shop:1' });
  await docker.stop();
  expect(result.errors).toEqual([]);
  expect(result.warnings).toEqual(warnings.map((text) => expect.stringContaining(text)));
});

test('an image that the daemon does not have, and no daemon', async () => {
  const docker = await daemon();
  const { step, sandbox } = await scene({}, { env: { DOCKER_HOST: docker.host } });
  const missing = await step({ images: 'nowhere => shop:1' });
  expect(missing.code).toBe(1);
  expect(missing.errors.join()).toMatch(/images, line 1.*no image nowhere:latest/s);
  await docker.stop();
  const gone = await step({ images: 'shop:dev => shop:1' });
  expect(gone.code).toBe(1);
  expect(gone.errors.join()).toContain('no Docker daemon answers at 127.0.0.1');
  expect(sandbox.log.of('registry')).toEqual([]);
});

test('docker:NAME without a tag is latest, as docker has it', async () => {
  const docker = await daemon();
  const { step } = await scene({}, { env: { DOCKER_HOST: docker.host } });
  expect((await step({ images: 'docker:shop => shop:1' })).errors).toEqual([]);
  expect(docker.asked).toContain('GET /v1.51/images/shop%3Alatest/get');
  await docker.stop();
});

test.each(['DOCKER_CONTEXT', 'currentContext'])('the daemon of a context, named by %s', async (by) => {
  const docker = await daemon();
  const { step, job } = await scene({}, { env: by === 'DOCKER_CONTEXT' ? { DOCKER_CONTEXT: 'rootless' } : {} });
  const folder = join(job.env.HOME!, '.docker');
  const meta = join(folder, 'contexts/meta', digestOf('rootless').slice(7));
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, 'meta.json'),
    JSON.stringify({ Name: 'rootless', Endpoints: { docker: { Host: docker.host } } }),
  );
  if (by !== 'DOCKER_CONTEXT') writeFileSync(join(folder, 'config.json'), '{"currentContext":"rootless"}');
  expect((await step({ images: 'docker:shop => shop:1' })).errors).toEqual([]);
  await docker.stop();
  const unknown = await step({ images: 'docker:shop => shop:1' }, { env: { DOCKER_CONTEXT: 'gone' } });
  expect(unknown.errors.join()).toContain('no Docker context "gone"');
});

test("a daemon that dies in the middle of an answer, and a name that looks like a registry's", async () => {
  const docker = await daemon();
  const { step, sandbox } = await scene({}, { env: { DOCKER_HOST: docker.host } });
  const broken = await step({ images: 'docker:broken:1 => shop:1' });
  expect(broken.errors.join()).toContain('the Docker daemon stopped while saving broken:1');
  const remote = await step({ images: 'ghcr.io/octo/shop:1 => shop:1' });
  expect(remote.errors.join()).toContain('write registry:ghcr.io/octo/shop:1');
  expect(sandbox.log.of('registry')).toEqual([]);
  await docker.stop();
});

test("a daemon's socket that the runner's user may not use is told as that, and not as missing", async () => {
  const it = await scene({});
  const socketPath = join(it.job.env.HOME!, 'docker.sock');
  const server = createServer((_, response) => response.end('OK'));
  await new Promise<void>((done) => server.listen(socketPath, done));
  chmodSync(socketPath, 0o600);
  const env = { DOCKER_HOST: `unix://${socketPath}` };
  const { errors } = await it.step({ images: 'docker:shop:1 => shop:1' }, { env, as: 'nobody' });
  server.close();
  expect(errors.join()).toMatch(/runner's user may not talk to the Docker daemon at .*docker\.sock.*group docker/s);
});
