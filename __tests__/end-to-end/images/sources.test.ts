import { readdirSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { gzipDockerSave, oldDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { below, digestOf, LayoutBuilder, OCI_INDEX, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';
import { pulled, scene } from './scene.ts';

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

test.each(['symlink', 'hardlink'] as const)('docker save of Docker 24, with equal layers as a %s', async (link) => {
  const image = await savedImage(['same', 'other', 'same']);
  const layers = [image.layers[0]!, image.layers[1]!, image.layers[0]!];
  const diffIds = layers.map(digestOf);
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { diff_ids: diffIds } }));
  const it = await scene({ 'image.tar': await oldDockerSave({ config, layers, diffIds }, ['shop:1'], link) });
  const result = await it.step({ images: 'docker-archive:image.tar => shop:1' });
  expect(result.errors).toEqual([]);
  const got = await pulled(it, 'shop', '1');
  expect(got.diffIds).toEqual(diffIds);
  expect([got.type, got.manifest.config.digest]).toEqual([DOCKER_MANIFEST, digestOf(config)]);
  const again = await it.step({ images: 'docker-archive:image.tar => shop:1' });
  expect(again.log).toContain('already');
});

test('docker save of Docker 25 to 28: an OCI layout with plain layers, next to a manifest.json', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one', 'two'], { compressed: false });
  const files = layout.layout({ ...image, annotations: { 'io.containerd.image.name': 'docker.io/library/shop:1' } });
  const it = await scene({
    'image.tar': await tarOf({ ...files, 'manifest.json': '[{"Config":"x","RepoTags":["shop:1"],"Layers":[]}]' }),
  });
  expect((await it.step({ images: 'image.tar#shop:1 => shop:1' })).errors).toEqual([]);
  const { manifest, diffIds } = await pulled(it, 'shop', '1');
  expect(diffIds).toEqual(
    await Promise.all(['one', 'two'].map(async (text, at) => digestOf(await tarOf({ [`file-${at}`]: text })))),
  );
  expect(manifest.layers[0].mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
});

test('docker save of Docker 25.0: an empty OCI side, and a good manifest.json', async () => {
  const saved = await savedImage(['one']);
  const name = `blobs/sha256/${saved.diffIds[0]!.slice(7)}`;
  const config = `blobs/sha256/${digestOf(saved.config).slice(7)}`;
  const tar = await tarOf({
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'index.json': '{"schemaVersion":2,"manifests":null}',
    'manifest.json': JSON.stringify([{ Config: config, RepoTags: null, Layers: [name] }]),
    [name]: saved.layers[0]!,
    [config]: saved.config,
  });
  const it = await scene({ 'image.tar': tar });
  expect((await it.step({ images: 'image.tar => shop:1' })).errors).toEqual([]);
  expect((await pulled(it, 'shop', '1')).diffIds).toEqual(saved.diffIds);
});

test('docker save of Docker 29: a nested index, attestations, and platforms that were never pulled', async () => {
  const layout = new LayoutBuilder();
  const here = await layout.image(['here']);
  const elsewhere = new LayoutBuilder();
  const absent = await elsewhere.image(['absent'], { architecture: 'arm64' });
  const index = layout.index([here, layout.attestation(here), absent, elsewhere.attestation(absent)]);
  const it = await scene({ 'image.tar': await tarOf(layout.layout(index)) });
  const result = await it.step({ images: 'image.tar => shop:1' });
  expect(result.errors).toEqual([]);
  const { body, type } = await it.puller.get('/v2/shop/manifests/1');
  expect(type).toBe(OCI_INDEX);
  const written = JSON.parse(body.toString());
  expect(written.manifests.map((child: { digest: string }) => child.digest)).toEqual([
    here.digest,
    layout.attestation(here).digest,
  ]);
  expect(await it.puller.pull('shop', '1')).toHaveLength(3);
  expect(JSON.parse(result.outputs.plan!).images.images[0].leftOut).toContain('linux/arm64');
  expect(result.warnings.join()).toMatch(/line 1: .* left out: linux\/arm64$/);
});

