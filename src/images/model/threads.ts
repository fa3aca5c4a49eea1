import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { changedFile } from '../../base/same-file.ts';
import { compressSync } from './compression.ts';
import type { FileContent } from './content.ts';
import type { Compression } from './media-types.ts';

/** What a thread does with a range of a file. */
export type ThreadTask =
  | { readonly work: 'hash'; readonly algorithm: string }
  /** The result is written to `into`, which is large enough for any. */
  | { readonly work: 'compress'; readonly to: Compression; readonly into: SharedArrayBuffer };

interface ThreadAnswer {
  /** The digest in hex; bytes of what was compressed. */
  readonly result?: string | number;
  /** The file is not what the plan found. */
  readonly isChanged?: boolean;
  readonly code?: string;
}

/**
 * Threads for work that holds up the thread that does it. Node's pool has only four threads for any number of cores, and whatever is
 * compressed there ends in buffers of the main thread's heap, whose collections cost a tenth of the compression.
 */
export interface Threads {
  /** So many tasks are done at a time. */
  readonly count: number;
  /** @throws Problem when the file has changed; Error with the system's code when it cannot be read */
  run(content: FileContent, task: ThreadTask): Promise<string | number>;
  close(): void;
}

/** More do not get more of one disk. */
const MAX_THREADS = 8;

/** Threads are started when there is something for them to do. */
export function makeThreads(count = Math.min(MAX_THREADS, availableParallelism())): Threads {
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  let started = 0;
  const take = (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker) return Promise.resolve(worker);
    if (started >= count) return new Promise((ready) => waiting.push(ready));
    started++;
    return Promise.resolve(new Worker(`(${workOnThread})(${compressSync})`, { eval: true }));
  };
  return {
    count,
    run: async (content, task) => {
      const worker = await take();
      try {
        const { result, code, isChanged } = await ask(worker, { ...content, ...task });
        if (isChanged) throw changedFile(content.file);
        if (result === undefined) throw Object.assign(new Error('the file cannot be read'), { code });
        return result;
      } finally {
        const next = waiting.shift();
        if (next) next(worker);
        else idle.push(worker);
      }
    },
    close: () => {
      for (const worker of idle.splice(0)) void worker.terminate();
    },
  };
}

async function ask(worker: Worker, question: object): Promise<ThreadAnswer> {
  const given = Promise.withResolvers<ThreadAnswer>();
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
function workOnThread(compress: typeof compressSync): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const zlib = process.getBuiltinModule('node:zlib');
  const fs = process.getBuiltinModule('node:fs');
  let buffer = Buffer.allocUnsafeSlow(1 << 20);
  parentPort?.on('message', ({ file: of, start, size, ...task }: FileContent & ThreadTask) => {
    let file: number | undefined;
    // openSameSync, which this text cannot name.
    const isSame = (handle: number) => {
      const found = fs.fstatSync(handle);
      return (['size', 'mtimeMs', 'dev', 'ino'] as const).every((field) => found[field] === of[field]);
    };
    const hashed = (handle: number, algorithm: string) => {
      const hash = createHash(algorithm);
      for (let at = 0; at < size; ) {
        const length = fs.readSync(handle, buffer, 0, Math.min(buffer.length, size - at), start + at);
        if (length === 0) break;
        at += length;
        hash.update(buffer.subarray(0, length));
      }
      return hash.digest('hex');
    };
    const compressed = (handle: number, to: Compression, into: SharedArrayBuffer) => {
      if (buffer.length < size) buffer = Buffer.allocUnsafeSlow(size);
      for (let at = 0; at < size; ) {
        const length = fs.readSync(handle, buffer, at, size - at, start + at);
        if (length === 0) break;
        at += length;
      }
      const bytes = compress(zlib, buffer.subarray(0, size), to);
      const { length } = bytes;
      new Uint8Array(into).set(bytes);
      // Left to the collector, each thread would hold tens of them. Memory of another size would be Node's pool.
      if (bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === into.byteLength) bytes.buffer.transfer(0);
      return length;
    };
    try {
      file = fs.openSync(of.path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
      if (!isSame(file)) return parentPort.postMessage({ isChanged: true });
      const result = task.work === 'hash' ? hashed(file, task.algorithm) : compressed(file, task.to, task.into);
      parentPort.postMessage(isSame(file) ? { result } : { isChanged: true });
    } catch (error) {
      parentPort.postMessage({ code: (error as NodeJS.ErrnoException).code ?? 'ERROR' });
    } finally {
      if (file !== undefined) fs.closeSync(file);
    }
  });
}
