import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { layouts, type Scene, scene } from './scene.ts';

const _hostOf = (it: Scene) => new URL(it.puller.url).host;

/**
 * A registry that is not ECR: in front of a repository of the sandbox, with a login and a token of its own.
 * @param answer answers in its place, where it gives true
 * @param isOpen it asks for a login only where a repository is asked for
 */
async function foreign(
  it: Scene,
  {
    answer = () => false,
    isOpen = false,
  }: { answer?: (from: IncomingMessage, to: ServerResponse) => boolean; isOpen?: boolean } = {},
) {
  const asked: string[] = [];
  const server = createServer((from, to) => {
    const { url = '', headers } = from;
    asked.push(`${url.split('?')[0]} ${headers.authorization ?? ''}`);
    if (url.startsWith('/token')) {
      const good = headers.authorization === `Basic ${Buffer.from('octo:secret-of-octo').toString('base64')}`;
      return to.writeHead(good ? 200 : 401).end(JSON.stringify(good ? { token: 'pull-token' } : {}));
    }
    if (isOpen && url === '/v2/') return to.writeHead(200).end('{}');
    if (headers.authorization !== 'Bearer pull-token') {
      const realm = `Bearer realm="http://127.0.0.1:${(server.address() as AddressInfo).port}/token",service="reg"`;
      return to.writeHead(401, { 'www-authenticate': realm }).end();
    }
    if (answer(from, to)) return undefined;
    const onward = httpRequest(
      new URL(url, it.puller.url),
      { method: from.method, headers: { ...headers, authorization: it.puller.authorization } },
      (passed) => {
        to.writeHead(passed.statusCode ?? 502, passed.headers);
        passed.pipe(to);
      },
    );
    return from.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { asked, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() };
}

test('a private repository of a registry that asks for no login itself', async () => {
  const { files, digests } = await layouts();
  const it = await scene(files, { secrets: ['secret-of-octo'] });
  expect((await it.step({ images: 'oci:amd => base:dev' })).errors).toEqual([]);
  const other = await foreign(it, { isOpen: true });
  const folder = join(it.job.env.HOME!, 'docker');
  mkdirSync(folder);
  const auth = Buffer.from('octo:secret-of-octo').toString('base64');
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [other.host]: { auth } } }));
  const env = { DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: '' };
  const result = await it.step({ images: `registry:${other.host}/base:dev => shop:1` }, { env, sleeps: 'skipped' });
  other.stop();
  expect([result.errors, await it.puller.digest('shop', '1')]).toEqual([[], digests[0]]);
});

test.each(['auths', 'helper'])(
  "an image of another registry, with the login of the job's docker config (%s)",
  async (how) => {
    const { files, digests } = await layouts();
    const it = await scene(files, { secrets: ['secret-of-octo'] });
    expect((await it.step({ images: 'oci:amd => base:dev' })).errors).toEqual([]);
    const other = await foreign(it);
    const folder = join(it.job.env.HOME!, 'docker');
    mkdirSync(folder);
    const auth = Buffer.from('octo:secret-of-octo').toString('base64');
    const config = how === 'auths' ? { auths: { [other.host]: { auth } } } : { credHelpers: { [other.host]: 'fake' } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    const helper = join(folder, 'docker-credential-fake');
    writeFileSync(helper, '#!/bin/sh\nread host\necho \'{"Username":"octo","Secret":"secret-of-octo"}\'\n');
    chmodSync(helper, 0o755);
    const env = { DOCKER_CONFIG: folder, REGISTRY_AUTH_FILE: '', PATH: `${folder}:${it.job.env.PATH}` };
    const result = await it.step({ images: `registry:${other.host}/base:dev => shop:1` }, { env });
    other.stop();
    expect([result.errors, result.outputs['image-digest']]).toEqual([[], digests[0]]);
    expect(await it.puller.pull('shop', '1')).toEqual([digests[0]]);
    expect(result.masks).toEqual(expect.arrayContaining(['secret-of-octo', 'pull-token']));
    expect(other.asked.some((line) => line.endsWith('Bearer pull-token'))).toBe(true);
  },
);

const isBlob = ({ method, url = '' }: IncomingMessage) => method === 'GET' && url.includes('/blobs/');
const once = (status: number) => {
  let left = 1;
  return (from: IncomingMessage, to: ServerResponse) =>
    isBlob(from) && left-- > 0 && Boolean(to.writeHead(status).end());
};

test.each<[string, (from: IncomingMessage, to: ServerResponse) => boolean, string | undefined]>([
  ['whose token ends while blobs are looked at', once(401), undefined],
  ['that is busy for a moment', once(503), undefined],
  [
    'that gives other bytes than its manifest says',
    (from, to) => isBlob(from) && !from.headers.range && Boolean(to.writeHead(200).end(Buffer.alloc(4000))),
    'the registry holds something else under sha256:',
  ],
  [
    'that gives fewer bytes than its manifest says',
    (from, to) => isBlob(from) && !from.headers.range && Boolean(to.writeHead(200).end('x')),
    'the registry holds something else under sha256:',
  ],
  [
    'that has no such repository',
    ({ url = '' }, to) =>
      url.includes('/manifests/') &&
      Boolean(to.writeHead(404).end('{"errors":[{"code":"NAME_UNKNOWN","message":"unknown"}]}')),
    'the registry does not hold this image',
  ],
  [
    'that has an image of the first format',
    ({ url = '' }, to) =>
      url.includes('/manifests/') &&
      Boolean(
        to
          .writeHead(200, { 'content-type': 'application/vnd.docker.distribution.manifest.v1+prettyjws' })
          .end('{"schemaVersion":1}'),
      ),
    'is not copied',
  ],
])('an image of a registry %s', async (_, answer, problem) => {
  const { files, digests } = await layouts();
  const it = await scene(files);
  expect((await it.step({ images: 'oci:amd => base:dev' })).errors).toEqual([]);
  const other = await foreign(it, { answer });
  const folder = join(it.job.env.HOME!, 'docker');
  mkdirSync(folder);
  const auth = Buffer.from('octo:secret-of-octo').toString('base64');
  // As `docker login` of a registry that was named with its scheme and path leaves it.
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [`http://${other.host}/v2/`]: { auth } } }));
  const result = await it.step(
    { images: `registry:${other.host}/base:dev => shop:1` },
    { env: { DOCKER_CONFIG: folder } },
  );
  other.stop();
  if (problem) {
    expect(result.errors.join()).toContain(problem);
    expect(result.errors.join()).not.toContain('create-repository');
    expect(await it.puller.digest('shop', '1')).toBeUndefined();
  } else {
    expect(result.errors).toEqual([]);
    expect(await it.puller.pull('shop', '1')).toEqual([digests[0]]);
  }
});
