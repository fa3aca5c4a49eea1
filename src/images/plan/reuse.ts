import { Problem } from '../../base/problem.ts';
import { diffIdsOf } from '../archive/docker.ts';
import type { Compression } from '../archive/open.ts';
import { isDescriptor } from '../model/descriptor.ts';
import { type Descriptor, type ImageNode, type Index, isAttestation, type Manifest } from '../model/image.ts';
import { isForeign, isIndex } from '../model/media-types.ts';
import type { RemoteManifest, Repository } from '../registry/repository.ts';
import { type Finished, plainLayers } from './shape.ts';

/** What a repository already holds of images whose layers would have to be compressed. */
export interface Known {
  /** Digest of a plain tar → the compressed layer. */
  readonly layers: ReadonlyMap<string, Descriptor>;
  /** Digest of a config → the manifest of the same image. */
  readonly images: ReadonlyMap<string, Finished>;
  /** Whether configs were read, which takes a permission of its own. */
  readonly configsRead: boolean;
}

/** An index of more images than this is not searched for layers. */
const MAX_CHILDREN = 32;

/**
 * Learns from the images that tags have now. A config names the plain tars of an image's layers, its manifest the
 * compressed ones, in the same order: a layer that is known by its plain tar is neither compressed nor uploaded. The same
 * config is the same image.
 * https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid
 */
export async function learn(
  images: readonly ImageNode[],
  remotes: readonly RemoteManifest[],
  repository: Repository,
  compression: Compression,
): Promise<Known> {
  const known = { layers: new Map<string, Descriptor>(), images: new Map<string, Finished>(), configsRead: false };
  const wanted = images.filter((image) => plainLayers(image).length > 0);
  if (wanted.length === 0) return known;
  const configs = new Set(wanted.map(({ config }) => config.descriptor.digest));
  const found = await manifestsOf(remotes, repository);
  for (const { remote, manifest } of found) {
    if (configs.has(manifest.config.digest) && isCompressed(manifest, wanted, compression)) {
      known.images.set(manifest.config.digest, adoptedFrom(remote, manifest));
    }
  }
  if (wanted.every(({ config }) => known.images.has(config.descriptor.digest))) return known;
  for (const { manifest } of found) await learnLayers(known.layers, manifest, repository, compression);
  return { ...known, configsRead: found.length > 0 };
}

/** A config that may not be read, or is none of an image (a chart, say), teaches nothing: the layers are compressed. */
async function learnLayers(
  known: Map<string, Descriptor>,
  manifest: Manifest,
  repository: Repository,
  compression: Compression,
) {
  const diffIds = await knownDiffIds(manifest, repository);
  if (diffIds.length !== manifest.layers.length) return;
  for (const [at, layer] of manifest.layers.entries()) {
    if (layer.mediaType.endsWith(compression) && !isForeign(layer)) known.set(diffIds[at]!, layer);
  }
}

async function knownDiffIds({ config }: Manifest, repository: Repository): Promise<readonly string[]> {
  try {
    return diffIdsOf({ path: repository.arn, find: () => undefined }, await repository.config(config));
  } catch (thrown) {
    if (thrown instanceof Problem) return [];
    throw thrown;
  }
}

/** The manifests of single images behind tags. What the registry holds and cannot be read is of no use, and no problem. */
async function manifestsOf(remotes: readonly RemoteManifest[], repository: Repository) {
  const found: RemoteManifest[] = [];
  for (const remote of remotes) {
    if (!isIndex(remote.mediaType)) {
      found.push(remote);
      continue;
    }
    const listed = parsed<Index>(remote)?.manifests;
    const children = (Array.isArray(listed) ? listed : []).filter((it) => isDescriptor(it) && !isAttestation(it));
    const read = await Promise.all(children.slice(0, MAX_CHILDREN).map(({ digest }) => repository.manifest(digest)));
    found.push(...read.filter((it) => it !== undefined));
  }
  return found.flatMap((remote) => {
    const manifest = parsed<Manifest>(remote);
    const { config, layers } = manifest ?? {};
    return manifest && isDescriptor(config) && Array.isArray(layers) && layers.every(isDescriptor)
      ? [{ remote, manifest }]
      : [];
  });
}

function parsed<T>({ bytes }: RemoteManifest): T | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Whether the registry's image has every layer compressed as it would be now. */
function isCompressed({ config, layers }: Manifest, wanted: readonly ImageNode[], compression: Compression): boolean {
  const image = wanted.find((it) => it.config.descriptor.digest === config.digest);
  if (image?.layers.length !== layers.length) return false;
  const plain = new Set(plainLayers(image));
  return image.layers.every(
    ({ descriptor }, at) => !plain.has(descriptor) || layers[at]!.mediaType.endsWith(compression),
  );
}

function adoptedFrom({ digest, mediaType, bytes }: RemoteManifest, manifest: Manifest): Finished {
  const descriptor = { mediaType, digest, size: bytes.length };
  return { descriptor, bytes, children: [], blobs: [manifest.config, ...manifest.layers] };
}
