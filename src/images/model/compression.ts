import type zlib from 'node:zlib';
import type { Compression } from './media-types.ts';

/**
 * Layers are compressed in blocks of this size, each a gzip member or zstd frame of its own: the bytes are the same for any
 * number of cores. Both formats are defined as a series of such parts: RFC 1952, 2.2 and RFC 8878, 3.1.
 */
export const BLOCK_SIZE = 2 << 20;

/** No block becomes larger: what cannot be compressed is stored, with some bytes for every 16 kB. */
export const MAX_COMPRESSED_BLOCK = BLOCK_SIZE + 2 ** 15;

/**
 * One block. gzip level 1 costs a third of level 6 and 3 to 6 % more bytes (docs/performance.md). Threads run it from its text, so
 * it names nothing from outside. The result is one
 * buffer of MAX_COMPRESSED_BLOCK bytes, no part of Node's pool: whoever has used it can let go of it.
 */
export function compressSync(
  { constants, gzipSync, zstdCompressSync }: typeof zlib,
  block: Buffer,
  to: Compression,
): Buffer {
  const chunkSize = 2 ** 21 + 2 ** 15;
  if (to === 'zstd') {
    const params = { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 };
    return zstdCompressSync(block, { params, chunkSize });
  }
  const member = gzipSync(block, { level: 1, memLevel: 9, chunkSize });
  // The header's byte for the operating system differs between platforms; 255 is "unknown".
  member[9] = 255;
  return member;
}