test('a manifest whose index gives it another type is pushed under its own', async () => {
  const layout = new LayoutBuilder();
  const { digest } = await layout.image(['docker']);
  const docker = 'application/vnd.docker.distribution.manifest.v2+json';
  const text = layout.files[`blobs/${digest.replace(':', '/')}`]!.toString().replace(OCI_MANIFEST, docker);
  const it = await scene(below('out', layout.layout(layout.blob(text, OCI_MANIFEST))));
  expect((await it.step({ images: 'oci:out => shop:1' })).errors).toEqual([]);
  expect((await pulled(it, 'shop', '1')).type).toBe(docker);
});

test.each(['index', 'image'])('a build cache in the form of an %s is not an image', async (form) => {
  const layout = new LayoutBuilder();
  const layer = layout.blob('a layer', 'application/vnd.oci.image.layer.v1.tar+gzip');
  const config = layout.json({ layers: [] }, 'application/vnd.buildkit.cacheconfig.v0');
  const cache =
    form === 'index'
      ? layout.index([layer, config])
      : layout.json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] }, OCI_MANIFEST);
  const it = await scene(below('cache', layout.layout(cache)));
  const { errors } = await it.step({ images: 'oci:cache => shop:1' });
  expect(errors.join()).toMatch(/cache: this is a build cache \(cache-to of buildx\).*type=oci/s);
});

test('image-attestations: strip pushes the one real platform alone, byte for byte', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['lambda']);
  const files = below('out', layout.layout(layout.index([image, layout.attestation(image)])));
  const it = await scene(files);
  const result = await it.step({ images: 'out => shop:lambda', 'image-attestations': 'strip' });
  expect(result.errors).toEqual([]);
  expect(result.outputs['image-digest']).toBe(image.digest);
  expect(await it.puller.pull('shop', 'lambda')).toEqual([image.digest]);
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('a docker-archive with gzip layers, as a whole %s-compressed', async (name, compress) => {
  const saved = await savedImage(['one', 'two']);
  const it = await scene({ [`image.tar.${name}`]: compress(await gzipDockerSave(saved)) });
  expect((await it.step({ images: `image.tar.${name} => shop:1` })).errors).toEqual([]);
  expect((await pulled(it, 'shop', '1')).diffIds).toEqual(saved.diffIds);
});

test('image-compression: zstd makes an OCI image of a docker-archive; what changes alone is compressed and sent', async () => {
  const [one, two] = [await savedImage(['base', 'app']), await savedImage(['base', 'new app'])];
  const files = {
    'one.tar': await oldDockerSave(one, [], 'symlink'),
    'two.tar': await oldDockerSave(two, [], 'symlink'),
  };
  const it = await scene(files);
  expect((await it.step({ images: 'one.tar => shop:latest', 'image-compression': 'zstd' })).errors).toEqual([]);
  const first = await pulled(it, 'shop', 'latest');
  expect(first.diffIds).toEqual(one.diffIds);
  expect(first.manifest.layers[0].mediaType).toBe('application/vnd.oci.image.layer.v1.tar+zstd');
  it.sandbox.log.clear();
  const result = await it.step({ images: 'two.tar => shop:latest', 'image-compression': 'zstd' });
  expect(result.errors).toEqual([]);
  const second = await pulled(it, 'shop', 'latest');
  expect(second.diffIds).toEqual(two.diffIds);
  expect(second.manifest.layers[0]).toEqual(first.manifest.layers[0]);
  // The layer that changed, and the config.
  expect(it.sandbox.log.of('registry', 'FinishUpload')).toHaveLength(2);
  expect(JSON.parse(result.outputs.images!)[0].bytes.reused).toBe(first.manifest.layers[0].size);
});

