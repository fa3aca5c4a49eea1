import { eachOf } from '../../base/parallel.ts';
import { Problem, Problems } from '../../base/problem.ts';
import { isFile } from '../model/content.ts';
import { type Blob, type Descriptor, imagesOf, type Node } from '../model/image.ts';
import { isForeign, isRestricted } from '../model/media-types.ts';
import { RegistryRefused } from '../registry/denied.ts';
import type { Repository } from '../registry/repository.ts';
import { isPlainLayer } from './finish.ts';
import { type BlobPlan, isSent } from './plan.ts';
import type { KnownLayers } from './reuse.ts';
import type { Verifier } from './verify.ts';

/** Requests of one push that are under way at a time. */
export const QUESTIONS = 32;

export interface BlobsDeps {
  readonly opened: Repository;
  /** Its host. */
  readonly registry: string;
  /** The repository is still to be created: it holds nothing. */
  readonly isNew: boolean;
  /** Repositories of the registry that blobs may be mounted from. */
  readonly mountable: readonly Repository[];
}

/** What to do with each blob of an image: the registry is asked for all of them, also under a tag that is there. */
export async function planBlobs(node: Node, known: KnownLayers, deps: BlobsDeps): Promise<readonly BlobPlan[]> {
  const asIs = new Map<string, Blob>();
  const plain = new Map<string, Blob>();
  const planned: BlobPlan[] = [];
  for (const image of imagesOf(node)) {
    for (const [at, blob] of [...image.layers, image.config].entries()) {
      const { descriptor, content } = blob;
      if (content === undefined ? isForeign(descriptor) : isRestricted(descriptor.mediaType)) continue;
      const isPlain = at < image.layers.length && isPlainLayer(image, at);
      (isPlain ? plain : asIs).set(descriptor.digest, blob);
    }
  }
  for (const { descriptor, content } of plain.values()) {
    const reused = known.layers.get(descriptor.digest);
    planned.push({ descriptor: reused ?? descriptor, content, action: reused ? 'reused' : 'compress' });
  }
  await eachOf(asIs.values(), QUESTIONS, async (blob) => {
    planned.push(await planAsIs(blob, known.damaged, deps));
  });
  return planned.sort((a, b) => b.descriptor.size - a.descriptor.size);
}

async function planAsIs(
  { descriptor, content }: Blob,
  damaged: ReadonlySet<string>,
  { opened, registry, isNew, mountable }: BlobsDeps,
): Promise<BlobPlan> {
  if (damaged.has(descriptor.digest)) return { descriptor, content, action: 'upload' };
  if (!isNew && (await opened.hasBlob(descriptor))) return { descriptor, content, action: 'present' };
  // What the image comes from needs no question: its manifest names the blob.
  const origin = content && !isFile(content) && content.registry === registry ? content.repository : undefined;
  const mountFrom = origin !== undefined && origin !== opened.name ? origin : await holderOf(descriptor, mountable);
  return { descriptor, content, action: mountFrom ? 'mount' : 'upload', mountFrom };
}

async function holderOf(descriptor: Descriptor, repositories: readonly Repository[]): Promise<string | undefined> {
  const answers = await Promise.all(
    repositories.map(async (it) => {
      try {
        return await it.hasBlob(descriptor);
      } catch (thrown) {
        // Reuse saves time: where it is not allowed, the blob is uploaded.
        if (thrown instanceof RegistryRefused) return false;
        throw thrown;
      }
    }),
  );
  return repositories[answers.indexOf(true)]?.name;
}

/**
 * Everything that may be sent is compared with its digest before the first byte is. What comes from another registry is seen to be
 * readable; the registry that it goes to compares it.
 */
export async function verifyBlobs(blobs: readonly BlobPlan[], on: string, verifier: Verifier): Promise<void> {
  const problems: Problem[] = [];
  await eachOf(blobs.filter(isSent), QUESTIONS, async ({ descriptor, content, action }) => {
    try {
      if (isFile(content!)) await verifier.verify(descriptor, content, on);
      else if (action === 'upload') await content!.probe();
      else if (!(await content!.exists())) throw gone(descriptor, on);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      problems.push(thrown);
    }
  });
  if (problems.length > 0) throw new Problems(problems);
}

function gone({ digest }: Descriptor, on: string): Problem {
  return new Problem({
    what: `the registry names the blob ${digest} and does not hold it`,
    on,
    fix: 'push the image to it again',
  });
}
