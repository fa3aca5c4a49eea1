import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { oldDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { scene } from './scene.ts';

/** A daemon with one image; __tests__/servers asks a real one. */
async function daemon() {
  const tar = await oldDockerSave(await savedImage(['one']), ['shop:dev'], 'symlink');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/v1.41/images/shop%3Adev/get') response.end(tar);
    else response.writeHead(404).end('{"message":"No such image"}');
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
  expect(new Set(docker.asked)).toEqual(new Set(['GET /_ping', 'GET /v1.41/images/shop%3Adev/get']));
  await docker.stop();
});

test('an image that the daemon does not have, and no daemon', async () => {
  const docker = await daemon();
  const { step, sandbox } = await scene({}, { env: { DOCKER_HOST: docker.host } });
  const missing = await step({ images: 'nowhere => shop:1' });
  expect(missing.code).toBe(1);
  expect(missing.errors.join()).toMatch(/images, line 1.*no image nowhere/s);
  await docker.stop();
  const gone = await step({ images: 'shop:dev => shop:1' });
  expect(gone.code).toBe(1);
  expect(gone.errors.join()).toContain('No Docker daemon answers at 127.0.0.1');
  expect(sandbox.log.of('registry')).toEqual([]);
});