test("names pick one image of several: by digest where it has no name, latest where no tag is written, in skopeo's words", async () => {
  const layout = new LayoutBuilder();
  const [unnamed, named, other] = [await layout.image(['a']), await layout.image(['b']), await layout.image(['c'])];
  const name = (text: string) => ({ annotations: { 'io.containerd.image.name': `docker.io/library/${text}` } });
  const it = await scene(
    below(
      'build#1/out',
      layout.layout(unnamed!, { ...named!, ...name('shop:latest') }, { ...other!, ...name('shop:1') }),
    ),
  );
  const unclear = await it.step({ images: 'oci:build#1/out => shop:1' });
  const offered = [...unclear.errors.join().matchAll(/#\S+/g)]
    .map(([text]) => text)
    .filter((text) => !text.startsWith('#1/out'));
  expect(offered).toEqual([`#${unnamed!.digest}`, '#docker.io/library/shop:latest', '#docker.io/library/shop:1']);
  for (const [at, { digest }] of [unnamed!, named!, other!].entries()) {
    const result = await it.step({ images: `oci:build#1/out${offered[at]} => shop:${at}` });
    expect([result.errors, result.outputs['image-digest']]).toEqual([[], digest]);
  }
  const short = await it.step({ images: 'oci:build#1/out#shop => shop:x\noci:build#1/out:shop:1 => shop:y' });
  expect([short.errors, short.outputs['image-digest']]).toEqual([[], named!.digest]);
  expect(await it.puller.digest('shop', 'y')).toBe(other!.digest);
});

test('a provenance that names the digest stays true: its image is not compressed, unless attestations are stripped', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one'], { compressed: false });
  const index = layout.index([image, layout.attestation(image)]);
  const it = await scene(below('out', layout.layout(index)));
  const kept = await it.step({ images: 'oci:out => shop:1' });
  expect([kept.errors, kept.outputs['image-digest']]).toEqual([[], index.digest]);
  expect(kept.log).toContain('layers stay uncompressed');
  const stripped = await it.step({ images: 'oci:out => shop:2', 'image-attestations': 'strip' });
  expect(stripped.errors).toEqual([]);
  expect((await pulled(it, 'shop', '2')).manifest.layers[0].mediaType).toMatch(/gzip$/);
});

test('one tag under two spellings of the registry is given twice', async () => {
  const layout = new LayoutBuilder();
  const it = await scene(below('out', layout.layout(await layout.image(['one']))));
  const host = new URL(it.puller.url).host;
  const result = await it.step({ images: `oci:out => shop:1\noci:out => ${host}/shop:1` });
  expect(result.errors.join()).toMatch(/shop:1 is given to another image in line 1/);
});

test('image-reuse-from with a host that no image goes to is told', async () => {
  const layout = new LayoutBuilder();
  const it = await scene(below('out', layout.layout(await layout.image(['one']))));
  const result = await it.step({
    images: 'oci:out => shop:1',
    'image-reuse-from': '444455556666.dkr.ecr.eu-west-1.amazonaws.com/base',
  });
  expect(result.errors.join()).toMatch(/image-reuse-from.*not in a registry that an image is pushed to/s);
});

test('nothing that was unpacked stays after a dry run', async () => {
  const it = await scene({ 'image.tar.gz': gzipSync(await gzipDockerSave(await savedImage(['one']))) });
  expect((await it.step({ images: 'image.tar.gz => shop:1', 'dry-run': 'true' })).errors).toEqual([]);
  expect(readdirSync(it.job.temp).filter((name) => name.startsWith('keyless-images'))).toEqual([]);
});

test.each<[string, (files: Record<string, Buffer>) => Record<string, Buffer>, string]>([
  [
    'a blob that does not match its digest',
    (files) => change(files, (bytes) => Buffer.from(bytes).fill(1, 3, 4)),
    'has different content',
  ],
  ['a blob with another size', (files) => change(files, (bytes) => bytes.subarray(1)), 'and should have'],
  ['a blob that is not there', (files) => change(files, () => undefined), 'does not hold the blob'],
])('%s is refused by name before anything is sent', async (_, damage, text) => {
  const layout = new LayoutBuilder();
  const files = layout.layout(await layout.image(['one', 'two']));
  const it = await scene(below('out', damage(files)));
  const result = await it.step({ images: 'oci:out => shop:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toContain(text);
  expect(result.errors.join()).toMatch(/images, line 1.*sha256:/s);
  expect(it.sandbox.log.of('registry', 'StartUpload')).toEqual([]);
});

/** Damages the last gzip layer of a layout. */
function change(files: Record<string, Buffer>, how: (bytes: Buffer) => Buffer | undefined): Record<string, Buffer> {
  const name = Object.keys(files).findLast((it) => files[it]![0] === 0x1f)!;
  const { [name]: bytes, ...others } = files;
  const damaged = how(bytes!);
  return damaged ? { ...others, [name]: damaged } : others;
}

test('a tar that is cut off is refused', async () => {
  const layout = new LayoutBuilder();
  const tar = await tarOf(layout.layout(await layout.image(['one'])));
  const it = await scene({ 'image.tar': tar.subarray(0, tar.length - 2048) });
  const result = await it.step({ images: 'image.tar => shop:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toContain('cut off');
});
