import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import {
  gzipDockerSave,
  oldDockerSave,
  type SavedImage,
  savedImage,
  tarWithLinks,
} from '../../../harness/docker-archive.ts';
import { below, digestOf, LayoutBuilder, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';
import { heldBy, plant, pulled, type Scene, scene } from './scene.ts';

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** A manifest with the build's config, and these layers instead of the build's. */
function manifestOf({ config }: SavedImage, layers: readonly Buffer[]) {
  return {
    schemaVersion: 2,
    mediaType: DOCKER_MANIFEST,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: layers.map((layer) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      digest: digestOf(layer),
      size: layer.length,
    })),
  };
}

async function plainScene(texts: readonly string[]): Promise<{ it: Scene; saved: SavedImage }> {
  const saved = await savedImage(texts);
  return { it: await scene({ 'image.tar': await oldDockerSave(saved, ['shop:1'], 'symlink') }), saved };
}

const planted = async () => gzipSync(await tarOf({ evil: 'planted' }));

test.each(['overwrite', 'fail', 'skip'])(
  "a tag that has the build's config beside another layer is not the build's image (image-tag-exists: %s)",
  async (rule) => {
    const { it, saved } = await plainScene(['base', 'app']);
    const layers = [gzipSync(saved.layers[0]!), await planted()];
    const digest = plant(heldBy(it.sandbox, 'shop'), '1', {
      manifest: manifestOf(saved, layers),
      blobs: [saved.config, ...layers],
    });
    const result = await it.step({ images: 'image.tar => shop:1, shop:2', 'image-tag-exists': rule });
    if (rule === 'fail') {
      expect(result.errors.join()).toContain('is another image');
      return;
    }
    expect(result.errors).toEqual([]);
    expect((await pulled(it, 'shop', '2')).diffIds).toEqual(saved.diffIds);
    if (rule === 'skip') expect(await it.puller.digest('shop', '1')).toBe(digest);
    else expect((await pulled(it, 'shop', '1')).diffIds).toEqual(saved.diffIds);
  },
);

