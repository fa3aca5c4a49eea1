import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gzipDockerSave, savedImage } from '../../harness/docker-archive.ts';
import { digestOf, LayoutBuilder, OCI_MANIFEST } from '../../harness/image.ts';
import { puller } from '../../harness/puller.ts';
import { type Job, startJob } from '../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { type Dockerd, startDockerd } from './dockerd.ts';
import { type DockerRegistry, startRegistry } from './registry.ts';

/** Sources made by the tools that people use × registries, pushed by dist/ and pulled by skopeo with equal digests. */
let folder: string;
let registry: DockerRegistry;
let dockerd: Dockerd | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-images-'));
  registry = await startRegistry();
  dockerd = await startDockerd(join(folder, 'docker'));
  makeSources(folder, dockerd);
  const saved = await savedImage(['base', 'app']);
  writeFileSync(join(folder, 'packed.tar'), await gzipDockerSave(saved));
  const layout = new LayoutBuilder();
  const config = layout.blob('{}', 'application/vnd.oci.empty.v1+json');
  const layers = [layout.blob('a file', 'application/vnd.oci.image.layer.v1.tar')];
  const artifact = { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'text/plain', config, layers };
  for (const [path, content] of Object.entries(layout.layout(layout.json(artifact, OCI_MANIFEST)))) {
    mkdirSync(join(folder, 'artifact', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'artifact', path), content);
  }
}, 300_000);

