import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Content, openContent } from '../archive/content.ts';
import type { Compression } from '../archive/open.ts';
import type { Descriptor } from '../image.ts';
import { DOCKER, OCI } from '../media-types.ts';
import { BLOCK_SIZE, compressBlock } from './blocks.ts';

/** A layer as it was compressed: a file beside, so that it can be sent to several registries and sent again. */
export interface CompressedLayer {
  readonly descriptor: Descriptor;
  readonly content: Content;
}

/** Compresses layers, each once, one after the other: each takes all cores. */
export interface Compressor {
  compress(layer: { readonly descriptor: Descriptor; readonly content: Content }): Promise<CompressedLayer>;
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
  { descriptor, content }: { descriptor: Descriptor; content: Content },
  { to, path, signal }: { to: Compression; path: string; signal: AbortSignal },
): Promise<CompressedLayer> {
  const file = await open(path, 'w', 0o600);
  const hash = createHash('sha256');
  let size = 0;
  const write = async (compressed: Buffer) => {
    hash.update(compressed);
    size += compressed.length;
    await file.write(compressed);
  };
  try {
    const pending: Promise<Buffer>[] = [];
    for await (const block of blocksOf(content)) {
      signal.throwIfAborted();
      const compressed = compressBlock(block, to);
      compressed.catch(() => {});
      pending.push(compressed);
      if (pending.length > availableParallelism()) await write(await pending.shift()!);
    }
    for (const compressed of pending) await write(await compressed);
  } finally {
    await file.close();
  }
  const isDocker = descriptor.mediaType === DOCKER.layer && to === 'gzip';
  const mediaType = isDocker ? DOCKER.gzipLayer : `${OCI.layer}+${to}`;
  const digest = `sha256:${hash.digest('hex')}`;
  return { descriptor: { mediaType, digest, size }, content: { path, start: 0, size } };
}

async function* blocksOf(content: Content): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of openContent(content) as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + BLOCK_SIZE - length);
      parts.push(part);
      length += part.length;
      at += part.length;
      if (length < BLOCK_SIZE) continue;
      yield Buffer.concat(parts, length);
      [parts, length] = [[], 0];
    }
  }
  if (length > 0) yield Buffer.concat(parts, length);
}
