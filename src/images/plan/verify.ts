import { Problem } from '../../base/problem.ts';
import type { FileContent } from '../model/content.ts';
import type { Hasher } from '../model/hash.ts';
import type { Descriptor } from '../model/image.ts';

/** Compares contents with their digests. */
export interface Verifier {
  /** @throws Problem naming the blob whose bytes are not what its digest says */
  verify(descriptor: Descriptor, content: FileContent, on: string): Promise<void>;
}

export function makeVerifier(hasher: Hasher): Verifier {
  return {
    verify: async ({ digest }, content, on) => {
      const found = await hasher.hash(content, digest.startsWith('sha512:') ? 'sha512' : 'sha256');
      if (found === digest) return;
      throw new Problem({
        what: `${digest} has different content: ${found}`,
        on,
        why: 'the file was changed or damaged after the build',
        fix: 'build or save the image again',
      });
    },
  };
}
