import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, oldDockerSave, savedImage, tarWithLinks } from '../../../harness/docker-archive.ts';
import { LayoutBuilder, tarOf } from '../../../harness/image.ts';
import { Problem } from '../../../src/base/problem.ts';
import { stateOf } from '../../../src/base/same-file.ts';
import { buildOutputs } from '../../../src/images/archive/archive.ts';
import { readImage } from '../../../src/images/archive/index.ts';
import { indexTar } from '../../../src/images/archive/tar.ts';
import { makeHasher } from '../../../src/images/model/hash.ts';
import { makeThreads } from '../../../src/images/model/threads.ts';

let folder: string;
const threads = makeThreads(1);
const hasher = makeHasher(threads);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-archive-'));
});

afterAll(() => {
  threads.close();
  rmSync(folder, { recursive: true, force: true });
});

const looked = (path: string) => stateOf(path, statSync(path));

function written(bytes: Buffer): string {
  const path = join(folder, 'image.tar');
  writeFileSync(path, bytes);
  return path;
}

const read = (bytes: Buffer) =>
  readImage({ path: written(bytes), shown: 'image.tar' }, undefined, {
    workspace: folder,
    runnerTemp: undefined,
    temp: folder,
    hasher,
    signal: AbortSignal.timeout(20_000),
  });

test('an archive of few bytes that names manifests without end is refused', async () => {
  const layout = new LayoutBuilder();
  let node = await layout.image(['content']);
  for (let level = 0; level < 5; level++) node = layout.index(Array.from({ length: 30 }, () => node));
  await expect(read(await tarOf(layout.layout(node)))).rejects.toThrow('more than 1000 manifests');
});

test('an image that a docker-archive lists under two names is one', async () => {
  const saved = await savedImage(['one']);
  const names = { Config: 'config.json', Layers: ['layer.tar'] };
  const manifest = [
    { ...names, RepoTags: ['shop:1'] },
    { ...names, RepoTags: ['shop:2'] },
  ];
  const files = { 'config.json': saved.config, 'layer.tar': saved.layers[0]! };
  const node = await read(await tarOf({ ...files, 'manifest.json': JSON.stringify(manifest) }));
  expect(node).toMatchObject({ kind: 'image', diffIds: saved.diffIds });
});

test('which image of a layout is to be pushed is told with what each is', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one']);
  const others = [
    { artifactType: 'application/spdx+json' },
    { annotations: { kind: 'dev.cosignproject.cosign/sigs' } },
  ];
  const blobs = others.map((more, at) => ({ ...layout.blob(`artifact ${at}`, image.mediaType), ...more }));
  const choice = /linux\/amd64.*application\/spdx\+json.*dev\.cosignproject\.cosign\/sigs/s;
  await expect(read(await tarOf(layout.layout(image, ...blobs)))).rejects.toThrow(choice);
});

test('what nix and guix leave in the workspace are links to their stores', () => {
  expect(buildOutputs(folder)).toEqual(['/nix/store', '/gnu/store']);
});

