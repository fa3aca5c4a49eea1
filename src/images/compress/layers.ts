import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileState, stateOf } from '../../base/same-file.ts';
import { BLOCK_SIZE, MAX_COMPRESSED_BLOCK } from '../model/compression.ts';
import type { FileContent } from '../model/content.ts';
import { diskFull } from '../model/disk-full.ts';
import type { Descriptor } from '../model/image.ts';
import { type Compression, DOCKER, OCI } from '../model/media-types.ts';
import type { Threads } from '../model/threads.ts';

/** A layer as it was compressed: a file beside, so that it can be sent to several registries and sent again. */
export interface CompressedLayer {
  readonly descriptor: Descriptor;
  readonly content: FileContent;
}

/** Compresses layers, each once, one after the other: each takes all cores. */
export interface Compressor {
  compress(layer: { readonly descriptor: Descriptor; readonly content: FileContent }): Promise<CompressedLayer>;
}

export interface CompressorDeps {
  readonly to: Compression;
  /** The folder for what is compressed. */
  readonly temp: string;
  readonly threads: Threads;
  readonly signal: AbortSignal;
}

export function makeCompressor({ to, temp, ...deps }: CompressorDeps): Compressor {
  const made = new Map<string, Promise<CompressedLayer>>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    compress: (layer) => {
      const { digest } = layer.descriptor;
      const before = made.get(digest);
      if (before) return before;
      const path = join(temp, `${digest.slice(7)}.${to}`);
      const mine = turn.then(() => compressLayer(layer, { to, path, ...deps }));
      turn = mine.catch(() => {});
      made.set(digest, mine);
      return mine;
    },
  };
}

async function compressLayer(
  { descriptor, content }: { descriptor: Descriptor; content: FileContent },
  { to, path, threads, signal }: Omit<CompressorDeps, 'temp'> & { readonly path: string },
): Promise<CompressedLayer> {
  const file = await open(path, 'w', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  let made: FileState;
  const write = async (compressed: Uint8Array) => {
    hash.update(compressed);
    size += compressed.length;
    await file.write(compressed);
  };
  try {
    await eachBlock(content, to, { threads, signal, write });
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

/** Compresses and writes at the same time, in order, as many blocks at once as there are threads and one. */
async function eachBlock(
  { file, start, size }: FileContent,
  to: Compression,
  {
    threads,
    signal,
    write,
  }: { threads: Threads; signal: AbortSignal; write: (compressed: Uint8Array) => Promise<void> },
): Promise<void> {
  // Memory that the threads write to, used again and again.
  const free: SharedArrayBuffer[] = [];
  const pending: { into: SharedArrayBuffer; length: Promise<string | number> }[] = [];
  const finishOldest = async () => {
    const { into, length } = pending[0]!;
    await write(new Uint8Array(into, 0, Number(await length)));
    pending.shift();
    free.push(into);
  };
  try {
    for (let at = 0; at < size; at += BLOCK_SIZE) {
      signal.throwIfAborted();
      const into = free.pop() ?? new SharedArrayBuffer(MAX_COMPRESSED_BLOCK);
      const block = { file, start: start + at, size: Math.min(BLOCK_SIZE, size - at) };
      const length = threads.run(block, { work: 'compress', to, into });
      length.catch(() => {});
      pending.push({ into, length });
      if (pending.length > threads.count) await finishOldest();
    }
    while (pending.length > 0) await finishOldest();
  } finally {
    await Promise.allSettled(pending.map(({ length }) => length));
  }
}
