import { expect, test } from '@jest/globals';
import { digestOf } from '../../harness/image.ts';
import type { Descriptor, ImageNode, Node } from '../../src/images/model/image.ts';
import { checkQuotas, manyLayers } from '../../src/images/plan/quotas.ts';

const blob = (size = 1): Descriptor => ({ mediaType: 'application/x', digest: digestOf('x'), size });

function image({ bytes = 100, layers = [blob()] } = {}): ImageNode {
  const config = blob();
  return {
    kind: 'image',
    descriptor: blob(),
    bytes: Buffer.alloc(bytes),
    manifest: { schemaVersion: 2, config, layers },
    config: { descriptor: config, content: undefined },
    layers: layers.map((descriptor) => ({ descriptor, content: undefined })),
    diffIds: undefined,
  };
}

function index(bytes: number, children: readonly Node[]): Node {
  const descriptor = blob();
  return {
    kind: 'index',
    descriptor,
    bytes: Buffer.alloc(bytes),
    index: { schemaVersion: 2, manifests: [] },
    children,
    absent: [],
  };
}

test.each<[string, Node, RegExp | undefined]>([
  ['an image', image(), undefined],
  ['an index', index(4 << 20, [image(), image()]), undefined],
  ['a manifest over 4 MiB', image({ bytes: (4 << 20) + 1 }), /has 4194305 bytes: ECR takes 4194304/],
  ['an index over 4 MiB', index((4 << 20) + 1, [image()]), /has 4194305 bytes/],
  ['a manifest over 4 MiB in an index', index(100, [image({ bytes: 5 << 20 })]), /has 5242880 bytes/],
  [
    'no version of the schema',
    { ...image(), manifest: { config: blob(), layers: [] } },
    /does not say "schemaVersion": 2/,
  ],
  ['no layers', image({ layers: [] }), /has no layers/],
  ['501 layers', image({ layers: Array.from({ length: 501 }, () => blob()) }), /501 layers: ECR takes 500/],
  ['an empty layer', image({ layers: [blob(0)] }), /is empty/],
  ['a layer of 60 GB', image({ layers: [blob(60e9)] }), /55.9 GiB is too large/],
])('what ECR takes: %s', (_, node, problem) => {
  const found = checkQuotas(node, { on: 'here', isPublic: false }).map(({ message }) => message);
  expect(found).toEqual(problem ? [expect.stringMatching(problem)] : []);
});

test('more layers than Docker stacks are told, of images and not of artifacts', () => {
  const config = 'application/vnd.oci.image.config.v1+json';
  const layers = (count: number) => Array.from({ length: count }, () => blob());
  const imageOf = (count: number, mediaType = config) => {
    const made = image({ layers: layers(count) });
    return { ...made, config: { ...made.config, descriptor: { ...blob(), mediaType } } };
  };
  expect(manyLayers(index(100, [imageOf(3), imageOf(126)]))).toMatch(/126 layers: Docker pulls up to 125/);
  expect([manyLayers(imageOf(125)), manyLayers(imageOf(300, 'application/x'))]).toEqual([undefined, undefined]);
});
