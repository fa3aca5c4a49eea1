import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stateOf } from '../../../src/base/same-file.ts';
import { digestOf } from '../../../src/images/model/descriptor.ts';
import { makeHasher } from '../../../src/images/model/hash.ts';
import { makeThreads } from '../../../src/images/model/threads.ts';

const threads = makeThreads(1);
const hasher = makeHasher(threads);
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyless-hash-'));
});

afterAll(() => {
  threads.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A file that begins with some bytes and goes on with zeros, which take no room on the disk. */
function file(name: string, size: number) {
  const path = join(folder, name);
  writeFileSync(path, name);
  truncateSync(path, size);
  const content = { file: stateOf(path, statSync(path)), start: 2, size: size - 2 };
  return { content, bytes: Buffer.concat([Buffer.from(name), Buffer.alloc(size)]) };
}

test.each([
  ['nothing', 2],
  ['a config', 1000],
  ['a layer, with a thread of its own', (64 << 20) + 100],
] as const)('%s has the digest of its bytes, by either algorithm', async (name, size) => {
  const { content, bytes } = file(name, size);
  const own = bytes.subarray(2, size);
  expect(await hasher.hash(content)).toBe(digestOf(own));
  expect(await hasher.hash(content, 'sha512')).toBe(digestOf(own, 'sha512'));
});

test.each([1000, 65 << 20])('a file of %d bytes that is gone fails by its name, and holds up nothing', async (size) => {
  const { content, bytes } = file('next', 100);
  const gone = { ...content.file, path: join(folder, 'gone') };
  await expect(hasher.hash({ file: gone, start: 0, size })).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await hasher.hash({ ...content, start: 0, size: 100 })).toBe(digestOf(bytes.subarray(0, 100)));
});

test('what another pass has found is not read again', async () => {
  const content = { ...file('read', 7).content, start: 0 };
  hasher.learn(content, 'sha256:abc');
  expect(await hasher.hash(content)).toBe('sha256:abc');
});
