import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FileContent } from './content.ts';
import type { Compression } from './media-types.ts';
import { zstdFrames } from './zstd-frames.ts';

export type Algorithm = 'sha256' | 'sha512';

/** A compressed layer, read once: `sha256:…` of its bytes and of its plain tar, and the length of the tar. */
export interface Unpacked {
  readonly digest: string;
  readonly diffId: string;
  readonly plainSize: number;
}

/** Hashes contents on threads of their own: Node's hash functions hold up the thread that calls them. */
export interface Hasher {
  /** `sha256:…` of a content. */
  hash(content: FileContent, algorithm?: Algorithm): Promise<string>;
  /**
   * Decompresses a content, keeping nothing of it.
   * @param maxPlain bytes of the plain tar after which it is given up, with the code `TOO_LARGE`
   * @throws Error with a code of zlib when the content is damaged, cut off, or followed by something else
   */
  unpack(
    content: FileContent,
    how: { readonly compression: Compression; readonly maxPlain: number },
  ): Promise<Unpacked>;
  close(): void;
}

interface WorkerAnswer {
  readonly hex?: string;
  readonly plainHex?: string;
  readonly plainSize?: number;
  readonly code?: string;
}

/** Threads are started when there is something for them to do. */
export function makeHasher(threads = Math.min(4, availableParallelism())): Hasher {
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  let started = 0;
  const take = (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker) return Promise.resolve(worker);
    if (started >= threads) return new Promise((ready) => waiting.push(ready));
    started++;
    return Promise.resolve(new Worker(`(${workOnThread.toString()})(${zstdFrames.toString()})`, { eval: true }));
  };
  const answerTo = async (question: object): Promise<WorkerAnswer & { readonly hex: string }> => {
    const worker = await take();
    try {
      const answer = await ask(worker, question);
      if (answer.hex === undefined) throw Object.assign(new Error('the file cannot be read'), { code: answer.code });
      return { ...answer, hex: answer.hex };
    } finally {
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
    }
  };
  return {
    hash: async (content, algorithm = 'sha256') => `${algorithm}:${(await answerTo({ ...content, algorithm })).hex}`,
    unpack: async (content, how) => {
      const { hex, plainHex, plainSize = 0 } = await answerTo({ ...content, ...how, algorithm: 'sha256' });
      return { digest: `sha256:${hex}`, diffId: `sha256:${plainHex}`, plainSize };
    },
    close: () => {
      for (const worker of idle.splice(0)) void worker.terminate();
    },
  };
}

async function ask(worker: Worker, question: object): Promise<WorkerAnswer> {
  const given = Promise.withResolvers<WorkerAnswer>();
  worker.ref();
  worker.once('message', given.resolve).once('error', given.reject);
  worker.postMessage(question);
  try {
    return await given.promise;
  } finally {
    worker.removeAllListeners('message').removeAllListeners('error').unref();
  }
}

/**
 * What a thread runs. It is started from its text, so that the bundle is one file: nothing from outside of this function
 * can be named in it.
 */
function workOnThread(splitFrames: typeof zstdFrames): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { createGunzip, createZstdDecompress } = process.getBuiltinModule('node:zlib');
  const { pipeline } = process.getBuiltinModule('node:stream/promises');
  const fs = process.getBuiltinModule('node:fs');
  const shared = Buffer.allocUnsafe(1 << 20);
  type Question = FileContent & { algorithm: string; compression?: Compression; maxPlain?: number };

  /** The content in chunks; what is kept for longer than a turn needs chunks of their own. */
  function* read({ path, start, size }: FileContent, nextBuffer: () => Buffer): Generator<Buffer> {
    const file = fs.openSync(path, 'r');
    try {
      for (let at = 0; at < size; ) {
        const buffer = nextBuffer();
        const length = fs.readSync(file, buffer, 0, Math.min(buffer.length, size - at), start + at);
        if (length === 0) break;
        at += length;
        yield buffer.subarray(0, length);
      }
    } finally {
      fs.closeSync(file);
    }
  }

  const unpack = async (question: Question): Promise<WorkerAnswer> => {
    const { size, compression, maxPlain = 0 } = question;
    const [packed, plain] = [createHash('sha256'), createHash('sha256')];
    let plainSize = 0;
    async function* hashed() {
      for (const chunk of read(question, () => Buffer.allocUnsafe(512 << 10))) {
        packed.update(chunk);
        yield chunk;
      }
    }
    const inflate = compression === 'gzip' ? createGunzip({ chunkSize: 1 << 20 }) : createZstdDecompress();
    await pipeline(compression === 'gzip' ? hashed() : splitFrames(hashed()), inflate, async (chunks) => {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        plain.update(chunk);
        plainSize += chunk.length;
        if (plainSize > maxPlain) throw Object.assign(new Error('too large'), { code: 'TOO_LARGE' });
      }
    });
    // Node takes zeros after the last member for padding; what pulls the layer does not.
    if (compression === 'gzip' && inflate.bytesWritten !== size) return { code: 'Z_DATA_ERROR' };
    return { hex: packed.digest('hex'), plainHex: plain.digest('hex'), plainSize };
  };

  parentPort?.on('message', async (question: Question) => {
    try {
      if (question.compression) parentPort.postMessage(await unpack(question));
      else {
        const hash = createHash(question.algorithm);
        for (const chunk of read(question, () => shared)) hash.update(chunk);
        parentPort.postMessage({ hex: hash.digest('hex') });
      }
    } catch (error) {
      parentPort.postMessage({ code: (error as NodeJS.ErrnoException).code ?? 'ERROR' });
    }
  });
}
