import { Problem } from '../../base/problem.ts';
import { MAX_MANIFEST } from '../archive/limits.ts';
import { type ImageNode, imagesOf, type Node } from '../model/image.ts';
import { isForeign, isImageConfig } from '../model/media-types.ts';

/** Fixed quotas of ECR: https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html; 500 layers is not documented. */
const MAX_LAYERS = 500;
const MAX_LAYER = { private: 52_000 * 2 ** 20, public: 10_000 * 2 ** 20 };

/**
 * More layers Docker does not stack: its pull ends with "max depth exceeded", unless it keeps images in containerd's store.
 * https://github.com/moby/moby/blob/master/daemon/internal/layer/layer_store.go, maxLayerDepth
 */
const MAX_DOCKER_LAYERS = 125;

/** What can be pushed, and some cannot pull; undefined: nothing. */
export function manyLayers(node: Node): string | undefined {
  const images = imagesOf(node).filter(({ config }) => isImageConfig(config.descriptor.mediaType));
  const most = Math.max(0, ...images.map(({ layers }) => layers.length));
  return most > MAX_DOCKER_LAYERS
    ? `the image has ${most} layers: Docker pulls up to ${MAX_DOCKER_LAYERS} ("max depth exceeded"), unless it keeps images in containerd's store; merge layers`
    : undefined;
}

/** What ECR would refuse after everything is uploaded, with a text that does not say why. */
export function checkQuotas(
  node: Node,
  { on, isPublic }: { readonly on: string; readonly isPublic: boolean },
): readonly Problem[] {
  return [
    ...manifestsOf(node).flatMap((it) => checkManifest(it, on)),
    ...imagesOf(node).flatMap((image) => [...checkImage(image, on, isPublic ? MAX_LAYER.public : MAX_LAYER.private)]),
  ];
}

function manifestsOf(node: Node): readonly Node[] {
  return node.kind === 'image' ? [node] : [...node.children.flatMap(manifestsOf), node];
}

function checkManifest(node: Node, on: string): Problem[] {
  const { bytes, descriptor } = node;
  // bazel-contrib/rules_oci#690
  if ((node.kind === 'image' ? node.manifest : node.index).schemaVersion !== 2) {
    const what = `the manifest ${descriptor.digest} does not say "schemaVersion": 2: ECR refuses it`;
    return [new Problem({ what, on, fix: 'build the image with a current version of the tool' })];
  }
  if (bytes.length <= MAX_MANIFEST) return [];
  const what = `the manifest ${descriptor.digest} has ${bytes.length} bytes: ECR takes ${MAX_MANIFEST}`;
  return [new Problem({ what, on, fix: 'build the image with fewer annotations or layers' })];
}

function* checkImage({ layers, config, descriptor }: ImageNode, on: string, maxLayer: number): Generator<Problem> {
  if (layers.length === 0) {
    yield new Problem({
      what: `the image ${descriptor.digest} has no layers: ECR refuses it`,
      on,
      fix: 'build it with at least one file',
    });
  }
  if (layers.length > MAX_LAYERS) {
    yield new Problem({
      what: `the image has ${layers.length} layers: ECR takes ${MAX_LAYERS}`,
      on,
      fix: 'merge layers',
    });
  }
  const other = [descriptor, config.descriptor, ...layers.map((layer) => layer.descriptor)].find(
    ({ digest }) => !digest.startsWith('sha256:'),
  );
  if (other) {
    yield new Problem({
      what: `the image names ${other.digest.slice(0, 27)}…: ECR knows only SHA-256 digests`,
      on,
      fix: 'build the image with sha256 digests',
    });
  }
  for (const { descriptor: blob } of [config, ...layers]) {
    if (isForeign(blob)) continue;
    if (blob.size === 0) {
      yield new Problem({
        what: `the blob ${blob.digest} is empty: ECR refuses it`,
        on,
        fix: 'build the image without it',
      });
    }
    if (blob.size > maxLayer) {
      const gib = (blob.size / 2 ** 30).toFixed(1);
      yield new Problem({
        what: `a layer of ${gib} GiB is too large for ECR`,
        on,
        why: `it takes ${maxLayer / 2 ** 20} MiB`,
        fix: 'split the layer',
      });
    }
  }
}
