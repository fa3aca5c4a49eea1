import { closeSync, createReadStream, createWriteStream, openSync, readSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { FileState } from './digest.ts';
import type { LocalFile } from './files.ts';

/** Brotli's best quality costs a second a megabyte; 9 is within some percent of it at a tenth of the time. */
const BROTLI_QUALITY = 9;

/**
 * Compresses a file to `path`; `undefined` when that does not make it smaller, or it is compressed already. The bytes
 * depend on the content alone (gzip's time field is 0), so that an unchanged file is known again.
 */
export async function compressed(
  file: LocalFile,
  encoding: 'gzip' | 'br',
  path: string,
): Promise<FileState | undefined> {
  if (file.size === 0 || isGzip(file.path)) return undefined;
  const compressor =
    encoding === 'gzip'
      ? createGzip({ level: constants.Z_BEST_COMPRESSION })
      : createBrotliCompress({
          params: {
            [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: file.size,
          },
        });
  await pipeline(createReadStream(file.path), compressor, createWriteStream(path));
  const { size, mtimeMs } = statSync(path);
  if (size < file.size) return { path, size, mtimeMs };
  await rm(path);
  return undefined;
}

export function isGzip(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const head = Buffer.alloc(2);
    return readSync(handle, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(handle);
  }
}
