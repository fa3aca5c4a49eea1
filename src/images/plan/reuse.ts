import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { parseDiffIds } from '../archive/json.ts';
import { isDescriptor } from '../model/descriptor.ts';
import {
  type Blob,
  type Descriptor,
  type ImageNode,
  type Index,
  isAttestation,
  type Manifest,
} from '../model/image.ts';
import { type Compression, compressedLayerType, DOCKER, isForeign, isIndex, OCI } from '../model/media-types.ts';
import { UNPACKED_AT_ONCE } from '../model/unpack.ts';
import type { RemoteManifest, Repository } from '../registry/repository.ts';
import { type Finished, isPlainLayer, plainLayers } from './finish.ts';
import type { Prover } from './prove.ts';

/** What a repository already holds of images whose layers would have to be compressed. */
export interface KnownLayers {
  /** Digest of a plain tar → the compressed layer, which is proven to be it. */
  readonly layers: ReadonlyMap<string, Descriptor>;
  /** Digest of a manifest of the source → the registry's manifest of the same image. */
  readonly images: ReadonlyMap<string, Finished>;
  /** Digests whose blobs in the registry are not what the digest says. */
  readonly damaged: ReadonlySet<string>;
  /** Whether configs or layers were read, which takes a permission of its own. */
  readonly blobsRead: boolean;
}

/** A manifest of an image that the repository holds. `trusted`: image-reuse-from names it, and it is believed. */
export interface Reference {
  readonly remote: RemoteManifest;
  readonly trusted: boolean;
}

export interface LearnDeps {
  readonly opened: Repository;
  readonly compression: Compression;
  readonly prover: Prover;
}

interface Held extends Reference {
  readonly manifest: Manifest;
}

/** A compressed layer of the registry, and the layer of the build that it is said to be. */
interface Pair {
  readonly layer: Descriptor;
  readonly plain: Blob;
  readonly trusted: boolean;
}

/** An index of more images than this is not searched for layers. */
const MAX_CHILDREN = 32;

/**
 * Learns from the images that tags have now. A config names the plain tars of an image's layers, its manifest the compressed
 * ones, in the same order: a layer that is known by its plain tar, and proven to be it, is neither compressed nor uploaded.
 * https://github.com/opencontainers/image-spec/blob/main/config.md#layer-diffid
 */
export async function learn(
  images: readonly ImageNode[],
  references: readonly Reference[],
  deps: LearnDeps,
): Promise<KnownLayers> {
  const wanted = images.filter((image) => plainLayers(image).length > 0);
  const plain = new Map(
    wanted.flatMap((image) => image.layers.filter((_, at) => isPlainLayer(image, at)).map(byDigest)),
  );
  const known = {
    layers: new Map<string, Descriptor>(),
    images: new Map<string, Finished>(),
    damaged: new Set<string>(),
    blobsRead: false,
  };
  if (wanted.length === 0) return known;
  const held = await manifestsOf(references, deps.opened);
  const imageOf = ({ manifest }: Held) => wanted.find((it) => it.config.descriptor.digest === manifest.config.digest);
  const proven = new Set<string>();
  const prove = async (pairs: readonly Pair[], how: ProofRules) => {
    if (pairs.length > 0) known.blobsRead = true;
    await eachOf(pairs, UNPACKED_AT_ONCE, async (pair) => {
      const { layer, plain } = pair;
      const proof = await proofOf(pair, how, deps);
      if (proof === 'damaged') known.damaged.add(layer.digest);
      if (proof !== 'proven') return;
      proven.add(keyOf(layer, plain.descriptor));
      if (!known.layers.has(plain.descriptor.digest)) known.layers.set(plain.descriptor.digest, layer);
    });
  };

  const same = held.filter((it) => imageOf(it) !== undefined);
  const pairs = unique(
    same.flatMap((it) => pairsOf(it, imageOf(it)!.diffIds ?? [], { plain, compression: deps.compression })),
  );
  const configs = new Map(pairs.length > 0 ? same.map(({ manifest: { config } }) => [config.digest, config]) : []);
  await Promise.all([
    prove(pairs, { repeat: true }),
    ...[...configs.values()].map(async (config) => {
      if (await isDamaged(config, deps.opened)) known.damaged.add(config.digest);
    }),
  ]);
  for (const image of wanted) {
    const adopted = same.find((it) => isSameImage(it, image, { proven, compression: deps.compression }));
    if (adopted) known.images.set(image.descriptor.digest, adoptedFrom(adopted));
  }
  if (wanted.every(({ descriptor }) => known.images.has(descriptor.digest))) return known;

  for (const it of held) {
    if (imageOf(it)) continue;
    known.blobsRead = true;
    const pairs = pairsOf(it, await readDiffIds(it.manifest, deps.opened), { plain, compression: deps.compression });
    await prove(
      pairs.filter(({ plain }) => !known.layers.has(plain.descriptor.digest)),
      { repeat: false },
    );
  }
  return known;
}

function byDigest(blob: Blob): [string, Blob] {
  return [blob.descriptor.digest, blob];
}

/** The size is part of it: a manifest that names the right digest with another size is not pulled. */
function keyOf(layer: Descriptor, plain: Descriptor): string {
  return `${plain.digest} ${layer.digest} ${layer.size}`;
}

interface ProofRules {
  /**
   * Whether compressing the build's layer is worth it where the registry's may not be read: it is to be compressed anyway, but a tag
   * that is immutable must be known to be the same before that.
   */
  readonly repeat: boolean;
}

