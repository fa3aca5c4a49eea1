import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { below, LayoutBuilder, tarOf } from '../../../harness/image.ts';
import { scene } from './scene.ts';

test("bazel's links to blobs are followed within the workspace, and nowhere else", async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one']);
  const files = layout.layout(image);
  const [blob] = Object.keys(files).filter((name) => name.startsWith('blobs/'));
  const { [blob!]: content, ...others } = files;
  const it = await scene({ ...below('out', others), 'bazel-out/blob': content! });
  symlinkSync('../../../bazel-out/blob', join(it.job.workspace, 'out', blob!));
  expect((await it.step({ images: 'oci:out => shop:1' })).errors).toEqual([]);
  expect(await it.puller.pull('shop', '1')).toEqual([image.digest]);

  // A link to a file that is not the blob leads nowhere: only who knows all of a file can name its digest.
  const outside = await scene(below('out', others));
  writeFileSync(join(outside.job.temp, '..', 'secret'), Buffer.alloc(content!.length, 1));
  symlinkSync('../../../../secret', join(outside.job.workspace, 'out', blob!));
  const result = await outside.step({ images: 'oci:out => shop:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toContain('has different content');
  expect(outside.sandbox.log.of('registry', 'StartUpload')).toEqual([]);
});

test('an image of an index whose link leads nowhere is missing, and not one that was never pulled', async () => {
  const layout = new LayoutBuilder();
  const images = [await layout.image(['here']), await layout.image(['gone'], { architecture: 'arm64' })];
  const { [`out/blobs/${images[1]!.digest.replace(':', '/')}`]: _, ...files } = below(
    'out',
    layout.layout(layout.index(images)),
  );
  const it = await scene(files);
  symlinkSync('../../../nowhere', join(it.job.workspace, 'out/blobs', images[1]!.digest.replace(':', '/')));
  const { errors } = await it.step({ images: 'oci:out => shop:1' });
  expect(errors.join()).toMatch(
    /the link of sha256:.* leads to a file that is not there.*remote_download_outputs=all/s,
  );
});

test('bazel-bin leads out of the workspace, and its outputs are links to each other', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one']);
  const files = layout.layout(image);
  const it = await scene({});
  const bin = join(it.job.workspace, '../cache/_bazel/0a/execroot/_main/bazel-out/k8-fastbuild/bin');
  for (const [path, content] of Object.entries(files)) {
    const isBlob = path.startsWith('blobs/');
    const file = isBlob ? join(bin, 'layers', path.replaceAll('/', '_')) : join(bin, 'image', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    mkdirSync(dirname(join(bin, 'image', path)), { recursive: true });
    if (isBlob) symlinkSync(file, join(bin, 'image', path));
  }
  writeFileSync(join(bin, 'tarball.tar'), await tarOf(files));
  symlinkSync(bin, join(it.job.workspace, 'bazel-bin'));
  expect((await it.step({ images: 'oci:bazel-bin/image => shop:1\nbazel-bin/tarball.tar => shop:2' })).errors).toEqual(
    [],
  );
  expect(await it.puller.pull('shop', '1')).toEqual([image.digest]);
  expect(await it.puller.pull('shop', '2')).toEqual([image.digest]);
});

test.each(['out', 'image.tar', 'out/index.json'])(
  'a link %s that leads out of the workspace is refused',
  async (name) => {
    const layout = new LayoutBuilder();
    const files = layout.layout(await layout.image(['one']));
    const it = await scene(
      name === 'out/index.json' ? below('out', { ...files, 'index.json': Buffer.from('{}') }) : {},
    );
    const elsewhere = join(it.job.workspace, '../elsewhere');
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(elsewhere, path)), { recursive: true });
      writeFileSync(join(elsewhere, path), content);
    }
    writeFileSync(join(elsewhere, 'image.tar'), await tarOf(files));
    rmSync(join(it.job.workspace, name), { force: true });
    const to = {
      out: elsewhere,
      'image.tar': join(elsewhere, 'image.tar'),
      'out/index.json': join(elsewhere, 'index.json'),
    };
    symlinkSync(to[name as keyof typeof to], join(it.job.workspace, name));
    const result = await it.step({ images: `${name === 'image.tar' ? 'image.tar' : 'oci:out'} => shop:1` });
    expect(result.code).toBe(1);
    expect(result.errors.join()).toContain('leads out of the workspace');
    expect(it.sandbox.log.of('registry', 'StartUpload')).toEqual([]);
  },
);
