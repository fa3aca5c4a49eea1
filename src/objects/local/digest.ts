import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { changedFile, type FileState, mustBeSame, openSame, openSameSync } from '../../base/same-file.ts';
import { partsOf } from '../rules/parts.ts';
import type { Buffers } from './buffers.ts';

/** Smaller files are read at once and without a thread: that is a third of the cost. */
const READ_AT_ONCE = 1 << 20;
const CHUNK = 1 << 20;

export interface Digests {
  /** The ETag that S3 gives to a PUT of these bytes in one piece, or in parts by our rule; in hex, without quotes. */
  readonly etag: string;
  /** CRC-32 of the whole. */
  readonly crc: number;
}

/**
 * MD5 and CRC-32 of a file, in one pass.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html (ETag): MD5 of the content; of a multipart upload MD5 of the
 * parts' MD5s, and their number.
 * @throws Problem when the file is not what it was
 */
export async function digestsOf(
  file: FileState,
  {
    inParts,
    buffers,
  }: {
    /** Whether the ETag is to be that of a multipart upload. */
    readonly inParts: boolean;
    readonly buffers: Buffers;
  },
): Promise<Digests> {
  if (file.size <= READ_AT_ONCE && !inParts) {
    const bytes = readSmall(file, buffers);
    const digests = { etag: hash('md5', bytes, 'hex'), crc: crc32(bytes) };
    buffers.give(bytes);
    return digests;
  }
  const handle = await openSame(file);
  const chunk = Buffer.allocUnsafe(CHUNK);
  try {
    let crc = 0;
    const sums: Buffer[] = [];
    for (const part of inParts ? partsOf(file.size) : [{ offset: 0, size: file.size }]) {
      const sum = createHash('md5');
      for (let done = 0; done < part.size; ) {
        const piece = chunk.subarray(0, Math.min(CHUNK, part.size - done));
        await readExactly(handle, file, { into: piece, offset: part.offset + done });
        sum.update(piece);
        crc = crc32(piece, crc);
        done += piece.length;
      }
      sums.push(sum.digest());
    }
    mustBeSame(await handle.stat(), file);
    const whole = sums[0]?.toString('hex') ?? '';
    const etag = inParts ? `${createHash('md5').update(Buffer.concat(sums)).digest('hex')}-${sums.length}` : whole;
    return { etag, crc };
  } finally {
    await handle.close();
  }
}

/** The whole of a file, in one of `buffers`. @throws Problem when it is not what it was */
export async function readWhole(file: FileState, buffers: Buffers): Promise<Buffer> {
  if (file.size <= READ_AT_ONCE) return readSmall(file, buffers);
  const handle = await openSame(file);
  try {
    const bytes = buffers.take(file.size);
    await readExactly(handle, file, { into: bytes, offset: 0 });
    mustBeSame(await handle.stat(), file);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Fills the buffer from the file at an offset. @throws Problem when the file ends before */
export async function readExactly(
  handle: FileHandle,
  file: FileState,
  { into, offset }: { readonly into: Buffer; readonly offset: number },
): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
    if (bytesRead === 0) throw changedFile(file);
    done += bytesRead;
  }
}

function readSmall(file: FileState, buffers: Buffers): Buffer {
  const handle = openSameSync(file);
  try {
    const bytes = buffers.take(file.size);
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(handle, bytes, done, bytes.length - done, done);
      if (read === 0) throw changedFile(file);
      done += read;
    }
    mustBeSame(fstatSync(handle), file);
    return bytes;
  } finally {
    closeSync(handle);
  }
}
