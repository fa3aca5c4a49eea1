import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, expect, test } from '@jest/globals';
import { readImage } from '../../src/images/archive/index.ts';
import { MAX_UNPACKED } from '../../src/images/archive/limits.ts';
import { makeHasher } from '../../src/images/model/hash.ts';
import { makeThreads } from '../../src/images/model/threads.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyless-archives-'));
const threads = makeThreads(1);
const hasher = makeHasher(threads);
afterAll(() => {
  threads.close();
  rmSync(folder, { recursive: true, force: true });
});

const MIB = 1 << 20;

// Not in npm test: the first gibibyte is written to the disk, as it might be an image.
test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])(
  'a small archive of %s that becomes gigabytes is refused at the first one',
  async (_format, pack) => {
    // Packings of a mebibyte of zeros, one after the other: 4 GiB.
    const one = pack(Buffer.alloc(MIB));
    const path = join(folder, 'image.tar');
    writeFileSync(path, Buffer.alloc(one.length * 4096, one));
    expect(statSync(path).size).toBeLessThan(8 * MIB);
    const places = { workspace: folder, runnerTemp: undefined, temp: folder, hasher };
    const signal = new AbortController().signal;
    const read = readImage({ path, shown: 'image.tar' }, undefined, { ...places, signal });
    await expect(read).rejects.toThrow('the archive is refused: it becomes too large');
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(join(folder, name)).size,
    );
    expect(Math.max(...left)).toBeLessThan(MAX_UNPACKED + 8 * MIB);
  },
  180_000,
);
