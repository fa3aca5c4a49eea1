import { closeSync, createWriteStream, readSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { type FileState, mustBeSame, openSame, openSameSync, stateOf } from '../../base/same-file.ts';

/** Brotli's best quality costs a second a megabyte; 9 is within some percent of it at a tenth of the time. */
const BROTLI_QUALITY = 9;

/**
 * Compresses a file to `path`; `undefined` when that does not make it smaller, or it is compressed already. The bytes
 * depend on the content alone (gzip's time field is 0), so that an unchanged file is known again.
 */
export async function compressed(
  file: FileState,
  encoding: 'gzip' | 'br',
  path: string,
): Promise<FileState | undefined> {
  if (file.size === 0 || isGzip(file)) return undefined;
  const compressor =
    encoding === 'gzip'
      ? createGzip({ level: constants.Z_BEST_COMPRESSION })
      : createBrotliCompress({
          params: {
            [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: file.size,
          },
        });
  const handle = await openSame(file);
  try {
    await pipeline(handle.createReadStream({ autoClose: false }), compressor, createWriteStream(path));
    mustBeSame(await handle.stat(), file);
  } finally {
    await handle.close();
  }
  const made = stateOf(path, statSync(path));
  if (made.size < file.size) return made;
  await rm(path);
  return undefined;
}

export function isGzip(file: FileState): boolean {
  const handle = openSameSync(file);
  try {
    const head = Buffer.alloc(2);
    return readSync(handle, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}
