import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { type Described, LayoutBuilder, OCI_MANIFEST, tarOf } from '../../../harness/image.ts';
import { readImage } from '../../../src/images/archive/index.ts';
import {
  MAX_DEPTH,
  MAX_ENTRIES,
  MAX_JSON,
  MAX_MANIFEST,
  MAX_META,
  MAX_META_OF_ENTRY,
  MAX_TOTAL,
} from '../../../src/images/archive/limits.ts';
import { makeHasher } from '../../../src/images/model/hash.ts';
import { MAX_JSON_DEPTH, MAX_JSON_PARTS } from '../../../src/images/model/parsed-json.ts';
import { makeThreads } from '../../../src/images/model/threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyless-limits-'));
const threads = makeThreads(1);
const hasher = makeHasher(threads);
afterAll(() => {
  threads.close();
  rmSync(folder, { recursive: true, force: true });
});

function read(bytes: Buffer) {
  const path = join(folder, 'image.tar');
  writeFileSync(path, bytes);
  return readImage({ path, shown: 'image.tar' }, undefined, {
    workspace: folder,
    runnerTemp: undefined,
    temp: folder,
    hasher,
    signal: AbortSignal.timeout(20_000),
  });
}

/** A header of a tar and its content. */
function entry(type: string, name: string, content: Buffer): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(content.length.toString(8).padStart(11, '0'), 124);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([block, content, Buffer.alloc(-content.length & 511)]);
}

const withMeta = (...meta: Buffer[]) =>
  Buffer.concat([
    ...meta.map((content) => entry('x', 'pax', content)),
    entry('0', 'index.json', Buffer.from('{}')),
    Buffer.alloc(1024),
  ]);

/** An index of this many manifests, each a little larger than this many bytes and unlike the others. */
async function layoutOf(count: number, size: number): Promise<Buffer> {
  const layout = new LayoutBuilder();
  const nodes: Described[] = [];
  for (let at = 0; at < count; at++) {
    const { digest } = await layout.image([`content ${at}`]);
    const text = layout.files[`blobs/${digest.replace(':', '/')}`]!.toString();
    const large = `${text.slice(0, -1)},"annotations":{"x":"${'x'.repeat(size)}"}}`;
    nodes.push(layout.blob(large, OCI_MANIFEST));
  }
  return tarOf(layout.layout(layout.index(nodes)));
}

async function nested(depth: number): Promise<Buffer> {
  const layout = new LayoutBuilder();
  let node: Described = await layout.image(['content']);
  for (let level = 0; level < depth; level++) node = layout.index([node]);
  return tarOf(layout.layout(node));
}

/** Entries that hold nothing, as small as entries can be. */
function emptyEntries(count: number): Buffer {
  const one = entry('0', 'x', Buffer.alloc(0));
  return Buffer.concat([Buffer.alloc(count * one.length, one), Buffer.alloc(1024)]);
}

const index = (text: string | Buffer) => tarOf({ 'oci-layout': '{"imageLayoutVersion":"1.0.0"}', 'index.json': text });

test.each<[string, () => Promise<Buffer>, string]>([
  ['deep JSON', () => index('['.repeat(MAX_JSON_DEPTH + 1)), `nested more than ${MAX_JSON_DEPTH} deep`],
  ['two million levels', () => index('['.repeat(2_000_000)), `nested more than ${MAX_JSON_DEPTH} deep`],
  ['many lists', () => index(`[${'[],'.repeat(MAX_JSON_PARTS)}[]]`), `more than ${MAX_JSON_PARTS} objects and lists`],
  ['a large index.json', () => index(Buffer.alloc(MAX_JSON + 1, ' ')), `larger than ${MAX_JSON} bytes`],
  ['a large manifest', () => layoutOf(1, MAX_MANIFEST), `${MAX_MANIFEST} are taken`],
  ['large manifests together', () => layoutOf(17, MAX_MANIFEST - (1 << 16)), `more than ${MAX_TOTAL} bytes together`],
  ['indexes in indexes', () => nested(MAX_DEPTH + 2), `nested more than ${MAX_DEPTH} deep`],
  ['a long header', async () => withMeta(Buffer.alloc(MAX_META + 1)), `is ${MAX_META + 1} bytes long`],
  ['many entries', async () => emptyEntries(MAX_ENTRIES + 1), `more than ${MAX_ENTRIES} entries`],
  [
    'many headers',
    async () => withMeta(...Array.from({ length: 20_000 }, () => Buffer.from('12 path=abc\n'))),
    `more than ${MAX_META_OF_ENTRY} headers`,
  ],
])('%s ends in an error that names the limit', async (_what, make, message) => {
  await expect(read(await make())).rejects.toThrow(message);
});
