import { Problem } from '../../base/problem.ts';
import type { Compressor } from '../compress/layers.ts';
import { isFile } from '../model/content.ts';
import type { Blob, Descriptor } from '../model/image.ts';
import type { Compression } from '../model/media-types.ts';
import { unpack } from '../model/unpack.ts';
import { RegistryRefused } from '../registry/denied.ts';
import type { Repository } from '../registry/repository.ts';

/**
 * What is known of a compressed layer that a registry says is a plain layer. `damaged`: its bytes are not those that its digest
 * names. `unknown`: the role may not read it, the runner cannot, or it is gone.
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
  readonly compressor: Compressor;
  readonly compression: Compression;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
}

export function makeProver({ compressor, compression, signal, warn }: ProverDeps): Prover {
  /** Blobs lie in S3, which a runner that reaches ECR need not reach (awsdocs/amazon-ecr-user-guide#8): then no further one is asked for. */
  let isUnreachable = false;
  const known = new Map<string, Promise<LayerProof>>();
  const readOnce = async (layer: Descriptor, plain: Descriptor, repository: Repository): Promise<LayerProof> => {
    try {
      const found = await repository.read(layer, (chunks) => unpack(chunks, { compression, maxPlain: plain.size }));
      // Something else than a layer may lie under its own digest; only what has another digest is to be sent again.
      if (found.digest !== layer.digest || found.size !== layer.size) return 'damaged';
      return found.diffId === plain.digest ? 'proven' : 'another';
    } catch (thrown) {
      if (thrown instanceof RegistryRefused) return 'unknown';
      signal.throwIfAborted();
      if (!(thrown instanceof Problem)) throw thrown;
      if (!isUnreachable) {
        warn(`what ${repository.arn} holds cannot be read, so layers are compressed again: ${thrown.details.what}`);
      }
      isUnreachable = true;
      return 'unknown';
    }
  };
  return {
    read: async (layer, plain, repository) => {
      // A layer that is larger than its plain tar can become is not worth its bytes.
      if (layer.size > plain.descriptor.size * 1.01 + (64 << 10)) return 'another';
      const key = `${layer.digest} ${layer.size} ${plain.descriptor.digest}`;
      const before = known.get(key);
      if (before && (await before) !== 'unknown') return before;
      if (isUnreachable) return 'unknown';
      const proof = readOnce(layer, plain.descriptor, repository);
      known.set(key, proof);
      return proof;
    },
    repeat: async (layer, { descriptor, content }) => {
      if (!content || !isFile(content)) return 'unknown';
      const made = await compressor.compress({ descriptor, content });
      const isSame = made.descriptor.digest === layer.digest && made.descriptor.size === layer.size;
      return isSame ? 'proven' : 'another';
    },
  };
}
