import { createWriteStream, statSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { fenced } from '../../base/path-fence.ts';
import { Problem } from '../../base/problem.ts';
import { type FileState, mustBeSame, openSame, stateOf } from '../../base/same-file.ts';
import { formatBytes } from '../../base/units.ts';
import { diskFull } from '../model/disk-full.ts';
import type { Hasher } from '../model/hash.ts';
import type { Compression } from '../model/media-types.ts';
import { zstdFrames } from '../model/zstd-frames.ts';
import { type Archive, buildOutputs, folderArchive } from './archive.ts';
import { compressionOf, mustBeArchive, unreadCompression } from './format.ts';
import { MAX_RATIO, MAX_UNPACKED } from './limits.ts';
import { indexTar } from './tar.ts';

/** Where archives are looked up, and where one that is compressed as a whole is unpacked. */
export interface Places {
  readonly workspace: string;
  /** RUNNER_TEMP: an earlier step may have left an archive there. */
  readonly runnerTemp: string | undefined;
  /** An existing folder that the caller removes. */
  readonly temp: string;
  readonly hasher: Hasher;
  readonly signal: AbortSignal;
}

/** A folder or file, and how it is called in messages. */
export interface Located {
  readonly path: string;
  readonly shown: string;
  /** Saved by the step itself, outside of what the repository may lead to. */
  readonly isOwn?: boolean;
}

/**
 * Opens a folder or a tar. A tar that is compressed as a whole (nix, `docker save | gzip`) is decompressed beside, since a
 * compressed stream cannot be read from the middle.
 */
export async function openArchive(located: Located, places: Places): Promise<Archive> {
  const { path, shown } = located;
  const fence = { workspace: places.workspace, temp: places.runnerTemp, also: buildOutputs(path) };
  const found = located.isOwn ? undefined : fenced(path, fence);
  if (!located.isOwn && !found)
    throw new Problem({
      what: 'there is no such file or folder',
      on: shown,
      fix: 'look at the step that should have made it; paths are relative to the workspace',
    });
  if (found?.stats.isDirectory()) return { ...folderArchive(path, fence), path: shown };
  const file = stateOf(path, found?.stats ?? statSync(path));
  await mustBeArchive(file, shown);
  const outer = await compressionOf(file);
  if (outer === undefined) return indexTar(file, shown);
  if (outer !== 'gzip' && outer !== 'zstd') throw unreadCompression(shown, outer);
  return indexTar(await unpack({ file, shown }, outer, places), shown);
}

/** Writes what a file decompresses to beside. */
async function unpack(
  { file, shown }: { readonly file: FileState; readonly shown: string },
  outer: Compression,
  { temp, signal }: Places,
): Promise<FileState> {
  const unpacked = join(await mkdtemp(join(temp, 'archive-')), 'image.tar');
  const handle = await openSame(file);
  const source = handle.createReadStream({ highWaterMark: 256 << 10, autoClose: false });
  const bounded = async function* (chunks: AsyncIterable<Buffer>) {
    let size = 0;
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > MAX_UNPACKED && size > MAX_RATIO * source.bytesRead) throw bomb(shown, size, source.bytesRead);
      yield chunk;
    }
  };
  const target = createWriteStream(unpacked, { mode: 0o600 });
  try {
    if (outer === 'gzip') await pipeline(source, createGunzip(), bounded, target, { signal });
    else await pipeline(source, zstdFrames, createZstdDecompress(), bounded, target, { signal });
    mustBeSame(await handle.stat(), file);
    return stateOf(unpacked, statSync(unpacked));
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof Problem) throw thrown;
    const full = diskFull(thrown, unpacked);
    if (full instanceof Problem) throw full;
    throw new Problem({
      what: 'the archive cannot be decompressed',
      on: shown,
      why: `it is ${outer}-compressed, and broken or cut off`,
      fix: 'make the archive again',
      cause: thrown,
    });
  } finally {
    await handle.close();
  }
}

function bomb(on: string, size: number, read: number): Problem {
  return new Problem({
    what: 'the archive is refused: it becomes too large',
    on,
    why: `${formatBytes(read)} of it became ${formatBytes(size)}, and an archive may become ${formatBytes(MAX_UNPACKED)}, or ${MAX_RATIO} times as large`,
    fix: 'if it is what you built, decompress it before this step',
  });
}