test.each<[string, Record<string, Entry>, string]>([
  ['a name that leaves the archive', { '../evil': Buffer.from('x') }, 'leaves the archive'],
  ['an absolute name', { '/etc/passwd': Buffer.from('x') }, 'leaves the archive'],
  ['a link that leaves the archive', { 'index.json': { symlink: '../../etc/passwd' } }, 'leaves the archive'],
  ['an absolute link', { 'index.json': { symlink: '/etc/passwd' } }, 'leaves the archive'],
  ['links in a ring', { 'index.json': { symlink: 'b' }, b: { symlink: 'index.json' } }, 'leads back to itself'],
  ['nothing of an image', { readme: Buffer.from('x') }, 'neither the index.json'],
  [
    'only files',
    { 'app/manifest.json': Buffer.from('x'), 'app/x.tar': Buffer.from('x') },
    'docker export, and type=tar',
  ],
  [
    'a layout in a folder',
    { 'out/oci-layout': Buffer.from('{}'), 'out/index.json': Buffer.from('{}') },
    'tar -C out -cf image.tar',
  ],
  ['an archive in an archive', { 'image.tar': Buffer.from('x') }, 'it holds image.tar'],
  ['no JSON', { 'index.json': Buffer.from('secret{') }, 'is not JSON'],
  [
    'JSON of another form',
    { 'index.json': Buffer.from('{"manifests":[{"digest":"../../x"}]}') },
    'something other than descriptors',
  ],
  [
    'a docker-archive without a config',
    { 'manifest.json': Buffer.from('[{"Config":"c","Layers":[]}]') },
    'does not hold the config',
  ],
])('%s is refused by name', async (_, entries, text) => {
  await expect(read(await tarWithLinks(entries))).rejects.toThrow(text);
  await expect(read(await tarWithLinks(entries))).rejects.not.toThrow('secret');
});

test('a size over 8 GiB in base 256 is a cut-off archive, not a small file', async () => {
  const tar = await tarOf({ big: 'x' });
  tar[124] = 0x80;
  tar.fill(0, 125, 136);
  tar.writeUIntBE(0x300000000, 130, 6);
  tar.write('        ', 148);
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  await expect(indexTar(looked(written(tar)))).rejects.toThrow('cut off inside "big"');
});

test('long names, in pax records', async () => {
  const name = `${'deep/'.repeat(60)}file`;
  const archive = await indexTar(looked(written(await tarOf({ [name]: 'content' }))));
  expect(archive.names).toEqual([name]);
  expect(archive.find(name)?.size).toBe(7);
});

/** Good archives, to be damaged. */
async function archives(): Promise<Buffer[]> {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one', 'two']);
  const saved = await savedImage(['one', 'one']);
  return [
    await tarOf(layout.layout(layout.index([image, layout.attestation(image)]))),
    await oldDockerSave(saved, ['shop:1'], 'symlink'),
  ];
}

test('damaged archives end in a named problem or are read; nothing crashes, hangs, or writes outside', async () => {
  const good = await archives();
  const damage = fc.record({
    which: fc.nat(good.length - 1),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    edits: fc.array(
      fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.uint8Array({ minLength: 1, maxLength: 16 })),
      { maxLength: 6 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ which, cut, edits }) => {
      const bytes = Buffer.from(good[which]!);
      for (const [at, values] of edits)
        bytes.set(values.slice(0, bytes.length - Math.floor(at * bytes.length)), Math.floor(at * bytes.length));
      await expectProblemOrImage(cut === null ? bytes : bytes.subarray(0, Math.floor(cut * bytes.length)));
    }),
    { numRuns: 300 },
  );
  expect(readdirSync(folder)).toEqual(['image.tar']);
}, 60_000);

test('archives of any names, links and JSON end in a named problem or are read', async () => {
  const name = fc.constantFrom(
    'index.json',
    'manifest.json',
    'oci-layout',
    'a',
    'b',
    'blobs/sha256/x',
    '../x',
    './a',
    'a/../../b',
  );
  const json = fc.oneof(fc.json(), fc.constant('{"manifests":[]}'), fc.constant('[{"Config":"a","Layers":["b"]}]'));
  const entry = fc.oneof(
    json.map((text): Entry => Buffer.from(text)),
    name.map((symlink): Entry => ({ symlink })),
    name.map((hardlink): Entry => ({ hardlink })),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(name, entry, { maxKeys: 6, noNullPrototype: true }), async (entries) => {
      await expectProblemOrImage(await tarWithLinks(entries));
    }),
    { numRuns: 300 },
  );
}, 60_000);

async function expectProblemOrImage(bytes: Buffer): Promise<void> {
  try {
    const node = await read(bytes);
    expect(['image', 'index']).toContain(node.kind);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Problem);
  }
}
