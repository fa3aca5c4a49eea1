import { promisify } from 'node:util';
import { constants, gzip as gzipCallback, zstdCompress as zstdCallback } from 'node:zlib';
import type { Compression } from '../model/media-types.ts';

const gzip = promisify(gzipCallback);
const zstd = promisify(zstdCallback);

/**
 * Layers are compressed in blocks of this size, each a gzip member or zstd frame of its own: the bytes are the same for any
 * number of cores. Both formats are defined as a series of such parts: RFC 1952, 2.2 and RFC 8878, 3.1.
 */
export const BLOCK_SIZE = 2 << 20;

/** Output comes in buffers of this size; Node's 16 kB would go to and from its pool a hundred times for each block. */
const CHUNK_SIZE = 1 << 20;

/** One block, on a thread of Node's pool. gzip level 1 costs a third of level 6 and 3 to 6 % more bytes (docs/performance.md). */
export async function compressBlock(block: Buffer, to: Compression): Promise<Buffer> {
  if (to === 'zstd') {
    const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
    return zstd(block, { params, chunkSize: CHUNK_SIZE });
  }
  const member = await gzip(block, { level: 1, memLevel: 9, chunkSize: CHUNK_SIZE });
  // The header's byte for the operating system differs between platforms; 255 is "unknown".
  member[9] = 255;
  return member;
}
