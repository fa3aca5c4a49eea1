import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Problem } from '../../base/problem.ts';
import { explainFull } from '../model/disk.ts';
import type { Hasher } from '../model/hash.ts';
import type { Compression } from '../model/media-types.ts';
import { type Archive, folderArchive } from './archive.ts';
import { indexTar } from './tar.ts';

/** Where archives are looked up, and where one that is compressed as a whole is unpacked. */
export interface Places {
  readonly workspace: string;
  /** An existing folder that the caller removes. */
  readonly temp: string;
  readonly hasher: Hasher;
  readonly signal: AbortSignal;
}

/**
 * Opens a folder or a tar. A tar that is compressed as a whole (nix, `docker save | gzip`) is decompressed beside, since a
 * compressed stream cannot be read from the middle.
 */
export async function openArchive(path: string, { workspace, temp, signal }: Places): Promise<Archive> {
  if ((await stat(path)).isDirectory()) return folderArchive(path, workspace);
  const outer = await compressionOf(path);
  if (outer === undefined) return indexTar(path);
  const unpacked = join(await mkdtemp(join(temp, 'archive-')), 'image.tar');
  try {
    const inflate = outer === 'gzip' ? createGunzip() : createZstdDecompress();
    await pipeline(createReadStream(path), inflate, createWriteStream(unpacked, { mode: 0o600 }), { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    const full = explainFull(thrown, unpacked);
    if (full instanceof Problem) throw full;
    throw new Problem({
      what: `The archive cannot be decompressed`,
      on: path,
      why: `it is ${outer}-compressed, and broken or cut off`,
      fix: 'make the archive anew',
      cause: thrown,
    });
  }
  return { ...(await indexTar(unpacked)), path };
}

/** By the first bytes, whatever the file is called. */
export async function compressionOf(path: string, at = 0): Promise<Compression | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, at);
    if (buffer[0] === 0x1f && buffer[1] === 0x8b) return 'gzip';
    return buffer.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : undefined;
  } finally {
    await file.close();
  }
}
