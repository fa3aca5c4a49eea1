import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Problem } from '../../base/problem.ts';
import { type FileState, mustBeSame, openSame } from '../../base/same-file.ts';

/** The bytes of a blob: read again for every attempt, never whole in memory. */
export type Content = FileContent | RemoteContent;

/** A range of a file on disk, as the plan found it. */
export interface FileContent {
  readonly file: FileState;
  /** Byte where it begins in the file. */
  readonly start: number;
  /** Bytes. */
  readonly size: number;
}

/** A blob of a registry. */
export interface RemoteContent {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** The host of the registry, and the repository that has it. */
  readonly registry: string;
  readonly repository: string;
  /** Begins to read, at a position. */
  open(from: number, to: number): Promise<AsyncIterable<Buffer>>;
  /** Whether the registry holds it, in its size. */
  exists(): Promise<boolean>;
  /** @throws RegistryRefused when it may not be read */
  probe(): Promise<void>;
}

export function isFile(content: Content): content is FileContent {
  return 'file' in content;
}

/** Smaller reads cost more than the disk; larger ones only memory. */
export const READ_SIZE = 512 << 10;

/**
 * The bytes as a stream for a request's body: a chunk is overwritten once it and the next are taken, so they must be written
 * with backpressure and not kept.
 * @param from, to positions in the content; `to` is exclusive
 */
export function openContent(content: Content, from = 0, to = content.size): Readable {
  if (to <= from) return Readable.from([]);
  if (isFile(content)) return Readable.from(chunksOf(content.file, content.start + from, content.start + to));
  return Readable.from(remoteChunks(content, from, to));
}

/** What is read whole is compared with its digest, so that the registry that it goes to is not what finds it wrong, six times. */
async function* remoteChunks(content: RemoteContent, from: number, to: number): AsyncGenerator<Buffer> {
  const { digest, size, registry, repository } = content;
  const [algorithm = ''] = digest.split(':');
  const hash = createHash(algorithm);
  let length = 0;
  for await (const chunk of await content.open(from, to)) {
    hash.update(chunk);
    length += chunk.length;
    // The last bytes are held back until all of them are known to be right.
    if (from + length === size && from === 0 && `${algorithm}:${hash.digest('hex')}` !== digest) break;
    yield chunk;
    if (length === to - from) return;
  }
  throw new Problem({
    what: `the registry holds something else under ${digest}`,
    on: `${registry}/${repository}`,
    fix: 'push the image to it again',
  });
}

/** In three buffers by turns: one is on its way, one waits, one is read into. New ones would cost more than the reads. */
async function* chunksOf(of: FileState, start: number, end: number): AsyncGenerator<Buffer> {
  const file = await openSame(of);
  const buffers = Array.from({ length: 3 }, () => Buffer.allocUnsafeSlow(Math.min(READ_SIZE, end - start)));
  try {
    for (let at = start, turn = 0; at < end; turn++) {
      const chunk = buffers[turn % 3]!.subarray(0, Math.min(READ_SIZE, end - at));
      await readFully(file, chunk, at);
      yield chunk;
      at += chunk.length;
    }
  } finally {
    await file.close();
  }
}

/** The whole of a small content, or its first bytes. The caller has looked at its size. */
export async function readContent(content: Content, length = content.size): Promise<Buffer> {
  if (!isFile(content)) return Buffer.concat(await openContent(content, 0, length).toArray());
  const { start, size } = content;
  const bytes = Buffer.allocUnsafe(Math.min(size, length));
  const file = await openSame(content.file);
  try {
    await readFully(file, bytes, start);
    mustBeSame(await file.stat(), content.file);
    return bytes;
  } finally {
    await file.close();
  }
}

/** @throws Problem when the file ends before the buffer is full */
async function readFully(file: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0)
      throw new Problem({
        what: 'a layer became shorter while it was read',
        fix: 'see that no other step or program writes to the archive while this step runs',
      });
    done += bytesRead;
  }
}
