import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { gzipDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { below, LayoutBuilder, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';
import { heldBy, pulled, scene } from './scene.ts';

/** Sources that are odd, and none of them hostile or broken by the build: what a step says of them, and what it makes of them. */

const index = (text: string) => ({
  'oci-layout': Buffer.from('{"imageLayoutVersion":"1.0.0"}'),
  'index.json': Buffer.from(text),
});

/** A layout whose manifest has another text. */
async function withManifest(change: (text: string) => string) {
  const layout = new LayoutBuilder();
  const { digest } = await layout.image(['one']);
  const text = layout.files[`blobs/${digest.replace(':', '/')}`]!.toString();
  return layout.layout(layout.blob(change(text), OCI_MANIFEST));
}

test('what is not read is named as it is, in one go, by the names that the workflow gave, in little memory', async () => {
  const damaged = await gzipDockerSave(await savedImage(['one', 'two']));
  damaged.fill(0, 540, 560);
  const it = await scene({
    'xz.tar.gz': Buffer.from('fd377a585a000004e6d6b446', 'hex'),
    'bz2.tar': Buffer.from('425a68393141592653590000', 'hex'),
    'artifact.tar': Buffer.from('504b0304140000000800', 'hex'),
    'lfs.tar': Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'),
    'packed.tar.gz': gzipSync(await tarOf({ 'readme.txt': 'not an image' })),
    'damaged.tar.gz': gzipSync(damaged),
    'cut.tar.zst': zstdCompressSync(await tarOf({ x: 'x'.repeat(1000) })).subarray(0, 60),
    ...below('large', await withManifest((text) => `${text.slice(0, -1)},"x":"${'x'.repeat(5 << 20)}"}`)),
    ...below('deep', await withManifest((text) => `${text.slice(0, -1)},"x":${'['.repeat(2e6)}${']'.repeat(2e6)}}`)),
    ...below('brackets', index(`{"manifests":[${'[],'.repeat(2.7e6)}[]]}`)),
  });
  const expected: Record<string, RegExp> = {
    'xz.tar.gz': /compressed with xz, which this action does not read/,
    'bz2.tar': /compressed with bzip2, which this action does not read/,
    'artifact.tar': /compressed with zip, which this action does not read/,
    'lfs.tar': /a pointer of Git LFS.*lfs: true/s,
    'packed.tar.gz': /packed\.tar\.gz/,
    'damaged.tar.gz': /damaged\.tar\.gz/,
    'cut.tar.zst': /cut\.tar\.zst.*zstd-compressed, and broken or cut off/s,
    'oci:large': /5\d{6} bytes long: 4194304 are taken/,
    'oci:deep': /nested more than 100 deep/,
    'oci:brackets': /index\.json .* more than 100000 objects and lists/,
  };
  let memory = 0;
  const result = await it.step(
    {
      images: Object.keys(expected)
        .map((source, at) => `${source} => shop:${at}`)
        .join('\n'),
    },
    {
      started: ({ pid }) => {
        const timer = setInterval(() => {
          try {
            memory = Math.max(
              memory,
              Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
            );
          } catch {
            clearInterval(timer);
          }
        }, 5);
      },
    },
  );
  expect(result.code).toBe(1);
  const said = result.errors.join('\n');
  for (const [at, text] of Object.values(expected).entries()) {
    const one = result.errors.find((error) => error.includes(`images, line ${at + 1}:`)) ?? said;
    expect(one).toMatch(text);
  }
  expect(said).not.toContain(it.job.temp);
  expect(said).not.toContain('a bug');
  expect(memory / 1024).toBeLessThan(200);
  expect(readdirSync(it.job.temp).filter((name) => name.startsWith('keyless-images'))).toEqual([]);
});

/** A frame that readers of zstd pass over: RFC 8878, 3.1.2. */
const SKIPPED = Buffer.from('502a4d18040000000badcafe', 'hex');

test('an archive of several zstd frames, a layer with an address and content, and a blob by SHA-512', async () => {
  const saved = await savedImage(['one', 'two']);
  const tar = await gzipDockerSave(saved);
  const parts = [tar.subarray(0, 700), tar.subarray(700, 1500), tar.subarray(1500)].map((part) =>
    zstdCompressSync(part),
  );
  const layout = new LayoutBuilder();
  const { digest } = await layout.image(['kept at home']);
  const manifest = JSON.parse(layout.files[`blobs/${digest.replace(':', '/')}`]!.toString());
  manifest.layers[0].urls = ['https://example.com/layer'];
  const [layer] = manifest.layers;
  const bytes = layout.files[`blobs/${layer.digest.replace(':', '/')}`]!;
  const sha512 = createHash('sha512').update(bytes).digest('hex');
  const long = { ...manifest, layers: [{ ...layer, digest: `sha512:${sha512}` }] };
  layout.files[`blobs/sha512/${sha512}`] = bytes;
  const it = await scene({
    'frames.tar.zst': Buffer.concat([SKIPPED, ...parts, SKIPPED]),
    ...below('urls', layout.layout(layout.json(manifest, OCI_MANIFEST))),
    ...below('long', layout.layout(layout.json(long, OCI_MANIFEST))),
  });
  const refused = await it.step({ images: 'oci:long => shop:1' });
  expect(refused.errors.join()).toMatch(/sha512:\w+…: ECR knows only SHA-256 digests/);
  expect(it.sandbox.log.of('registry', 'StartUpload')).toEqual([]);
  const result = await it.step({ images: 'frames.tar.zst => shop:frames\noci:urls => shop:urls' });
  expect(result.errors).toEqual([]);
  expect((await pulled(it, 'shop', 'frames')).diffIds).toEqual(saved.diffIds);
  expect(heldBy(it.sandbox, 'shop').blobs.get(layer.digest)).toEqual(bytes);
});

test('attestations of an index in an index are stripped, and its images joined with others', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['amd']);
  const [arm, ppc] = await Promise.all(
    ['arm64', 'ppc64le'].map((architecture) => layout.image([architecture], { architecture })),
  );
  const inner = layout.index([image, layout.attestation(image)]);
  const it = await scene({
    ...below('nested', layout.layout(layout.index([inner, arm!]))),
    ...below('ppc', layout.layout(ppc!)),
  });
  const strip = { 'image-attestations': 'strip' };
  const stripped = await it.step({ ...strip, images: 'oci:nested => shop:1' });
  expect([stripped.errors, (await it.puller.pull('shop', '1')).slice(1)]).toEqual([[], [image.digest, arm!.digest]]);
  const joined = await it.step({ ...strip, images: 'oci:nested + oci:ppc => shop:2' });
  const digests = [image, arm!, ppc!].map(({ digest }) => digest);
  expect([joined.errors, (await it.puller.pull('shop', '2')).slice(1)]).toEqual([[], digests]);
});
