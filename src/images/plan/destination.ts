import { eachOf } from '../../base/parallel.ts';
import { Problem, Problems } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { ImageTarget } from '../line.ts';
import { imagesOf, type Node } from '../model/image.ts';
import { checkAlias } from '../registry/create-repository.ts';
import { createsOnPush } from '../registry/creation-templates.ts';
import { missingRepository, RegistryRefused } from '../registry/denied.ts';
import { isImmutable, readMutability } from '../registry/immutable-tags.ts';
import type { Registry } from '../registry/registry.ts';
import type { RemoteManifest, Repository } from '../registry/repository.ts';
import type { ImagesRequest } from '../request.ts';
import { planBlobs, QUESTIONS, verifyBlobs } from './blobs.ts';
import { type Finished, finishWith, inOrder, plainLayers } from './finish.ts';
import { lostPlatforms } from './lost-platforms.ts';
import { isSent, type Push, type TagPlan } from './plan.ts';
import type { Prover } from './prove.ts';
import { checkQuotas } from './quotas.ts';
import { type KnownLayers, learn, type Reference } from './reuse.ts';
import type { Verifier } from './verify.ts';

export interface DestinationDeps {
  readonly request: ImagesRequest;
  readonly access: Access;
  readonly open: (registry: Registry, repository: string) => Repository;
  readonly verifier: Verifier;
  readonly prover: Prover;
}

export interface Destination {
  readonly line: ImagesRequest['images'][number];
  readonly node: Node;
  readonly registry: Registry;
  readonly repository: string;
  /** Undefined: by its digest. */
  readonly tags: readonly (string | undefined)[];
  /** Repositories of the same registry whose layers may be reused. */
  readonly reuseFrom: readonly ImageTarget[];
}

/** Plans one image to one repository: the manifests of the tags are asked for first. */
export async function planPush(destination: Destination, deps: DestinationDeps): Promise<Push> {
  const { line, node, registry, repository } = destination;
  const on = `Input images, line ${line.line}`;
  const limits = checkQuotas(node, { on, isPublic: registry.isPublic });
  if (limits.length > 0) throw new Problems(limits);
  const opened = withoutUpstream(deps.open(registry, repository));
  const { remotes, create, asked } = await askTags(opened, destination, deps);
  const { compression } = deps.request;
  const known = await learn(imagesOf(node), await references(opened, remotes, destination.reuseFrom), {
    ...deps,
    opened,
    compression,
  });
  const finished = isComplete(node, known) ? finishWith(node, known) : undefined;
  const { planned, settings } = await planTags({ ...destination, on }, { remotes, create, finished, opened }, deps);
  await warnOfPlatforms(planned, { ...destination, remotes }, deps);
  const push = {
    source: line.text,
    registry,
    repository,
    create,
    tags: planned,
    tagExists: deps.request.tagExists,
    image: node,
    known: known.layers,
    adopted: known.images,
    damaged: known.damaged,
    finished,
    asked: { ...asked, settings, configsOf: known.blobsRead ? [repository] : [], blobs: !create },
  };
  // The tags keep another image: nothing of this one is needed.
  if (planned.every(({ action }) => action === 'keep'))
    return { ...push, ...NOTHING, asked: { ...push.asked, blobs: false } };
  const mountable = destination.reuseFrom.filter((it) => it.repository !== repository);
  const blobsDeps = {
    opened,
    registry: registry.host,
    isNew: create !== undefined,
    mountable: mountable.map((it) => deps.open(registry, it.repository)),
  };
  const isThere = finished !== undefined && planned.every(({ action }) => action !== 'put');
  try {
    const blobs = await planBlobs(node, known, blobsDeps);
    await verifyBlobs(blobs, on, deps.verifier);
    const missing = isThere ? await missingChildren(finished, opened) : [];
    // The look at the layers of an image that is there is done without where it is not allowed: no part of the least policy.
    const isAdopted = isThere && !known.blobsRead && missing.length === 0 && !blobs.some(isSent);
    return { ...push, blobs, missing, asked: { ...push.asked, blobs: push.asked.blobs && !isAdopted } };
  } catch (thrown) {
    if (!isThere || !(thrown instanceof RegistryRefused) || thrown.status !== 403) throw thrown;
    deps.access.runner.warning(
      `${registry.host}/${repository}: the tags are this image already, but whether the registry still holds its layers could not be checked: ${thrown.details.what}`,
    );
    return { ...push, ...NOTHING };
  }
}

async function warnOfPlatforms(
  planned: readonly TagPlan[],
  { registry, repository, node, remotes }: Destination & Pick<FromRepository, 'remotes'>,
  { access }: DestinationDeps,
): Promise<void> {
  for (const { tag = '', action } of planned) {
    const tagged = action === 'put' ? remotes.get(tag) : undefined;
    const lost = tagged ? await lostPlatforms(tagged, node) : [];
    if (lost.length === 0) continue;
    access.runner.warning(
      `${registry.host}/${repository}:${tag} was for ${lost.join(', ')} too, and the image that takes its place is not: jobs of a matrix that push to one tag replace each other's images (docs/images.md, "Several platforms from a matrix")`,
    );
  }
}

const NOTHING = { blobs: [], missing: [] } as const;

/** Manifests below an index that the registry no longer holds. */
async function missingChildren(finished: Finished, opened: Repository): Promise<readonly string[]> {
  const missing: string[] = [];
  await eachOf(inOrder(finished).slice(0, -1), QUESTIONS, async ({ descriptor: { digest } }) => {
    if (!(await opened.manifest(digest))) missing.push(digest);
  });
  return missing;
}

