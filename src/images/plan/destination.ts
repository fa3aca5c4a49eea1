import { eachOf } from '../../base/parallel.ts';
import { Problem, Problems } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import { type Blob, imagesOf, type Node } from '../model/image.ts';
import { isForeign } from '../model/media-types.ts';
import { missingRepository, RegistryRefused } from '../registry/refused.ts';
import type { Registry } from '../registry/registry.ts';
import type { RemoteManifest, Repository } from '../registry/repository.ts';
import { isImmutable, readMutability } from '../registry/settings.ts';
import type { ImagesRequest } from '../request.ts';
import { finishWith } from './finish.ts';
import { checkLimits } from './limits.ts';
import type { BlobPlan, Push, TagPlan } from './plan.ts';
import { type Known, learn } from './reuse.ts';
import { type Finished, plainLayers } from './shape.ts';
import type { Verifier } from './verify.ts';

export interface DestinationDeps {
  readonly request: ImagesRequest;
  readonly access: Access;
  readonly open: (registry: Registry, repository: string) => Repository;
  readonly verifier: Verifier;
}

interface Destination {
  readonly line: ImagesRequest['images'][number];
  readonly node: Node;
  readonly registry: Registry;
  readonly repository: string;
  readonly tags: readonly string[];
}

/** Questions of one push that are under way at a time. */
const QUESTIONS = 32;

/** Plans one image to one repository: the manifest is asked for first, and mostly the answer ends it. */
export async function planPush(destination: Destination, deps: DestinationDeps): Promise<Push> {
  const { line, node, registry, repository, tags } = destination;
  const on = `Input images, line ${line.line}`;
  const limits = checkLimits(node, on, registry.isPublic);
  if (limits.length > 0) throw new Problems(limits);
  const opened = deps.open(registry, repository);
  const { remotes, create } = await askTags(opened, tags, deps.request);
  const known = await learn(imagesOf(node), await references(opened, remotes, deps), opened, deps.request.compression);
  const finished = isComplete(node, known) ? finishWith(node, known) : undefined;
  const { planned, settings } = await planTags({ ...destination, on }, { remotes, finished }, deps);
  const push = {
    source: line.text,
    registry,
    repository,
    create,
    tags: planned,
    image: node,
    known: known.layers,
    adopted: known.images,
    finished,
    asked: { settings, configsOf: known.configsRead ? [repository] : [], blobs: false },
  };
  if (planned.every(({ action }) => action !== 'put')) return { ...push, blobs: [] };
  const blobs = await planBlobs(node, known, { opened, create, registry }, deps);
  await verifyBlobs(blobs, on, deps.verifier);
  return { ...push, blobs, asked: { ...push.asked, blobs: !create } };
}

async function askTags(opened: Repository, tags: readonly string[], { createRepository }: ImagesRequest) {
  const remotes = new Map<string, RemoteManifest | undefined>();
  try {
    await eachOf(tags, QUESTIONS, async (tag) => {
      remotes.set(tag, await opened.manifest(tag));
    });
    return { remotes, create: false };
  } catch (thrown) {
    if (!(thrown instanceof RegistryRefused) || thrown.code !== 'NAME_UNKNOWN') throw thrown;
    if (!createRepository) throw new Problem(missingRepository(opened.arn));
    return { remotes: new Map<string, undefined>(), create: true };
  }
}

/** Images of this repository that may have the same layers: those of the tags, and of `image-reuse-from`. */
async function references(
  opened: Repository,
  remotes: ReadonlyMap<string, RemoteManifest | undefined>,
  { request }: DestinationDeps,
): Promise<RemoteManifest[]> {
  const further = request.reuseFrom.flatMap(({ repository, tag }) => (repository === opened.name && tag ? [tag] : []));
  const asked = await Promise.all(further.map((tag) => opened.manifest(tag)));
  return [...remotes.values(), ...asked].filter((it) => it !== undefined);
}

function isComplete(node: Node, known: Known): boolean {
  return imagesOf(node).every(
    (image) =>
      known.images.has(image.config.descriptor.digest) ||
      plainLayers(image).every(({ digest }) => known.layers.has(digest)),
  );
}