type Planted = ReturnType<typeof manifestOf>;
const WRONG_FORMS: Readonly<Record<string, (manifest: Planted) => object>> = {
  'a layer type that no client knows': (it) => ({
    ...it,
    layers: it.layers.map((layer) => ({ ...layer, mediaType: 'text/evil+gzip' })),
  }),
  "OCI's layers in Docker's manifest": (it) => ({
    ...it,
    layers: it.layers.map((layer) => ({ ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' })),
  }),
  "an artifact's config type": (it) => ({
    ...it,
    config: { ...it.config, mediaType: 'application/vnd.oci.empty.v1+json' },
  }),
  'another size of the config': (it) => ({ ...it, config: { ...it.config, size: 3 } }),
  'another size of a layer': (it) => ({ ...it, layers: it.layers.map((layer) => ({ ...layer, size: 3 })) }),
  'another schema': (it) => ({ ...it, schemaVersion: 1 }),
  'a type that is not its own': (it) => ({ ...it, mediaType: 'application/vnd.oci.image.index.v1+json' }),
  'addresses of its layers': (it) => ({
    ...it,
    layers: it.layers.map((layer) => ({ ...layer, urls: ['https://evil.example.org/layer'] })),
  }),
};

test('a manifest of the right bytes in a form that no client pulls is not adopted', async () => {
  const { it, saved } = await plainScene(['base', 'app']);
  const layers = saved.layers.map((layer) => gzipSync(layer, { level: 9 }));
  const held = heldBy(it.sandbox, 'shop');
  const digests = Object.values(WRONG_FORMS).map((change, at) => {
    const digest = plant(held, `${at}`, {
      manifest: change(manifestOf(saved, layers)),
      blobs: [saved.config, ...layers],
    });
    held.manifests.set(digest, { ...held.manifests.get(digest)!, mediaType: DOCKER_MANIFEST });
    return digest;
  });
  const result = await it.step({ images: `image.tar => ${digests.map((_, at) => `shop:${at}`).join(', ')}` });
  expect(result.errors).toEqual([]);
  expect(digests).not.toContain(result.outputs['image-digest']);
  const { manifest, diffIds } = await pulled(it, 'shop', '0');
  expect(manifest).toEqual(manifestOf(saved, layers));
  expect(diffIds).toEqual(saved.diffIds);
  expect(new Set(held.tags.values()).size).toBe(1);
});

test("a layer that another image's config lists with another blob is not reused", async () => {
  const { it, saved } = await plainScene(['base', 'new app']);
  const old = await savedImage(['base', 'old app']);
  const layers = [await planted(), gzipSync(old.layers[1]!)];
  plant(heldBy(it.sandbox, 'shop'), 'latest', { manifest: manifestOf(old, layers), blobs: [old.config, ...layers] });
  expect((await it.step({ images: 'image.tar => shop:latest' })).errors).toEqual([]);
  expect((await pulled(it, 'shop', 'latest')).diffIds).toEqual(saved.diffIds);
});

test('a layer that another tool compressed is reused once it is proven, and what it was pushed with is adopted', async () => {
  const { it, saved } = await plainScene(['base', 'app']);
  const layers = saved.layers.map((layer) => gzipSync(layer, { level: 9 }));
  const digest = plant(heldBy(it.sandbox, 'shop'), '1', {
    manifest: manifestOf(saved, layers),
    blobs: [saved.config, ...layers],
  });
  const result = await it.step({ images: 'image.tar => shop:1, shop:2' });
  expect(result.errors).toEqual([]);
  expect(result.outputs['image-digest']).toBe(digest);
  expect(await it.puller.digest('shop', '2')).toBe(digest);
  expect(it.sandbox.log.of('registry', 'FinishUpload')).toEqual([]);
  expect(
    JSON.parse(result.outputs['iam-policy']!).Statement.flatMap((it: { Action: string[] }) => it.Action),
  ).toContain('ecr:GetDownloadUrlForLayer');
});

test('a role that may not read layers finds its own image by compressing it again', async () => {
  const { it, saved } = await plainScene(['base', 'app']);
  expect((await it.step({ images: 'image.tar => released:1' })).errors).toEqual([]);
  it.sandbox.faults.add({ kind: 'status', service: 'registry', action: 'GetBlob', status: 403, code: 'DENIED' });
  const again = await it.step({ images: 'image.tar => released:1' });
  it.sandbox.faults.clear();
  expect(again.errors).toEqual([]);
  expect(again.log).toContain('already');
  expect((await pulled(it, 'released', '1')).diffIds).toEqual(saved.diffIds);
});

test('a runner that does not reach the store of the blobs pushes, as its layers are compressed again', async () => {
  const saved = await savedImage(['base', 'app']);
  const files = { 'image.tar': await oldDockerSave(saved, ['shop:1'], 'symlink') };
  const closed = 'http://127.0.0.1:9';
  const it = await scene(files, { world: { ecr: { '111122223333': { 'eu-west-1': { blobStore: closed } } } } });
  expect((await it.step({ images: 'image.tar => released:1' })).errors).toEqual([]);
  const again = await it.step({ images: 'image.tar => released:1' }, { sleeps: 'skipped' });
  expect([again.errors, again.log.includes('already')]).toEqual([[], true]);
  expect(again.warnings).toEqual([expect.stringMatching(/compressed again: .* no answer from 127\.0\.0\.1:9/)]);
});

test.each<[string, (blobs: Map<string, Buffer>, digest: string) => void]>([
  ['damaged', (blobs, digest) => blobs.set(digest, Buffer.from(blobs.get(digest)!).fill(7, 12, 14))],
  ['cut off', (blobs, digest) => blobs.set(digest, blobs.get(digest)!.subarray(0, 20))],
  ['gone', (blobs, digest) => blobs.delete(digest)],
])(
  'a layer or config of the registry that is %s is sent again by the next push of the same image',
  async (_, damage) => {
    const { it, saved } = await plainScene(['base', 'app']);
    expect((await it.step({ images: 'image.tar => shop:1' })).errors).toEqual([]);
    const { manifest } = await pulled(it, 'shop', '1');
    for (const { digest } of [manifest.layers[1], manifest.config]) {
      damage(heldBy(it.sandbox, 'shop').blobs, digest);
      await expect(it.puller.pull('shop', '1')).rejects.toThrow('not there');
      expect((await it.step({ images: 'image.tar => shop:1' })).errors).toEqual([]);
      expect((await pulled(it, 'shop', '1')).diffIds).toEqual(saved.diffIds);
    }
  },
);

test('of an image that is there already, what the registry has lost is sent again: blobs, and images below an index', async () => {
  const layout = new LayoutBuilder();
  const images = [await layout.image(['amd']), await layout.image(['arm'], { architecture: 'arm64' })];
  const index = layout.index(images);
  const it = await scene(below('out', layout.layout(index)));
  expect((await it.step({ images: 'out => shop:1' })).errors).toEqual([]);
  const held = heldBy(it.sandbox, 'shop');
  const { layers } = JSON.parse(held.manifests.get(images[0]!.digest)!.bytes.toString());
  held.blobs.delete(layers[0].digest);
  held.manifests.delete(images[1]!.digest);
  expect((await it.step({ images: 'out => shop:1' })).errors).toEqual([]);
  expect(await it.puller.pull('shop', '1')).toEqual([index.digest, ...images.map(({ digest }) => digest)]);
});

test('new annotations of a manifest are pushed, though config and layers are the same', async () => {
  const push = async (it: Scene, name: string) => {
    expect((await it.step({ images: `oci:${name} => shop:1` })).errors).toEqual([]);
    return JSON.parse((await it.puller.get('/v2/shop/manifests/1')).body.toString());
  };
  const files = await Promise.all(
    [{}, { annotations: { 'org.opencontainers.image.revision': 'abc' } }].map(async (more, at) => {
      const layout = new LayoutBuilder();
      const image = await layout.image(['one'], { compressed: false });
      const made = JSON.parse(layout.files[`blobs/${image.digest.replace(':', '/')}`]!.toString());
      return below(`out${at}`, layout.layout(layout.json({ ...made, ...more }, OCI_MANIFEST)));
    }),
  );
  const it = await scene({ ...files[0], ...files[1] });
  const before = await push(it, 'out0');
  const after = await push(it, 'out1');
  expect(after.annotations).toEqual({ 'org.opencontainers.image.revision': 'abc' });
  expect(after.layers).toEqual(before.layers);
});

/** An OCI layout of one manifest, as it is. */
function artifact(fields: object, contents: readonly [Buffer, object][], config: [string, string]) {
  const layout = new LayoutBuilder();
  const layers = contents.map(([bytes, more]) => ({
    ...layout.blob(bytes, 'application/vnd.oci.image.layer.v1.tar'),
    ...more,
  }));
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, ...fields, config: layout.blob(...config), layers };
  const described = layout.json(manifest, OCI_MANIFEST);
  return { files: layout.layout(described), digest: described.digest };
}

const EMPTY: [string, string] = ['{}', 'application/vnd.oci.empty.v1+json'];

test('an OCI artifact is pushed byte for byte, and so is the next file under the same tag', async () => {
  const title = (name: string) => ({ annotations: { 'org.opencontainers.image.title': name } });
  const first = artifact({ artifactType: 'text/plain' }, [[Buffer.from('first file'), title('a')]], EMPTY);
  const second = artifact({ artifactType: 'text/plain' }, [[Buffer.from('second file'), title('a')]], EMPTY);
  const it = await scene({ ...below('a', first.files), ...below('b', second.files) });
  for (const [name, { digest }] of Object.entries({ a: first, b: second })) {
    const result = await it.step({ images: `oci:${name} => shop:file` });
    expect([result.errors, result.outputs['image-digest']]).toEqual([[], digest]);
    expect(await it.puller.pull('shop', 'file')).toEqual([digest]);
  }
});

test.each(['containerd.io/snapshot/nydus-blob', 'containerd.io/snapshot/overlaybd/blob-digest', 'example.org/format'])(
  'a layer with the annotation %s is pushed byte for byte',
  async (annotation) => {
    const tar = await tarOf({ file: 'x' });
    const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } };
    const { files, digest } = artifact(
      {},
      [[tar, { annotations: { [annotation]: 'true' } }]],
      [JSON.stringify(config), 'application/vnd.oci.image.config.v1+json'],
    );
    const it = await scene(below('out', files));
    const result = await it.step({ images: 'oci:out => shop:1' });
    expect([result.errors, result.outputs['image-digest']]).toEqual([[], digest]);
  },
);