async function proofOf({ layer, plain, trusted }: Pair, { repeat }: ProofRules, { opened, prover }: LearnDeps) {
  if (!(await opened.hasBlob(layer))) return 'unknown';
  if (trusted) return 'proven';
  const proof = await prover.read(layer, plain, opened);
  return proof === 'unknown' && repeat ? prover.repeat(layer, plain) : proof;
}

function pairsOf(
  { manifest: { layers }, trusted }: Held,
  diffIds: readonly string[],
  { plain, compression }: { plain: ReadonlyMap<string, Blob>; compression: Compression },
): Pair[] {
  if (diffIds.length !== layers.length) return [];
  const types = [OCI, DOCKER].map((it) => compressedLayerType(it.manifest, compression));
  return layers.flatMap((layer, at) => {
    const blob = plain.get(diffIds[at]!);
    return blob && types.includes(layer.mediaType) && !isForeign(layer) ? [{ layer, plain: blob, trusted }] : [];
  });
}

function unique(pairs: readonly Pair[]): readonly Pair[] {
  return [...new Map(pairs.map((pair) => [keyOf(pair.layer, pair.plain.descriptor), pair])).values()];
}

/** A config is as good as the layers: nobody can pull an image whose config is not what its digest says. */
async function isDamaged(config: Descriptor, repository: Repository): Promise<boolean> {
  try {
    const found = await repository.read(config, async (chunks) => {
      const [algorithm = ''] = config.digest.split(':');
      const hash = createHash(algorithm);
      for await (const chunk of chunks) hash.update(chunk);
      return `${algorithm}:${hash.digest('hex')}`;
    });
    return found !== config.digest;
  } catch (thrown) {
    // What cannot be read is believed, as the layers are compressed again; what is gone is found by the look at the blobs.
    if (thrown instanceof Problem) return false;
    throw thrown;
  }
}

/** A config that may not be read, or is not an image's (a chart's, say), teaches nothing: the layers are compressed. */
async function readDiffIds({ config }: Manifest, repository: Repository): Promise<readonly string[]> {
  try {
    return parseDiffIds(await repository.config(config)) ?? [];
  } catch (thrown) {
    if (thrown instanceof Problem) return [];
    throw thrown;
  }
}

/** The manifests of single images behind tags. What the registry holds and cannot be read is of no use, and no problem. */
async function manifestsOf(references: readonly Reference[], repository: Repository): Promise<Held[]> {
  const found: Reference[] = [];
  for (const { remote, trusted } of references) {
    if (!isIndex(remote.mediaType)) {
      found.push({ remote, trusted });
      continue;
    }
    const listed = parsed<Index>(remote)?.manifests;
    const children = (Array.isArray(listed) ? listed : []).filter((it) => isDescriptor(it) && !isAttestation(it));
    const read = await Promise.all(children.slice(0, MAX_CHILDREN).map(({ digest }) => repository.manifest(digest)));
    found.push(...read.flatMap((child) => (child ? [{ remote: child, trusted }] : [])));
  }
  return found.flatMap((reference) => {
    const manifest = parsed<Manifest>(reference.remote);
    const { config, layers } = manifest ?? {};
    return manifest && isDescriptor(config) && Array.isArray(layers) && layers.every(isDescriptor)
      ? [{ ...reference, manifest }]
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

/**
 * Whether the registry's manifest is this image: the same config, each layer the same or proven to be it, and nothing else that
 * would be lost (annotations). A config alone is not an image's identity: whoever may push can put it beside other layers, or beside
 * the right ones under types and sizes that no client pulls.
 */
function isSameImage(
  { remote, manifest }: Held,
  image: ImageNode,
  { proven, compression }: { readonly proven: ReadonlySet<string>; readonly compression: Compression },
): boolean {
  const { layers, config } = manifest;
  const wanted = image.config.descriptor;
  return (
    manifest.schemaVersion === 2 &&
    (manifest.mediaType ?? OCI.manifest) === remote.mediaType &&
    config.digest === wanted.digest &&
    config.size === wanted.size &&
    config.mediaType === (remote.mediaType === DOCKER.manifest ? DOCKER.config : OCI.config) &&
    layers.length === image.layers.length &&
    image.layers.every(({ descriptor }, at) => {
      const layer = layers[at]!;
      if (isPlainLayer(image, at)) {
        const type = compressedLayerType(remote.mediaType, compression);
        return layer.mediaType === type && proven.has(keyOf(layer, descriptor));
      }
      const { digest, size, mediaType } = descriptor;
      return digest === layer.digest && size === layer.size && mediaType === layer.mediaType;
    }) &&
    isDeepStrictEqual(besidesBytes(manifest), besidesBytes(image.manifest))
  );
}

/** What a manifest says apart from which bytes it names and in whose vocabulary, Docker's or OCI's. */
function besidesBytes({ schemaVersion: _, mediaType: __, config, layers, ...others }: Manifest): unknown {
  const rest = ({ mediaType: _, digest: __, size: ___, annotations, ...more }: Descriptor) => ({
    ...more,
    annotations: annotations ?? {},
  });
  const { annotations, ...more } = others as { annotations?: object | null };
  return { ...more, annotations: annotations ?? {}, config: rest(config), layers: layers.map(rest) };
}

function adoptedFrom({ remote: { digest, mediaType, bytes }, manifest }: Held): Finished {
  const descriptor = { mediaType, digest, size: bytes.length };
  return { descriptor, bytes, children: [], blobs: [manifest.config, ...manifest.layers] };
}
