import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from './media-types.ts';
import { zstdFrames } from './zstd-frames.ts';

/** A compressed layer, read once. */
export interface Unpacked {
  /** `sha256:…` of its bytes. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** `sha256:…` of its plain tar; undefined: it is damaged, cut off or followed by something else, or becomes too large. */
  readonly diffId: string | undefined;
  readonly isTooLarge: boolean;
}

/** Layers that are unpacked at a time: as many as Node's pool has threads. */
export const UNPACKED_AT_ONCE = 4;

/** Larger pieces cost memory, smaller ones turns of the loop. */
const CHUNK_SIZE = 512 << 10;

/**
 * Decompresses a layer and keeps nothing of it. All of it is read also where it is damaged, for its digest.
 * @param chunks must not be overwritten later
 * @param maxPlain bytes of the plain tar after which it is given up
 * @throws what reading the chunks throws
 */
export async function unpack(
  chunks: AsyncIterable<Buffer>,
  { compression, maxPlain }: { readonly compression: Compression; readonly maxPlain: number },
): Promise<Unpacked> {
  const [packed, plain] = [createHash('sha256'), createHash('sha256')];
  const source = chunks[Symbol.asyncIterator]();
  let [size, plainSize, isLost] = [0, 0, false];
  const next = async () => {
    try {
      const result = await source.next();
      if (result.done) return undefined;
      packed.update(result.value);
      size += result.value.length;
      return result.value;
    } catch (thrown) {
      isLost = true;
      throw thrown;
    }
  };
  // A generator of its own, so that a decompressor that fails does not close what is still to be read.
  async function* read() {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) yield chunk;
  }
  const isGzip = compression === 'gzip';
  const inflate = isGzip ? createGunzip({ chunkSize: CHUNK_SIZE }) : createZstdDecompress({ chunkSize: CHUNK_SIZE });
  let isWhole = false;
  try {
    await pipeline(isGzip ? read() : zstdFrames(read()), inflate, async (pieces) => {
      for await (const piece of pieces as AsyncIterable<Buffer>) {
        plain.update(piece);
        plainSize += piece.length;
        giveBack(piece);
        if (plainSize > maxPlain) throw new Error('too large');
      }
    });
    // Node takes zeros after the last member for padding; what pulls the layer does not.
    isWhole = !isGzip || inflate.bytesWritten === size;
  } catch (thrown) {
    if (isLost) throw thrown;
    while ((await next()) !== undefined);
  }
  return {
    digest: `sha256:${packed.digest('hex')}`,
    size,
    diffId: isWhole ? `sha256:${plain.digest('hex')}` : undefined,
    isTooLarge: plainSize > maxPlain,
  };
}

/**
 * Lets go of a decompressor's output at once. Left to the collector, which counts these bytes, it would collect the whole heap every 25 MB:
 * a quarter of the processor time. Only what reaches the end of its memory is given back: into the rest the decompressor writes its next.
 */
function giveBack({ buffer, byteOffset, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteOffset + byteLength === buffer.byteLength) buffer.transfer(0);
}