/** What is pushed below a pull-through cache's prefix has nothing to do with its upstream: what does not come from there is not there. */
function withoutUpstream(opened: Repository): Repository {
  return {
    ...opened,
    manifest: async (reference) => {
      try {
        return await opened.manifest(reference);
      } catch (thrown) {
        if (thrown instanceof RegistryRefused && thrown.isOfUpstream) return undefined;
        throw thrown;
      }
    },
  };
}

/** What there is of an image in the registry: the manifests of its tags, or no repository yet. */
interface FromRepository {
  readonly remotes: ReadonlyMap<string, RemoteManifest | undefined>;
  readonly create: Push['create'];
  readonly asked: Pick<Push['asked'], 'templates' | 'aliases'>;
}

async function askTags(
  opened: Repository,
  { tags, node, registry, repository }: Destination,
  { request, access }: DestinationDeps,
): Promise<FromRepository> {
  const remotes = new Map<string, RemoteManifest | undefined>();
  const nothing = { templates: false, aliases: false };
  try {
    await eachOf(tags, QUESTIONS, async (tag) => {
      // Without a tag the question is whether there is such a repository.
      const remote = await opened.manifest(tag ?? node.descriptor.digest);
      if (tag !== undefined) remotes.set(tag, remote);
    });
    return { remotes, create: undefined, asked: nothing };
  } catch (thrown) {
    if (!(thrown instanceof RegistryRefused) || thrown.code !== 'NAME_UNKNOWN') throw thrown;
  }
  const { newRepository } = request;
  if (newRepository) {
    if (registry.isPublic) await checkAlias(repository, newRepository, access);
    return { remotes: new Map(), create: newRepository, asked: { ...nothing, aliases: registry.isPublic } };
  }
  if (registry.isPublic) throw new Problem(missingRepository(opened.arn));
  const isOwn = registry.account === access.session.accountId;
  // Of another account's registry nobody but that account sees the templates.
  const byItself = isOwn ? await createsOnPush(registry, repository, access) : undefined;
  if (byItself === false) throw new Problem(missingRepository(opened.arn));
  const name = `${registry.host}/${repository}`;
  if (byItself)
    access.runner.info(
      `${name} does not exist; ECR creates it when the image is pushed, as a template of the registry says`,
    );
  else {
    access.runner.warning(
      `${name} does not exist. ECR creates it when the image is pushed if the registry has a repository creation template for it, which the role may not see (ecr:DescribeRepositoryCreationTemplates): the push is tried`,
    );
  }
  return { remotes: new Map(), create: 'on push', asked: { ...nothing, templates: isOwn } };
}

/** Images of this repository that may have the same layers: those of the tags, and of `image-reuse-from`. */
async function references(
  opened: Repository,
  remotes: ReadonlyMap<string, RemoteManifest | undefined>,
  reuseFrom: readonly ImageTarget[],
): Promise<Reference[]> {
  const further = reuseFrom.flatMap(({ repository, tag }) => (repository === opened.name && tag ? [tag] : []));
  const asked = await Promise.all(further.map((tag) => opened.manifest(tag)));
  const there = (remotes: Iterable<RemoteManifest | undefined>) =>
    [...remotes].filter((remote) => remote !== undefined);
  return [
    ...there(asked).map((remote) => ({ remote, trusted: true })),
    ...there(remotes.values()).map((remote) => ({ remote, trusted: false })),
  ];
}

function isComplete(node: Node, known: KnownLayers): boolean {
  return imagesOf(node).every(
    (image) =>
      known.images.has(image.descriptor.digest) || plainLayers(image).every(({ digest }) => known.layers.has(digest)),
  );
}

async function planTags(
  { tags, node, registry, repository, on }: Destination & { on: string },
  {
    remotes,
    create,
    finished,
    opened,
  }: Pick<FromRepository, 'remotes' | 'create'> & { finished: Finished | undefined; opened: Repository },
  { request, access }: DestinationDeps,
): Promise<{ planned: TagPlan[]; settings: boolean }> {
  const now = finished?.descriptor.digest;
  const byDigest = tags.includes(undefined) && now !== undefined && create === undefined;
  const isHeld = byDigest && (await opened.manifest(now)) !== undefined;
  const planned = tags.map((tag): TagPlan => {
    if (tag === undefined)
      return {
        tag,
        before: isHeld ? now : undefined,
        beforeType: finished?.descriptor.mediaType,
        action: isHeld ? 'same' : 'put',
      };
    const remote = remotes.get(tag);
    const [before, beforeType] = [remote?.digest, remote?.mediaType];
    if (before === undefined) return { tag, before, action: 'put' };
    if (before === now) return { tag, before, beforeType, action: 'same' };
    return { tag, before, beforeType, action: request.tagExists === 'skip' ? 'keep' : 'put' };
  });
  const moved = planned.filter(({ before, action }) => before !== undefined && action === 'put');
  if (moved.length === 0) return { planned, settings: false };
  const made = now ?? `an image with the config ${imagesOf(node)[0]!.config.descriptor.digest}`;
  const conflict = (tag: string | undefined, before: string | undefined, why: string) =>
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
  const immutable = mutability ? moved.filter(({ tag }) => tag !== undefined && isImmutable(tag, mutability)) : [];
  if (immutable.length > 0) {
    throw new Problems(immutable.map(({ tag, before }) => conflict(tag, before, 'the tag is immutable')));
  }
  return { planned, settings: true };
}
