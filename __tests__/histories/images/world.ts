import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { savedImage } from '../../../harness/docker-archive.ts';
import { digestOf, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';
import { puller } from '../../../harness/puller.ts';
import { type Job, type StepResult, startJob } from '../../../harness/runner.ts';
import type { Mutability, Repository } from '../../../sandbox/ecr/state.ts';
import type { Fault } from '../../../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import { type Build, build, digests, type Kind } from './builds.ts';

export interface World {
  readonly sandbox: Sandbox;
  readonly job: Job;
  /** The registry's, as it stands in names of images. */
  readonly host: string;
  /** What the Docker daemon has, by the path that it is asked for at. */
  readonly daemon: { readonly images: Map<string, Buffer>; stop(): void };
}

export interface Model {
  runs: number;
}

export const TAGS = ['1', 'latest'] as const;
const ROLE = 'arn:aws:iam::111122223333:role/publish';

export async function beginWorld(): Promise<{ model: Model; real: World }> {
  const sandbox = await startSandbox();
  const { url } = await puller(sandbox);
  const { DOCKER_HOST, ...daemon } = await startDaemon();
  const job = startJob({ env: { ...sandbox.env(), DOCKER_HOST } });
  return { model: { runs: 0 }, real: { sandbox, job, daemon, host: new URL(url).host } };
}

async function startDaemon() {
  const images = new Map<string, Buffer>();
  const server = createServer(({ url = '' }, answer) => {
    const [, name = ''] = /images\/(.+)\/get$/.exec(url) ?? [];
    const saved = images.get(decodeURIComponent(name));
    if (url === '/_ping') answer.writeHead(200, { 'api-version': '1.51' }).end();
    else answer.writeHead(saved ? 200 : 404).end(saved);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { images, DOCKER_HOST: `tcp://127.0.0.1:${port}`, stop: () => server.close() };
}

export async function endWorld({ sandbox, job, daemon }: World): Promise<void> {
  job.end();
  daemon.stop();
  await sandbox.stop();
}

/** The repository that is pushed to. */
function shop({ sandbox }: World): Repository {
  return sandbox.registries.get('111122223333/eu-west-1')!.repositories.get('shop')!;
}

/** Puts a build where its source says that it is. */
function leave({ sandbox, job, daemon }: World, { files, saved, held, source }: Build): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(job.workspace, path)), { recursive: true });
    writeFileSync(join(job.workspace, path), content);
  }
  if (saved) daemon.images.set(source.replace('docker:', ''), saved);
  const base = sandbox.registries.get('111122223333/eu-west-1')!.repositories.get('base')!;
  const blobs = Object.entries(held ?? {}).filter(([path]) => path.startsWith('blobs/'));
  for (const [, bytes] of blobs) base.blobs.set(digestOf(bytes), bytes);
  const [, digest = ''] = source.split('@');
  const bytes = held && base.blobs.get(digest);
  if (bytes) base.manifests.set(digest, { bytes, mediaType: OCI_MANIFEST });
}

export interface Run {
  readonly kind: Kind;
  readonly base: number;
  readonly app: number;
  readonly tags: readonly string[];
  readonly exists: 'overwrite' | 'fail' | 'skip';
  readonly fault: Fault | undefined;
}

/** A run of the step; when it is green, whoever pulls gets the build under each of its tags. */
export async function run(world: World, { kind, base, app, tags, exists, fault }: Run): Promise<void> {
  const { sandbox, job } = world;
  const made = await build(kind, base, app);
  leave(world, made);
  const before = new Map(shop(world).tags);
  if (fault) sandbox.faults.add(fault);
  const images = `${made.source.replace('HOST', world.host)} => ${tags.map((tag) => `shop:${tag}`).join(', ')}`;
  const result = await job.step({ 'role-to-assume': ROLE, images, 'image-tag-exists': exists, summary: 'false' });
  sandbox.faults.clear();
  const held = shop(world);
  if (result.code !== 0) return checkRed(result, { made, held, before, tags, exists, fault });
  if (made.isDamaged) throw new Error('a damaged build was published with exit 0');
  for (const tag of tags) {
    const kept = exists === 'skip' && before.has(tag) && held.tags.get(tag) === before.get(tag);
    if (!kept) checkPulled(held, tag, made);
  }
  const digest = result.outputs['image-digest'] ?? '';
  if (![...tags].some((tag) => held.tags.get(tag) === digest))
    throw new Error(`image-digest ${digest} is on no tag of the step`);
  const [told] = JSON.parse(result.outputs.images ?? '[]') as { tags: string[] }[];
  const on = tags.filter((tag) => held.tags.get(tag) === digest);
  if (told?.tags.join() !== on.join()) throw new Error(`${on} is on ${digest}, and the outputs say ${told?.tags}`);
}

