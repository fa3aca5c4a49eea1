import { expect, test } from '@jest/globals';
import type { ImageNode, Platform } from '../../src/images/model/image.ts';
import { OCI } from '../../src/images/model/media-types.ts';
import { joinNodes } from '../../src/images/plan/join.ts';

/** An image of an index, of which nothing but the platform matters. */
function imageFor(platform: Platform, at: number): ImageNode {
  const descriptor = { mediaType: OCI.manifest, digest: `sha256:${`${at}`.repeat(64)}`, size: 1, platform };
  const config = { descriptor: { ...descriptor, mediaType: OCI.config }, content: undefined };
  const manifest = { config: config.descriptor, layers: [] };
  return { kind: 'image', descriptor, bytes: Buffer.from(''), manifest, config, layers: [], diffIds: undefined };
}

const linux = (architecture: string, variant?: string): Platform => ({
  os: 'linux',
  architecture,
  ...(variant ? { variant } : {}),
});
const windows = (version: string): Platform => ({ os: 'windows', architecture: 'amd64', 'os.version': version });

test.each<[string, Platform, Platform]>([
  ['amd64 and v1', linux('amd64'), linux('amd64', 'v1')],
  ['amd64 and x86_64', linux('amd64'), linux('x86_64')],
  ['arm64 and v8', linux('arm64'), linux('arm64', 'v8')],
  ['arm and v7', linux('arm'), linux('arm', 'v7')],
  ['one Windows', windows('10.0.20348.1'), windows('10.0.20348.1')],
])('%s are one platform, and are not joined', async (_, one, other) => {
  await expect(joinNodes([imageFor(one, 1), imageFor(other, 2)])).rejects.toThrow('two of the joined images are for');
});

test('an index of SOCI, which has the platform of its image, is joined beside it', async () => {
  const soci = imageFor(linux('amd64'), 3);
  const annotations = { 'com.amazon.soci.image-manifest-digest': imageFor(linux('amd64'), 1).descriptor.digest };
  const artifactType = 'application/vnd.amazon.soci.index.v2+json';
  const beside = { ...soci, descriptor: { ...soci.descriptor, artifactType, annotations } };
  const joined = await joinNodes([imageFor(linux('amd64'), 1), beside, imageFor(linux('arm64'), 2)]);
  const { manifests } = JSON.parse(joined.bytes.toString()) as { manifests: object[] };
  expect(manifests[1]).toMatchObject({ artifactType, annotations });
});

test.each<[string, Platform, Platform]>([
  ['arm v6 and v7', linux('arm', 'v6'), linux('arm', 'v7')],
  ['amd64 v1 and v3', linux('amd64'), linux('amd64', 'v3')],
  ['two Windows', windows('10.0.17763.1'), windows('10.0.20348.1')],
])('%s are two platforms, and their index says so', async (_, one, other) => {
  const joined = await joinNodes([imageFor(one, 1), imageFor(other, 2)]);
  const { manifests } = JSON.parse(joined.bytes.toString()) as { manifests: { platform: Platform }[] };
  expect(manifests.map(({ platform }) => platform)).toEqual([one, other]);
});