async function planTags(
  { tags, node, registry, repository, on }: Destination & { on: string },
  { remotes, finished }: { remotes: ReadonlyMap<string, RemoteManifest | undefined>; finished: Finished | undefined },
  { request, access }: DestinationDeps,
): Promise<{ planned: TagPlan[]; settings: boolean }> {
  const now = finished?.descriptor.digest;
  const planned = tags.map((tag): TagPlan => {
    const remote = remotes.get(tag);
    const [before, beforeType] = [remote?.digest, remote?.mediaType];
    if (before === undefined) return { tag, before, action: 'put' };
    if (before === now) return { tag, before, beforeType, action: 'same' };
    return { tag, before, beforeType, action: request.tagExists === 'skip' ? 'keep' : 'put' };
  });
  const moved = planned.filter(({ before, action }) => before !== undefined && action === 'put');
  if (moved.length === 0) return { planned, settings: false };
  const made = now ?? `an image with the config ${imagesOf(node)[0]!.config.descriptor.digest}`;
  const conflict = (tag: string, before: string | undefined, why: string) =>
    new Problem({
      what: `${registry.host}/${repository}:${tag} is another image`,
      on,
      why: `${why}; it is ${before}, and this would be ${made}`,
      fix: 'push another tag, or set image-tag-exists: skip to leave the tag as it is',
    });
  if (request.tagExists === 'fail') {
    throw new Problems(moved.map(({ tag, before }) => conflict(tag, before, 'image-tag-exists is fail')));
  }
  const mutability = await readMutability(registry, repository, access);
  const immutable = mutability ? moved.filter(({ tag }) => isImmutable(tag, mutability)) : [];
  if (immutable.length > 0) {
    throw new Problems(immutable.map(({ tag, before }) => conflict(tag, before, 'the tag is immutable')));
  }
  return { planned, settings: true };
}

async function planBlobs(
  node: Node,
  known: Known,
  { opened, create, registry }: { opened: Repository; create: boolean; registry: Registry },
  { request, open }: DestinationDeps,
): Promise<BlobPlan[]> {
  const sources = request.reuseFrom.filter(({ repository }) => repository !== opened.name);
  const blobs = new Map<string, Blob>();
  const plain = new Set<string>();
  for (const image of imagesOf(node)) {
    if (known.images.has(image.config.descriptor.digest)) continue;
    for (const { digest } of plainLayers(image)) plain.add(digest);
    for (const blob of [image.config, ...image.layers]) {
      if (!isForeign(blob.descriptor)) blobs.set(blob.descriptor.digest, blob);
    }
  }
  const planned: BlobPlan[] = [];
  await eachOf(blobs.values(), QUESTIONS, async ({ descriptor, content }) => {
    const { digest } = descriptor;
    if (plain.has(digest)) {
      const reused = known.layers.get(digest);
      planned.push({ descriptor: reused ?? descriptor, content, action: reused ? 'reused' : 'compress' });
      return;
    }
    if (!create && (await opened.hasBlob(digest))) {
      planned.push({ descriptor, content, action: 'present' });
      return;
    }
    const mountFrom = await holderOf(
      digest,
      sources.map(({ repository }) => open(registry, repository)),
    );
    planned.push({ descriptor, content, action: mountFrom ? 'mount' : 'upload', mountFrom });
  });
  return planned.sort((a, b) => b.descriptor.size - a.descriptor.size);
}

async function holderOf(digest: string, repositories: readonly Repository[]): Promise<string | undefined> {
  const answers = await Promise.all(
    repositories.map(async (it) => {
      try {
        return await it.hasBlob(digest);
      } catch (thrown) {
        // Reuse saves time: where it is not allowed, the blob is uploaded.
        if (thrown instanceof RegistryRefused) return false;
        throw thrown;
      }
    }),
  );
  return repositories[answers.indexOf(true)]?.name;
}

/** Everything that may be sent is compared with its digest before the first byte is. */
async function verifyBlobs(blobs: readonly BlobPlan[], on: string, verifier: Verifier): Promise<void> {
  const local = blobs.filter(({ action }) => action === 'upload' || action === 'compress' || action === 'mount');
  const problems: Problem[] = [];
  await eachOf(local, QUESTIONS, async ({ descriptor, content }) => {
    try {
      await verifier.verify(descriptor, content!, on);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      problems.push(thrown);
    }
  });
  if (problems.length > 0) throw new Problems(problems);
}
