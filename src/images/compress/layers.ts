import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type FileState, mustBeSame, openSame, stateOf } from '../../base/same-file.ts';
import { type FileContent, readFully } from '../model/content.ts';
import { diskFull } from '../model/disk-full.ts';
import type { Descriptor } from '../model/image.ts';
import { type Compression, DOCKER, OCI } from '../model/media-types.ts';
import { BLOCK_SIZE, compressBlock } from './compression.ts';

/** A layer as it was compressed: a file beside, so that it can be sent to several registries and sent again. */
export interface CompressedLayer {
  readonly descriptor: Descriptor;
  readonly content: FileContent;
}

/** Compresses layers, each once, one after the other: each takes all cores. */
export interface Compressor {
  compress(layer: { readonly descriptor: Descriptor; readonly content: FileContent }): Promise<CompressedLayer>;
}

export function makeCompressor(to: Compression, temp: string, signal: AbortSignal): Compressor {
  const made = new Map<string, Promise<CompressedLayer>>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    compress: (layer) => {
      const { digest } = layer.descriptor;
      const before = made.get(digest);
      if (before) return before;
      const path = join(temp, `${digest.slice(7)}.${to}`);
      const mine = turn.then(() => compressLayer(layer, { to, path, signal }));
      turn = mine.catch(() => {});
      made.set(digest, mine);
      return mine;
    },
  };
}

async function compressLayer(
  { descriptor, content }: { descriptor: Descriptor; content: FileContent },
  { to, path, signal }: { to: Compression; path: string; signal: AbortSignal },
): Promise<CompressedLayer> {
  const file = await open(path, 'w', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  let made: FileState;
  const write = async (compressed: Buffer) => {
    hash.update(compressed);
    size += compressed.length;
    await file.write(compressed);
  };
  try {
    await eachBlock(content, to, { signal, write });
    made = stateOf(path, await file.stat());
  } catch (thrown) {
    throw diskFull(thrown, path);
  } finally {
    await file.close();
  }
  const isDocker = descriptor.mediaType === DOCKER.layer && to === 'gzip';
  const mediaType = isDocker ? DOCKER.gzipLayer : `${OCI.layer}+${to}`;
  const digest = `sha256:${hash.digest('hex')}`;
  return { descriptor: { mediaType, digest, size }, content: { file: made, start: 0, size } };
}

/** Reads, compresses and writes at the same time, in order, as many blocks at once as there are cores and one. */
async function eachBlock(
  { file: of, start, size }: FileContent,
  to: Compression,
  { signal, write }: { signal: AbortSignal; write: (compressed: Buffer) => Promise<void> },
): Promise<void> {
  const file = await openSame(of);
  // Buffers are used again: new ones for every block would be let go of later than they are made.
  const free: Buffer[] = [];
  const pending: { buffer: Buffer; compressed: Promise<Buffer> }[] = [];
  const finishOldest = async () => {
    const { buffer, compressed } = pending.shift()!;
    await write(await compressed);
    free.push(buffer);
  };
  try {
    for (let at = 0; at < size; at += BLOCK_SIZE) {
      signal.throwIfAborted();
      const buffer = free.pop() ?? Buffer.allocUnsafe(BLOCK_SIZE);
      const block = buffer.subarray(0, Math.min(BLOCK_SIZE, size - at));
      await readFully(file, block, start + at);
      const compressed = compressBlock(block, to);
      compressed.catch(() => {});
      pending.push({ buffer, compressed });
      if (pending.length > availableParallelism()) await finishOldest();
    }
    while (pending.length > 0) await finishOldest();
    // It was verified before, and is not again.
    mustBeSame(await file.stat(), of);
  } finally {
    await Promise.allSettled(pending.map(({ compressed }) => compressed));
    await file.close();
  }
}
