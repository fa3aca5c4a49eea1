import type { Content } from './content.ts';

export interface Platform {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
  readonly 'os.features'?: readonly string[];
}

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md; unknown fields are kept as they are. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform;
  /** Of an artifact, in an index. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly urls?: readonly string[];
}

/** The fields of a manifest that matter here; a manifest that is written again keeps the others. */
export interface Manifest {
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  /** An artifact's kind; an image has none. */
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  /** Of an artifact that is about an image (a referrer). */
  readonly subject?: { readonly digest?: unknown } | null;
}

export interface Index {
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  readonly manifests: readonly Descriptor[];
}

/** A config or layer, and where its bytes are; a foreign layer has none. */
export interface Blob {
  readonly descriptor: Descriptor;
  readonly content: Content | undefined;
}

/** One image, as the source holds it. */
export interface ImageNode {
  readonly kind: 'image';
  readonly descriptor: Descriptor;
  /** The manifest, byte for byte: digests and signatures live on it. */
  readonly bytes: Buffer;
  readonly manifest: Manifest;
  readonly config: Blob;
  readonly layers: readonly Blob[];
  /** Digests of the layers' plain tars, as the config states them; undefined when it is not the config of an image. */
  readonly diffIds: readonly string[] | undefined;
  /** Something names the manifest's digest (an attestation, the registry that it comes from): no layer is compressed. */
  readonly asBuilt?: boolean;
}

/** Images for several platforms, or an image with its attestations. */
export interface IndexNode {
  readonly kind: 'index';
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
  readonly index: Index;
  /** Without the children that the source does not hold. */
  readonly children: readonly Node[];
  /** Children of the index that the source does not hold: platforms that were never pulled. */
  readonly absent: readonly Descriptor[];
}

export type Node = ImageNode | IndexNode;

/** All images of a node, each once. */
export function imagesOf(node: Node): readonly ImageNode[] {
  return node.kind === 'image' ? [node] : [...new Set(node.children.flatMap(imagesOf))];
}

/** `linux/arm64/v8` or `windows/amd64 10.0.20348.1`, for messages. */
export function platformName({ platform }: Descriptor): string {
  if (!platform) return 'no platform';
  const name = [platform.os, platform.architecture, platform.variant].filter((part) => part).join('/');
  return platform['os.version'] ? `${name} ${platform['os.version']}` : name;
}

/** What an index holds beside the images that run: attestations, and artifacts that say what they are, for the platform of an image. */
export function isBeside(descriptor: Descriptor): boolean {
  return isAttestation(descriptor) || descriptor.artifactType !== undefined;
}

/**
 * The digest of the image that an attestation or a SOCI index is about.
 * https://github.com/awslabs/soci-snapshotter/blob/main/docs/soci-index-manifest-v2.md
 */
export function subjectOf({ annotations }: Descriptor): string | undefined {
  return annotations?.['vnd.docker.reference.digest'] ?? annotations?.['com.amazon.soci.image-manifest-digest'];
}

/** Attestations as BuildKit stores them: https://docs.docker.com/build/metadata/attestations/attestation-storage/ */
export function isAttestation({ annotations }: Descriptor): boolean {
  return annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}
