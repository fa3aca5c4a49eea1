import { expect, test } from '@jest/globals';
import type { Descriptor, ImageNode, IndexNode, Manifest } from '../../src/images/model/image.ts';
import { OCI } from '../../src/images/model/media-types.ts';
import { keepAttested } from '../../src/images/plan/attestations.ts';

const digest = (at: number) => `sha256:${`${at}`.repeat(64)}`;

function image(at: number, descriptor: Partial<Descriptor> = {}, manifest: Partial<Manifest> = {}): ImageNode {
  const own = { mediaType: OCI.manifest, digest: digest(at), size: 1, ...descriptor };
  const config = { descriptor: { ...own, mediaType: OCI.config }, content: undefined };
  const written = { schemaVersion: 2, config: config.descriptor, layers: [], ...manifest };
  return { kind: 'image', descriptor: own, bytes: Buffer.from(''), manifest: written, config, layers: [], diffIds: [] };
}

test.each<[string, ImageNode]>([
  [
    'an attestation of BuildKit',
    image(2, {
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': digest(1),
      },
    }),
  ],
  [
    'an index of SOCI',
    image(2, {
      artifactType: 'application/vnd.amazon.soci.index.v2+json',
      annotations: { 'com.amazon.soci.image-manifest-digest': digest(1) },
    }),
  ],
  [
    'an artifact with a subject',
    image(2, { artifactType: 'application/spdx+json' }, { subject: { digest: digest(1) } }),
  ],
])('an image that %s is about stays as it was built, and no other', (_, about) => {
  const children = [image(1), image(3), about];
  const manifests = children.map(({ descriptor }) => descriptor);
  const descriptor = { mediaType: OCI.index, digest: digest(4), size: 1 };
  const index: IndexNode = {
    kind: 'index',
    descriptor,
    bytes: Buffer.from(''),
    index: { manifests },
    children,
    absent: [],
  };
  const kept = keepAttested(index) as IndexNode;
  expect(kept.children.map((child) => child.kind === 'image' && child.asBuilt === true)).toEqual([true, false, false]);
});