afterAll(async () => {
  registry?.stop();
  await dockerd?.stop();
  spawnSync('buildah', [...storage(folder), 'rmi', '-a', '-f'], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
});

const storage = (of: string) => [
  '--root',
  join(of, 'storage'),
  '--runroot',
  join(of, 'run'),
  '--storage-driver',
  'vfs',
];

function run(command: string, args: readonly string[], env: Record<string, string> = {}): string {
  return execFileSync(command, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).toString();
}

function makeSources(at: string, docker: Dockerd): void {
  mkdirSync(join(at, 'context/rootfs/etc'), { recursive: true });
  writeFileSync(join(at, 'context/rootfs/etc/hello'), 'hello\n'.repeat(1000));
  writeFileSync(join(at, 'context/rootfs/etc/again'), 'again\n'.repeat(50_000));
  writeFileSync(
    join(at, 'context/Dockerfile'),
    'FROM scratch\nCOPY rootfs/etc/hello /etc/hello\nCOPY rootfs/etc/again /etc/again\n',
  );
  const buildah = (...args: string[]) => run('buildah', [...storage(at), ...args]);
  buildah('bud', '--isolation', 'chroot', '--layers', '-t', 'shop:1', 'context');
  buildah('push', 'shop:1', 'oci:buildah-oci:1');
  buildah('push', 'shop:1', 'oci-archive:buildah-oci.tar:1');
  const podman = (...args: string[]) => run('podman', [...storage(at), ...args]);
  podman('save', '-q', '--format', 'docker-archive', '-o', 'podman-docker.tar', 'shop:1');
  podman('save', '-q', '--format', 'oci-archive', '-o', 'podman-oci.tar', 'shop:1');
  podman('save', '-q', '--format', 'oci-dir', '-o', 'podman-oci', 'shop:1');
  const skopeo = (...args: string[]) => run('skopeo', ['--insecure-policy', 'copy', '-q', ...args]);
  skopeo('oci:buildah-oci:1', 'docker-archive:skopeo-docker.tar:shop:1');
  skopeo('--dest-oci-accept-uncompressed-layers', 'docker-archive:skopeo-docker.tar', 'oci:skopeo-plain:1');
  skopeo('oci:buildah-oci:1', 'oci-archive:skopeo-oci.tar:1');
  run('umoci', ['init', '--layout', 'umoci']);
  run('umoci', ['new', '--image', 'umoci:1']);
  run('umoci', ['insert', '--image', 'umoci:1', 'context/rootfs/etc', '/etc']);
  run('gzip', ['-k', 'podman-docker.tar']);
  for (const arch of ['amd64', 'arm64']) {
    buildah('bud', '--isolation', 'chroot', '--arch', arch, '--manifest', 'multi', 'context');
  }
  buildah('manifest', 'push', '--all', 'multi', 'oci:multi');
  for (const arch of ['amd64', 'arm64']) {
    buildah('bud', '--isolation', 'chroot', '--arch', arch, '-t', `one-${arch}`, 'context');
    buildah('push', `one-${arch}`, `oci-archive:one-${arch}.tar`);
  }
  run('docker', ['build', '-q', '-t', 'shop:1', 'context'], { DOCKER_HOST: docker.host, DOCKER_BUILDKIT: '0' });
  run('docker', ['save', '-o', 'docker-save.tar', 'shop:1'], { DOCKER_HOST: docker.host });
}

/** Source → what skopeo reads from it; undefined: manifests are written again, and contents are compared. */
const SOURCES: readonly [string, string | undefined][] = [
  ['oci:buildah-oci', 'oci:buildah-oci:1'],
  ['oci-archive:buildah-oci.tar', 'oci-archive:buildah-oci.tar:1'],
  ['podman-oci', 'oci:podman-oci'],
  ['podman-oci.tar', 'oci-archive:podman-oci.tar'],
  ['skopeo-oci.tar', 'oci-archive:skopeo-oci.tar:1'],
  ['umoci', 'oci:umoci:1'],
  ['oci:multi', 'oci:multi'],
  ['docker-archive:podman-docker.tar', undefined],
  ['podman-docker.tar.gz', undefined],
  ['docker-archive:skopeo-docker.tar', undefined],
  ['oci:skopeo-plain', undefined],
  ['docker-save.tar', undefined],
  // kaniko, bazel: compressed layers.
  ['docker-archive:packed.tar', undefined],
  ['oci:artifact', undefined],
  ['docker:shop:1', undefined],
];

const REGISTRIES = ['the sandbox', 'docker-registry'] as const;

describe.each(REGISTRIES)('%s', (name) => {
  let sandbox: Sandbox;
  let job: Job;
  let host: string;
  let credentials: string;

  beforeAll(async () => {
    const endpoint = name === 'the sandbox' ? {} : { endpoint: registry.url };
    const world = { ecr: { '111122223333': { 'eu-west-1': { ...endpoint, repositories: { shop: {} } } } } };
    sandbox = await startSandbox({ world });
    job = startJob({
      env: { ...sandbox.env(), GITHUB_WORKSPACE: folder, DOCKER_HOST: dockerd!.host },
      secrets: sandbox.secrets,
    });
    const { url, authorization } = await puller(sandbox);
    host = new URL(url).host;
    credentials = Buffer.from(authorization.slice(6), 'base64').toString();
  });

  afterAll(async () => {
    job?.end();
    await sandbox?.stop();
  });

  const step = (inputs: Record<string, string>) =>
    job.step({ 'role-to-assume': 'arn:aws:iam::111122223333:role/publish', 'ecr-login': 'false', ...inputs });
  // Not synchronous: the sandbox answers in this very process.
  const skopeo = async (args: readonly string[]) => (await promisify(execFile)('skopeo', args, { cwd: folder })).stdout;
  const digestIn = async (reference: string, args: readonly string[] = []) =>
    digestOf(await skopeo(['inspect', '--raw', ...args, reference]));
  const diffIdsOf = async (reference: string, args: readonly string[] = []) =>
    JSON.parse(await skopeo(['inspect', '--config', '--raw', ...args, reference])).rootfs.diff_ids as string[];

  test.each(SOURCES)('%s is pushed, and skopeo pulls it with equal digests', async (source, original) => {
    const result = await step({ images: `${source} => shop:matrix` });
    expect(result.errors).toEqual([]);
    const creds = ['--tls-verify=false', '--creds', credentials];
    const pushed = `docker://${host}/shop:matrix`;
    expect(result.outputs['image-digest']).toBe(await digestIn(pushed, creds));
    const copy = mkdtempSync(join(folder, 'pulled-'));
    // skopeo checks every digest of what it pulls, and every diff id of what it unpacks.
    await skopeo([
      '--insecure-policy',
      'copy',
      '-q',
      '--all',
      '--src-tls-verify=false',
      '--src-creds',
      credentials,
      pushed,
      `oci:${copy}`,
    ]);
    if (original?.startsWith('oci:multi') === false)
      expect(result.outputs['image-digest']).toBe(await digestIn(original));
    if (source === 'oci:artifact') {
      expect(result.outputs['image-digest']).toBe(await digestIn('oci:artifact'));
    } else if (source === 'docker-archive:packed.tar') {
      expect(await diffIdsOf(pushed, creds)).toEqual(await diffIdsOf(source));
    } else if (source !== 'oci:multi') {
      const from =
        original ??
        (source === 'docker:shop:1' || source === 'docker-save.tar'
          ? 'docker-archive:docker-save.tar'
          : 'oci:buildah-oci:1');
      expect(await diffIdsOf(pushed, creds)).toEqual(await diffIdsOf(from));
    }
    const again = await step({ images: `${source} => shop:matrix` });
    expect(again.log).toContain('already');
  });

  test('clients pull what was promoted, what was joined, and the platform that they ask for', async () => {
    if (name !== 'the sandbox') return;
    expect((await step({ images: 'oci:buildah-oci => shop:base' })).errors).toEqual([]);
    const promoted = await step({ images: `registry:${host}/shop:base => shop:promoted` });
    expect(promoted.errors).toEqual([]);
    const joined = await step({ images: 'oci-archive:one-amd64.tar + oci-archive:one-arm64.tar => shop:joined' });
    expect(joined.errors).toEqual([]);
    const login = await step({ 'ecr-login': 'true' });
    const [copy, both] = [`${host}/shop:promoted`, `${host}/shop:joined`];
    const podman = [...storage(folder), 'pull', '-q', '--tls-verify=false'];
    const clients: [string, string[]][] = [
      ['docker', ['pull', '-q', copy]],
      ['docker', ['pull', '-q', '--platform', 'linux/arm64', both]],
      ['podman', [...podman, copy]],
      ['podman', [...podman, '--arch', 'arm64', both]],
      ['skopeo', ['inspect', '--tls-verify=false', '--override-arch', 'arm64', `docker://${both}`]],
    ];
    for (const [command, args] of clients) {
      const { code, stderr, stdout } = await job.run(command, args);
      expect([command, code, code === 0 ? '' : stderr]).toEqual([command, 0, '']);
      if (command === 'skopeo') expect(JSON.parse(stdout)).toMatchObject({ Architecture: 'arm64' });
    }
    await login.post();
  });

  test('docker, podman, buildah and skopeo push and pull with the login that a step left; then nothing is left', async () => {
    if (name !== 'the sandbox') return;
    expect((await step({ images: 'oci:buildah-oci => shop:base' })).errors).toEqual([]);
    const login = await step({ 'ecr-login': 'true' });
    const image = `${host}/shop:base`;
    const clients: [string, string[]][] = [
      ['docker', ['pull', '-q', image]],
      ['docker', ['push', '-q', image]],
      ['podman', [...storage(folder), 'pull', '-q', '--tls-verify=false', image]],
      ['buildah', [...storage(folder), 'pull', '-q', '--tls-verify=false', image]],
      ['skopeo', ['inspect', '--tls-verify=false', `docker://${image}`]],
    ];
    for (const [command, args] of clients) {
      const { code, stderr } = await job.run(command, args);
      expect([command, code, code === 0 ? '' : stderr]).toEqual([command, 0, '']);
    }
    await login.post();
    const { code } = await job.run('skopeo', ['inspect', '--tls-verify=false', `docker://${image}`]);
    expect(code).not.toBe(0);
  });
});
