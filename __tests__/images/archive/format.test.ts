import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOf, LayoutBuilder, OCI_INDEX, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';
import { readImage } from '../../../src/images/archive/index.ts';
import { makeHasher } from '../../../src/images/model/hash.ts';
import { imagesOf } from '../../../src/images/model/image.ts';
import { makeThreads } from '../../../src/images/model/threads.ts';

let folder: string;
const threads = makeThreads(1);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-format-'));
});

afterAll(() => {
  threads.close();
  rmSync(folder, { recursive: true, force: true });
});

function read(bytes: Buffer, pick?: string) {
  const path = join(folder, 'image.tar');
  writeFileSync(path, bytes);
  const places = { workspace: folder, runnerTemp: undefined, temp: folder, hasher: makeHasher(threads) };
  return readImage({ path, shown: 'image.tar' }, pick, { ...places, signal: AbortSignal.timeout(20_000) });
}

const utf16 = (bytes: Buffer) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString('latin1'), 'utf16le')]);

test.each<[string, Buffer, RegExp]>([
  ['a script', Buffer.from('#!/nix/store/python3\n'), /is a script, and not the archive.*\.\/result > image\.tar/s],
  ['a web page', Buffer.from('<!DOCTYPE html>'.padEnd(3000)), /is a web page.*curl --fail/s],
  ['JSON of nix2container', Buffer.from('{"version":1}'), /is JSON.*copyTo -- oci:DIR/s],
  ['what PowerShell wrote by >', utf16(Buffer.from('manifest.json')), /PowerShell.*docker save -o/s],
  ['gzip that became text', Buffer.from(gzipSync('x').toString('utf8')), /PowerShell.*docker save -o/s],
  ['an empty file', Buffer.from(''), /the file is empty/],
  ['something else', Buffer.from('archive'.padEnd(600)), /cannot be read.*it is not a tar/s],
])('%s in the place of an archive is named', async (_, bytes, text) => {
  await expect(read(bytes)).rejects.toThrow(text);
});

/** A docker-archive of one layer with a file in it. */
async function archiveWith(name: string): Promise<Buffer> {
  const layer = await tarOf({ [name]: 'content' });
  const config = { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } };
  const manifest = [{ Config: 'c.json', RepoTags: ['shop:1'], Layers: ['l.tar'] }];
  return tarOf({ 'c.json': JSON.stringify(config), 'l.tar': layer, 'manifest.json': JSON.stringify(manifest) });
}

test.each(['version https://git-lfs', 'BZh', 'PK\x03\x04', '#!run', '<x', '{x'])(
  'a layer whose first file is called %j is a layer',
  async (name) => {
    await expect(read(await archiveWith(name))).resolves.toMatchObject({ kind: 'image', layers: [{}] });
  },
);

test('an image without layers is read as one, by docker save and by tools in Go', async () => {
  const config = '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":null}}';
  for (const layers of [null, []]) {
    const manifest = JSON.stringify([{ Config: 'c.json', RepoTags: null, Layers: layers }]);
    const node = await read(await tarOf({ 'c.json': config, 'manifest.json': manifest }));
    expect(node).toMatchObject({ kind: 'image', layers: [] });
  }
  const layout = new LayoutBuilder();
  const described = layout.blob(config, 'application/vnd.oci.image.config.v1+json');
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: described, layers: null };
  const files = layout.layout(layout.json(manifest, OCI_MANIFEST));
  expect(await read(await tarOf(files))).toMatchObject({ kind: 'image', layers: [], manifest: { layers: [] } });
});

test.each(['null', '[]', ' null\n'])(
  'a docker-archive whose manifest.json is %j is of a kaniko without --destination',
  async (text) => {
    await expect(read(await tarOf({ 'manifest.json': text }))).rejects.toThrow(
      /lists no images.*--destination is missing/s,
    );
  },
);

test('the index of several platforms that apko leaves in a docker-archive, and one image of it by its name', async () => {
  const layout = new LayoutBuilder();
  const files: Record<string, Buffer | string> = {};
  const entries: object[] = [];
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const image = await layout.image([architecture], { architecture });
    const blob = (digest: string) => layout.files[`blobs/${digest.replace(':', '/')}`]!;
    const { config, layers } = JSON.parse(blob(image.digest).toString());
    const layer = `${layers[0].digest.slice(7)}.tar.gz`;
    Object.assign(files, { [config.digest]: blob(config.digest), [layer]: blob(layers[0].digest) });
    files[image.digest] = blob(image.digest);
    entries.push({ Config: config.digest, RepoTags: [`shop:1-${architecture}`], Layers: [layer] });
    manifests.push(image);
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
  const tar = await tarOf({ ...files, 'manifest.json': JSON.stringify(entries), 'index.json': index });
  const node = await read(tar);
  expect([node.descriptor.digest, imagesOf(node).map(({ descriptor }) => descriptor.digest)]).toEqual([
    digestOf(index),
    manifests.map(({ digest }) => digest),
  ]);
  const one = await read(tar, 'shop:1-arm64');
  expect(one).toMatchObject({
    kind: 'image',
    config: { descriptor: { digest: (entries[1] as { Config: string }).Config } },
  });
});