test.each<[string, (layer: Buffer) => Buffer]>([
  ['a flipped bit', (layer) => Buffer.from(layer.map((byte, at) => (at === layer.length >> 1 ? byte ^ 1 : byte)))],
  ['a cut', (layer) => layer.subarray(0, layer.length - 5)],
  ['zeros after it', (layer) => Buffer.concat([layer, Buffer.alloc(512)])],
  ["another build's layer", () => gzipSync(Buffer.from('another build'))],
  ['a header that says zstd', (layer) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), layer])],
])('a compressed layer of a docker-archive with %s is refused by name before anything is sent', async (_, damage) => {
  const saved = await savedImage(['one', randomBytes(4000).toString('hex')]);
  const layers = saved.layers.map((layer) => gzipSync(layer));
  const files = {
    'config.json': saved.config,
    'a.tar.gz': layers[0]!,
    'b.tar.gz': damage(layers[1]!),
    'manifest.json': Buffer.from(JSON.stringify([{ Config: 'config.json', Layers: ['a.tar.gz', 'b.tar.gz'] }])),
  };
  const it = await scene({ 'image.tar': await tarWithLinks(files) });
  const result = await it.step({ images: 'docker-archive:image.tar => shop:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toMatch(/images, line 1.*b\.tar\.gz/s);
  expect(it.sandbox.log.of('registry', 'StartUpload')).toEqual([]);
});

test('good compressed layers of a docker-archive, of one gzip member or several, are pushed byte for byte', async () => {
  const saved = await savedImage(['one', 'two']);
  const it = await scene({ 'image.tar': await gzipDockerSave(saved) });
  expect((await it.step({ images: 'image.tar => shop:1' })).errors).toEqual([]);
  const { manifest, diffIds } = await pulled(it, 'shop', '1');
  expect(diffIds).toEqual(saved.diffIds);
  expect(manifest.layers.map(({ digest }: { digest: string }) => digest)).toEqual(
    saved.layers.map((layer) => digestOf(gzipSync(layer))),
  );
});
