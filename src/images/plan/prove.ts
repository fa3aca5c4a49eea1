import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Compressor } from '../compress/index.ts';
import { isFile } from '../model/content.ts';
import type { Hasher } from '../model/hash.ts';
import type { Blob, Descriptor } from '../model/image.ts';
import type { Compression } from '../model/media-types.ts';
import { RegistryRefused } from '../registry/denied.ts';
import type { Repository } from '../registry/repository.ts';

/**
 * What is known of a compressed layer that a registry says is a plain layer. `damaged`: its bytes are not those that its digest
 * names. `unknown`: the role may not read it, or it is gone.
 */
export type LayerProof = 'proven' | 'another' | 'damaged' | 'unknown';

/**
 * Proves that a compressed layer is a plain layer of the build. What a registry's manifest and config say is not proof: whoever may
 * push can put one layer's digest beside the other's.
 */
export interface Prover {
  /** Reads the layer and compares what it unpacks to; once for each pair, whichever repository has it. */
  read(layer: Descriptor, plain: Blob, repository: Repository): Promise<LayerProof>;
  /** Compresses the build's layer and compares the digests: a layer that this action has pushed is the same again. */
  repeat(layer: Descriptor, plain: Blob): Promise<LayerProof>;
}

export interface ProverDeps {
  readonly hasher: Hasher;
  readonly compressor: Compressor;
  readonly compression: Compression;
  /** An existing folder for a layer while it is looked at. */
  readonly temp: string;
}

export function makeProver({ hasher, compressor, compression, temp }: ProverDeps): Prover {
  const known = new Map<string, Promise<LayerProof>>();
  const readOnce = async (layer: Descriptor, plain: Blob, repository: Repository): Promise<LayerProof> => {
    const path = join(temp, `proof-${randomUUID()}`);
    try {
      const size = await repository.download(layer, path);
      if (size !== layer.size) return 'damaged';
      const content = { path, start: 0, size };
      const maxPlain = plain.descriptor.size;
      const { digest, diffId } = await hasher.unpack(content, { compression, maxPlain });
      if (digest !== layer.digest) return 'damaged';
      return diffId === plain.descriptor.digest ? 'proven' : 'another';
    } catch (thrown) {
      if (thrown instanceof RegistryRefused) return 'unknown';
      const { code = '' } = thrown as NodeJS.ErrnoException;
      if (code === 'TOO_LARGE') return 'another';
      if (/^(Z_|ZSTD_|ERR_)/.test(code)) return await isDamaged(hasher, path, layer);
      throw thrown;
    } finally {
      await rm(path, { force: true });
    }
  };
  return {
    read: async (layer, plain, repository) => {
      // A layer that is larger than its plain tar can become is not worth its bytes.
      if (layer.size > plain.descriptor.size * 1.01 + (64 << 10)) return 'another';
      const key = `${layer.digest} ${plain.descriptor.digest}`;
      const before = known.get(key);
      if (before && (await before) !== 'unknown') return before;
      const proof = readOnce(layer, plain, repository);
      known.set(key, proof);
      return proof;
    },
    repeat: async (layer, { descriptor, content }) => {
      if (!content || !isFile(content)) return 'unknown';
      const made = await compressor.compress({ descriptor, content });
      return made.descriptor.digest === layer.digest ? 'proven' : 'another';
    },
  };
}

/** Something else than a layer may lie under its own digest; only what has another digest is to be sent again. */
async function isDamaged(hasher: Hasher, path: string, { digest, size }: Descriptor): Promise<LayerProof> {
  return (await hasher.hash({ path, start: 0, size })) === digest ? 'another' : 'damaged';
}
