import { Problem } from '../../base/problem.ts';
import { digestOf } from '../model/descriptor.ts';
import { type Descriptor, isBeside, type Node, platformName } from '../model/image.ts';
import { DOCKER, OCI } from '../model/media-types.ts';
import { normalized, platformOf } from '../model/platform.ts';

/**
 * One index of several images, each for a platform of its own; attestations stay with theirs.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * @throws Problem when two are for the same platform, or one does not say which it is for
 */
export async function joinNodes(nodes: readonly Node[]): Promise<Node> {
  const parts = nodes.flatMap(partsOf);
  const children = await Promise.all(parts.map(withPlatform));
  const images = children.filter((child) => !isBeside(child.descriptor));
  const platforms = images.map(({ descriptor }) => normalized(descriptor.platform!));
  const twice = images.find((_, at) => platforms.indexOf(platforms[at]!) !== at);
  if (twice) {
    throw new Problem({
      what: `two of the joined images are for ${platformName(twice.descriptor)}`,
      why: 'a client chooses from an index by platform, and would always get the first of them',
      fix: 'join images that were built for different platforms',
    });
  }
  const isDocker = children.every(({ descriptor }) => descriptor.mediaType === DOCKER.manifest);
  const mediaType = isDocker ? DOCKER.index : OCI.index;
  const index = { schemaVersion: 2, mediaType, manifests: children.map(({ descriptor }) => descriptor) };
  const bytes = Buffer.from(JSON.stringify(index));
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  return { kind: 'index', descriptor, bytes, index, children, absent: [] };
}

/** What an index names, also through indexes in it. */
function partsOf(node: Node): readonly Node[] {
  return node.kind === 'index' ? node.children.flatMap(partsOf) : [node];
}

/** An image that is in no index has its platform in its config alone. */
async function withPlatform(node: Node): Promise<Node> {
  const { mediaType, digest, size, annotations, artifactType } = node.descriptor;
  const platform = await platformOf(node);
  if (!platform) {
    throw new Problem({
      what: `the image ${digest} does not say which platform it is for`,
      fix: 'build it with --platform',
    });
  }
  // Names that an image has in an archive say nothing about the image.
  const kept = annotations && isBeside(node.descriptor) ? { annotations } : {};
  const descriptor: Descriptor = {
    mediaType,
    digest,
    size,
    platform,
    ...kept,
    ...(artifactType ? { artifactType } : {}),
  };
  return { ...node, descriptor };
}
