import { Problem } from '../../base/problem.ts';
import { digestOf } from '../model/descriptor.ts';
import type { Descriptor, ImageNode, IndexNode, Node } from '../model/image.ts';
import { DOCKER, isImageConfig, isUncompressed, OCI } from '../model/media-types.ts';

/** A manifest as it is pushed. */
export interface Finished {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly children: readonly Finished[];
  /** What it refers to, for an image: config first. */
  readonly blobs: readonly Descriptor[];
}

/** What stands in a manifest for a layer that the source holds uncompressed, by the digest of its plain tar. */
export type Compressed = ReadonlyMap<string, Descriptor>;

/** The layers that are to be compressed; their digests are those of their plain tars. */
export function plainLayers(node: ImageNode): readonly Descriptor[] {
  return node.manifest.layers.filter((_, at) => isPlainLayer(node, at));
}

/** Annotations that say nothing about the format of a layer's bytes. */
const PLAIN_ANNOTATION =
  /^(org\.opencontainers\.image\.|org\.label-schema\.|buildkit\/|containerd\.io\/(uncompressed$|distribution\.source\.))/;

/**
 * Whether a layer is a plain tar that may be compressed. OCI's plain type also stands on files of artifacts, and on the blobs of
 * nydus and overlaybd, whose readers seek in them: those are pushed byte for byte, as is all that is not known.
 */
export function isPlainLayer({ manifest, diffIds, asBuilt }: ImageNode, at: number): boolean {
  const { mediaType, digest, annotations } = manifest.layers[at]!;
  return (
    !asBuilt &&
    isUncompressed(mediaType) &&
    manifest.artifactType === undefined &&
    isImageConfig(manifest.config.mediaType) &&
    diffIds?.[at] === digest &&
    Object.keys(annotations ?? {}).every((key) => PLAIN_ANNOTATION.test(key))
  );
}

/**
 * The manifests of a node as they are pushed. Bytes stay as they are where nothing changes; only compressed layers and
 * children that are left out make new ones.
 * @param compressed must have every plain layer
 * @param adopt gives the manifest that the registry has for the same image, if it has one
 */
export function finish(
  node: Node,
  compressed: Compressed,
  adopt: (image: ImageNode) => Finished | undefined = () => undefined,
): Finished {
  return node.kind === 'image' ? (adopt(node) ?? finishImage(node, compressed)) : finishIndex(node, compressed, adopt);
}

function finishImage(node: ImageNode, compressed: Compressed): Finished {
  const { manifest, descriptor } = node;
  if (plainLayers(node).length === 0) {
    return { descriptor, bytes: node.bytes, children: [], blobs: [manifest.config, ...manifest.layers] };
  }
  const layers = manifest.layers.map((layer, at) => {
    if (!isPlainLayer(node, at)) return layer;
    const made = compressed.get(layer.digest);
    if (!made) throw new Problem({ what: `the layer ${layer.digest} was not compressed` });
    return { ...layer, mediaType: made.mediaType, digest: made.digest, size: made.size };
  });
  const isDocker = descriptor.mediaType === DOCKER.manifest;
  // Docker's media types have no zstd: such an image becomes OCI's, which differs in the names of types alone.
  const toOci = isDocker && layers.some(({ mediaType }) => mediaType.startsWith(OCI.layer));
  const mediaType = isDocker && !toOci ? DOCKER.manifest : OCI.manifest;
  const config = toOci ? { ...manifest.config, mediaType: OCI.config } : manifest.config;
  const renamed = layers.map((layer) => ({
    ...layer,
    mediaType: layerType(layer.mediaType, isDocker && !toOci ? 'docker' : 'oci'),
  }));
  const made = { ...manifest, schemaVersion: 2, mediaType, config, layers: renamed };
  return { ...written(descriptor, mediaType, made), children: [], blobs: [config, ...renamed] };
}

/** The same compression in the words of the other vocabulary. */
function layerType(mediaType: string, vocabulary: 'docker' | 'oci'): string {
  if (vocabulary === 'docker') return mediaType === `${OCI.layer}+gzip` ? DOCKER.gzipLayer : mediaType;
  return mediaType === DOCKER.gzipLayer ? `${OCI.layer}+gzip` : mediaType;
}

function finishIndex(
  node: IndexNode,
  compressed: Compressed,
  adopt: (image: ImageNode) => Finished | undefined,
): Finished {
  const children = node.children.map((child) => finish(child, compressed, adopt));
  // Compared with what it lists: an index in it may have become its one image.
  const listed = node.index.manifests;
  const same = children.every((child, at) => child.descriptor.digest === listed[at]?.digest);
  if (same && listed.length === children.length) {
    return { descriptor: node.descriptor, bytes: node.bytes, children, blobs: [] };
  }
  const renamed = new Map(node.children.map((child, at) => [child.descriptor.digest, children[at]!.descriptor.digest]));
  const manifests = children.map((child, at) => {
    const before = node.children[at]!.descriptor;
    const { mediaType, digest, size } = child.descriptor;
    const subject = before.annotations?.['vnd.docker.reference.digest'];
    const moved = subject === undefined ? undefined : renamed.get(subject);
    const annotations = moved ? { ...before.annotations, 'vnd.docker.reference.digest': moved } : before.annotations;
    return { ...before, mediaType, digest, size, ...(annotations ? { annotations } : {}) };
  });
  const isOci = manifests.some(({ mediaType }) => mediaType === OCI.manifest || mediaType === OCI.index);
  const mediaType = node.descriptor.mediaType === DOCKER.index && !isOci ? DOCKER.index : OCI.index;
  const made = { ...node.index, schemaVersion: 2, mediaType, manifests };
  return { ...written(node.descriptor, mediaType, made), children, blobs: [] };
}

function written(before: Descriptor, mediaType: string, manifest: object): { descriptor: Descriptor; bytes: Buffer } {
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { descriptor: { ...before, mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
}

/** The same with what the repository already holds. */
export function finishWith(
  node: Node,
  known: { readonly layers: Compressed; readonly images: ReadonlyMap<string, Finished> },
): Finished {
  return finish(node, known.layers, (image) => known.images.get(image.descriptor.digest));
}

/** All manifests, each once, children before what refers to them: the order in which they are pushed. */
export function inOrder(finished: Finished): readonly Finished[] {
  const all = [...finished.children.flatMap(inOrder), finished];
  return [...new Map(all.map((it) => [it.descriptor.digest, it])).values()];
}
