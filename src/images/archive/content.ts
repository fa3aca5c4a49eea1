import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A range of a file on disk that holds a blob: read again for every attempt, never whole in memory. */
export interface Content {
  readonly path: string;
  /** Byte where it begins in the file. */
  readonly start: number;
  /** Bytes. */
  readonly size: number;
}

/** Smaller reads cost more than the disk; larger ones only memory. */
const READ_SIZE = 256 << 10;

/** @param from, to positions in the content; `to` is exclusive */
export function openContent({ path, start, size }: Content, from = 0, to = size): Readable {
  if (to <= from) return Readable.from([]);
  return createReadStream(path, { start: start + from, end: start + to - 1, highWaterMark: READ_SIZE });
}

/** The whole of a small content. The caller has looked at its size. */
export async function readContent(content: Content, size = content.size): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of openContent(content, 0, Math.min(size, content.size)) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
