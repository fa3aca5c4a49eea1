import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { oldDockerSave, savedImage } from '../../harness/docker-archive.ts';
import { ROLE, scene } from '../../harness/scene.ts';

/** An authority, and certificates of a server on loopback and of a client, as `DOCKER_CERT_PATH` has them. */
function certificates(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.pem`];
  openssl('req', '-x509', ...key('ca-key'), '-out', 'ca.pem', '-days', '2', '-subj', '/CN=ca');
  for (const [name, cert] of [
    ['server-key', 'server.pem'],
    ['key', 'cert.pem'],
  ] as const) {
    openssl('req', ...key(name), '-out', 'request.pem', '-subj', `/CN=${name}`);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
    openssl('x509', '-req', '-in', 'request.pem', '-out', cert, ...by);
  }
}

test("a daemon behind TLS, by variables and by a context: its certificate is its own, and so is the client's", async () => {
  const { job, step, sandbox } = await scene();
  const home = job.env.HOME!;
  const certs = join(home, 'certs');
  certificates(certs);
  const tar = await oldDockerSave(await savedImage(['one']), ['shop:dev'], 'symlink');
  const read = (name: string) => readFileSync(join(certs, name));
  const server = createServer(
    { key: read('server-key.pem'), cert: read('server.pem'), ca: read('ca.pem'), requestCert: true },
    ({ url }, answer) => (url === '/_ping' ? answer.writeHead(200, { 'api-version': '1.44' }).end() : answer.end(tar)),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const push = (env: Record<string, string>) =>
    step({ 'role-to-assume': ROLE, images: 'docker:shop:dev => shop:1' }, { env });
  const tls = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certs };
  for (const host of ['127.0.0.1', 'localhost'])
    expect((await push({ DOCKER_HOST: `tcp://${host}:${port}`, ...tls })).errors).toEqual([]);
  const docker = { DOCKER_CONFIG: join(home, 'docker'), PATH: process.env.PATH ?? '' };
  const made = `host=tcp://127.0.0.1:${port},ca=${certs}/ca.pem,cert=${certs}/cert.pem,key=${certs}/key.pem`;
  execFileSync('docker', ['context', 'create', 'far', '--docker', made], { env: docker, stdio: 'pipe' });
  execFileSync('docker', ['context', 'use', 'far'], { env: docker, stdio: 'pipe' });
  expect((await push({ DOCKER_CONFIG: docker.DOCKER_CONFIG })).errors).toEqual([]);
  const untrusted = await push({
    DOCKER_HOST: `tcp://127.0.0.1:${port}`,
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: home,
  });
  expect(untrusted.errors.join()).toContain('no Docker daemon answers at 127.0.0.1');
  server.close();
  expect(sandbox.log.of('registry', 'PutManifest').length).toBeGreaterThan(0);
}, 60_000);
