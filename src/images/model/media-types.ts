/** https://github.com/opencontainers/image-spec/blob/main/media-types.md and https://distribution.github.io/distribution/spec/manifest-v2-2/ */
export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

export const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
  gzipLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** How a layer, or a whole archive, is compressed. */
export type Compression = 'gzip' | 'zstd';

/** How a manifest of the type names a layer that is compressed so; undefined: it cannot. */
export function compressedLayerType(manifest: string, compression: Compression): string | undefined {
  if (manifest === OCI.manifest) return `${OCI.layer}+${compression}`;
  return manifest === DOCKER.manifest && compression === 'gzip' ? DOCKER.gzipLayer : undefined;
}

/** What a pull by tag must accept, or ECR converts the manifest and it has another digest. */
export const ACCEPTED_MANIFESTS = [OCI.index, OCI.manifest, DOCKER.index, DOCKER.manifest].join(', ');

export function isIndex(mediaType: string): boolean {
  return mediaType === OCI.index || mediaType === DOCKER.index;
}

/** The config of an image that can be run, as against an artifact's. */
export function isImageConfig(mediaType: string): boolean {
  return mediaType === OCI.config || mediaType === DOCKER.config;
}

/** The config of a build cache of buildx, which is stored in the form of an image, or of an index of layers. */
export const BUILD_CACHE = 'application/vnd.buildkit.cacheconfig.v0';

/** A layer that is stored as a plain tar. */
export function isUncompressed(mediaType: string): boolean {
  return mediaType === OCI.layer || mediaType === DOCKER.layer;
}

/** A layer that may not be distributed (the base of Windows images). */
export function isRestricted(mediaType: string): boolean {
  return mediaType.includes('nondistributable') || mediaType.includes('.foreign.');
}

/** A layer that stays where its `urls` say: one that may not be distributed, or that an image names and does not hold. */
export function isForeign({ mediaType, urls }: { mediaType: string; urls?: readonly string[] | undefined }): boolean {
  return isRestricted(mediaType) || (urls?.length ?? 0) > 0;
}
