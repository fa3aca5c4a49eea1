import {
  type Index,
  imagesOf,
  isAttestation,
  isBeside,
  type Node,
  type Platform,
  platformName,
} from '../model/image.ts';
import { isIndex } from '../model/media-types.ts';
import { parsedJson } from '../model/parsed-json.ts';
import { normalized, platformOf } from '../model/platform.ts';
import type { RemoteManifest } from '../registry/repository.ts';

/**
 * Platforms that a tag's image is for, and the one that is to take its place is not: what the jobs of a matrix do to each other that push
 * to one tag. Only an index tells its platforms without a further question, and buildx writes one for a single platform, too.
 */
export async function lostPlatforms(tagged: RemoteManifest, image: Node): Promise<readonly string[]> {
  if (!isIndex(tagged.mediaType)) return [];
  const { manifests } = (parsedJson(tagged.bytes) ?? {}) as Partial<Index>;
  if (!Array.isArray(manifests)) return [];
  const images = imagesOf(image).filter(({ descriptor }) => !isAttestation(descriptor));
  const platforms = await Promise.all(images.map(platformOf));
  // What says nothing of platforms (an artifact) takes none away.
  if (!platforms.every((it) => it !== undefined)) return [];
  const kept = new Set(platforms.map(normalized));
  return manifests.flatMap((it) => {
    const { platform } = (it ?? {}) as { platform?: Platform };
    const isReal = typeof platform?.os === 'string' && platform.os !== 'unknown' && !isBeside(it);
    return isReal && !kept.has(normalized(platform)) ? [platformName(it)] : [];
  });
}
