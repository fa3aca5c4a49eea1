import { createHash } from 'node:crypto';
import { openSame } from '../../base/same-file.ts';
import { type FileContent, openContent } from './content.ts';
import type { Threads } from './threads.ts';

export type Algorithm = 'sha256' | 'sha512';

/** Hashes contents; large ones on threads of their own, because Node's hash functions hold up the thread that calls them. */
export interface Hasher {
  /** `sha256:…` of a content; each content is read once. */
  hash(content: FileContent, algorithm?: Algorithm): Promise<string>;
  /** Takes what another pass over a content has found to be its digest. */
  learn(content: FileContent, digest: string): void;
}

/** In the time that a thread takes to start, so many bytes are hashed. */
const WORTH_A_THREAD = 64 << 20;

export function makeHasher(threads: Threads): Hasher {
  const hashThere = async (content: FileContent, algorithm: Algorithm): Promise<string> =>
    `${algorithm}:${await threads.run(content, { work: 'hash', algorithm })}`;
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
  };
}

async function hashOf(content: FileContent, algorithm: Algorithm): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of openContent(content)) hash.update(chunk as Buffer);
  // It may have been written to while it was read.
  await (await openSame(content.file)).close();
  return `${algorithm}:${hash.digest('hex')}`;
}