/** A run may fail for what was done to it, and for nothing else. */
function checkRed(
  result: StepResult,
  {
    made,
    held,
    before,
    tags,
    exists,
    fault,
  }: Omit<Run, 'kind' | 'base' | 'app'> & {
    made: Build;
    held: Repository;
    before: ReadonlyMap<string, string>;
  },
): void {
  const text = result.errors.join('\n');
  if (/bug of the action/.test(text)) throw new Error(`a bug: ${text}`);
  const isTaken = tags.some((tag) => before.has(tag)) && (exists === 'fail' || held.mutability === 'IMMUTABLE');
  if (made.isDamaged || fault || isTaken) return;
  throw new Error(`the step failed, and nothing was in its way: ${text}`);
}

/** Pulls an image as a client does: every digest is checked, every layer unpacked. */
function checkPulled({ manifests, blobs, tags }: Repository, tag: string, { manifest, image }: Build): void {
  const digest = tags.get(tag) ?? '';
  const stored = manifests.get(digest);
  if (!stored || digestOf(stored.bytes) !== digest) throw new Error(`${tag} is on ${digest}, which is not there`);
  const { config, layers } = JSON.parse(stored.bytes.toString());
  for (const blob of [config, ...layers]) {
    const bytes = blobs.get(blob.digest);
    if (!bytes || digestOf(bytes) !== blob.digest)
      throw new Error(`${tag}: the blob ${blob.digest} is gone or damaged`);
  }
  if (manifest && digest !== manifest) throw new Error(`${tag} is ${digest}, and the build is ${manifest}`);
  if (!image) return;
  if (config.digest !== digestOf(image.config)) throw new Error(`${tag} has another config`);
  const plain = layers.map((layer: { digest: string; mediaType: string }) => {
    const bytes = blobs.get(layer.digest)!;
    return digestOf(/gzip$/.test(layer.mediaType) ? gunzipSync(bytes) : bytes);
  });
  if (plain.join() !== digests(image).join())
    throw new Error(`${tag} has layers that are not the build's: ${plain.join()}`);
}

/** What somebody else does to the repository. */
export type Deed =
  | {
      readonly deed: 'plant';
      readonly tag: string;
      readonly base: number;
      readonly app: number;
      readonly layer: number;
    }
  | { readonly deed: 'move'; readonly tag: string; readonly pick: number }
  | { readonly deed: 'untag'; readonly tag: string }
  | { readonly deed: 'spoil'; readonly how: 'cut' | 'delete'; readonly pick: number }
  | { readonly deed: 'rule'; readonly mutability: Mutability };

export async function meddle(world: World, it: Deed): Promise<void> {
  const held = shop(world);
  if (it.deed === 'plant') await plant(held, it);
  else if (it.deed === 'untag') held.tags.delete(it.tag);
  else if (it.deed === 'rule') held.mutability = it.mutability;
  else if (it.deed === 'move') {
    const all = [...held.manifests.keys()];
    if (all.length > 0) held.tags.set(it.tag, all[it.pick % all.length]!);
  } else spoil(held, it);
}

/** A manifest with a build's config, of which one layer is another. */
async function plant(
  { blobs, manifests, tags }: Repository,
  { tag, base, app, layer }: Extract<Deed, { deed: 'plant' }>,
) {
  const image = await savedImage([`base ${base}`, `app ${app}`]);
  const layers = image.layers.map((it) => gzipSync(it, { level: 9 }));
  layers[layer % 2] = gzipSync(await tarOf({ evil: 'planted' }));
  for (const blob of [image.config, ...layers]) blobs.set(digestOf(blob), blob);
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const describe = (bytes: Buffer, type: string) => ({ mediaType: type, digest: digestOf(bytes), size: bytes.length });
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: describe(image.config, 'application/vnd.docker.container.image.v1+json'),
      layers: layers.map((it) => describe(it, 'application/vnd.docker.image.rootfs.diff.tar.gzip')),
    }),
  );
  manifests.set(digestOf(bytes), { bytes, mediaType });
  tags.set(tag, digestOf(bytes));
}

/**
 * A blob is lost or cut off. One that is damaged in its length is seen where layers are read, and nowhere else (docs/threat-model.md):
 * `end-to-end/images/integrity.test.ts` has it.
 */
function spoil({ blobs }: Repository, { how, pick }: Extract<Deed, { deed: 'spoil' }>): void {
  const [digest, bytes] = [...blobs][pick % Math.max(1, blobs.size)] ?? [];
  if (!digest || !bytes) return;
  if (how === 'delete') blobs.delete(digest);
  else blobs.set(digest, bytes.subarray(0, bytes.length - 1));
}
