import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { changedFile, openSame } from '../../base/same-file.ts';
import { type FileContent, openContent } from './content.ts';

export type Algorithm = 'sha256' | 'sha512';

/** Hashes contents; large ones on threads of their own, because Node's hash functions hold up the thread that calls them. */
export interface Hasher {
  /** `sha256:…` of a content; each content is read once. */
  hash(content: FileContent, algorithm?: Algorithm): Promise<string>;
  /** Takes what another pass over a content has found to be its digest. */
  learn(content: FileContent, digest: string): void;
  close(): void;
}

interface WorkerAnswer {
  readonly hex?: string;
  /** It is not what the plan found. */
  readonly isChanged?: boolean;
  readonly code?: string;
}

/** In the time that a thread takes to start, so many bytes are hashed. */
const WORTH_A_THREAD = 64 << 20;

/** Threads are started when there is enough for them to do. */
export function makeHasher(threads = Math.min(4, availableParallelism())): Hasher {
  const idle: Worker[] = [];
  const waiting: ((worker: Worker) => void)[] = [];
  let started = 0;
  const take = (): Promise<Worker> => {
    const worker = idle.pop();
    if (worker) return Promise.resolve(worker);
    if (started >= threads) return new Promise((ready) => waiting.push(ready));
    started++;
    return Promise.resolve(new Worker(`(${workOnThread.toString()})()`, { eval: true }));
  };
  const hashThere = async (content: FileContent, algorithm: Algorithm): Promise<string> => {
    const worker = await take();
    try {
      const { hex, code, isChanged } = await ask(worker, { ...content, algorithm });
      if (isChanged) throw changedFile(content.file);
      if (hex === undefined) throw Object.assign(new Error('the file cannot be read'), { code });
      return `${algorithm}:${hex}`;
    } finally {
      const next = waiting.shift();
      if (next) next(worker);
      else idle.push(worker);
    }
  };
  let here = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const hashHere = async (content: FileContent, algorithm: Algorithm): Promise<string> => {
    here += content.size;
    const hashed = turn.then(() => hashOf(content, algorithm));
    turn = hashed.catch(() => {});
    try {
      return await hashed;
    } finally {
      here -= content.size;
    }
  };
  const known = new Map<string, Promise<string>>();
  const keyOf = ({ file, start, size }: FileContent, algorithm: string) =>
    JSON.stringify([file.path, start, size, algorithm]);
  return {
    hash: (content, algorithm = 'sha256') => {
      const key = keyOf(content, algorithm);
      const hash = here + content.size > WORTH_A_THREAD ? hashThere : hashHere;
      const digest = known.get(key) ?? hash(content, algorithm);
      known.set(key, digest);
      return digest;
    },
    learn: (content, digest) => known.set(keyOf(content, digest.split(':')[0]!), Promise.resolve(digest)),
    close: () => {
      for (const worker of idle.splice(0)) void worker.terminate();
    },
  };
}

async function hashOf(content: FileContent, algorithm: Algorithm): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of openContent(content)) hash.update(chunk as Buffer);
  // It may have been written to while it was read.
  await (await openSame(content.file)).close();
  return `${algorithm}:${hash.digest('hex')}`;
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
function workOnThread(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const fs = process.getBuiltinModule('node:fs');
  const buffer = Buffer.allocUnsafe(1 << 20);
  parentPort?.on('message', ({ file: of, start, size, algorithm }: FileContent & { algorithm: string }) => {
    let file: number | undefined;
    // openSameSync, which this text cannot name.
    const isSame = (handle: number) => {
      const found = fs.fstatSync(handle);
      return (['size', 'mtimeMs', 'dev', 'ino'] as const).every((field) => found[field] === of[field]);
    };
    try {
      file = fs.openSync(of.path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
      if (!isSame(file)) return parentPort.postMessage({ isChanged: true });
      const hash = createHash(algorithm);
      for (let at = 0; at < size; ) {
        const length = fs.readSync(file, buffer, 0, Math.min(buffer.length, size - at), start + at);
        if (length === 0) break;
        at += length;
        hash.update(buffer.subarray(0, length));
      }
      parentPort.postMessage(isSame(file) ? { hex: hash.digest('hex') } : { isChanged: true });
    } catch (error) {
      parentPort.postMessage({ code: (error as NodeJS.ErrnoException).code ?? 'ERROR' });
    } finally {
      if (file !== undefined) fs.closeSync(file);
    }
  });
}
