import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Content } from './content.ts';

export type Algorithm = 'sha256' | 'sha512';

/** Hashes contents on threads of their own: Node's hash functions hold up the thread that calls them. */
export interface Hasher {
  /** `sha256:…` of a content. */
  hash(content: Content, algorithm?: Algorithm): Promise<string>;
  close(): void;
}

interface Answer {
  readonly hex?: string;
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
    return Promise.resolve(new Worker(`(${hashOnThread.toString()})()`, { eval: true }));
  };
  return {
    hash: async (content, algorithm = 'sha256') => {
      const worker = await take();
      try {
        const { hex, code } = await ask(worker, { ...content, algorithm });
        if (hex === undefined) throw Object.assign(new Error('the file cannot be read'), { code });
        return `${algorithm}:${hex}`;
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

async function ask(worker: Worker, question: object): Promise<Answer> {
  const given = Promise.withResolvers<Answer>();
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
function hashOnThread(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const fs = process.getBuiltinModule('node:fs');
  const buffer = Buffer.allocUnsafe(1 << 20);
  parentPort?.on('message', ({ path, start, size, algorithm }) => {
    try {
      const hash = createHash(algorithm);
      const file = fs.openSync(path, 'r');
      try {
        for (let at = 0; at < size; ) {
          const read = fs.readSync(file, buffer, 0, Math.min(buffer.length, size - at), start + at);
          if (read === 0) break;
          hash.update(buffer.subarray(0, read));
          at += read;
        }
      } finally {
        fs.closeSync(file);
      }
      parentPort.postMessage({ hex: hash.digest('hex') });
    } catch (error) {
      parentPort.postMessage({ code: (error as NodeJS.ErrnoException).code });
    }
  });
}
