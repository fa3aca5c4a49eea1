import { eachOf, settle } from '../../base/parallel.ts';
import type { Access } from '../../job.ts';
import type { Compressor } from '../compress/layers.ts';
import { isFile } from '../model/content.ts';
import type { Descriptor } from '../model/image.ts';
import { finishWith } from '../plan/finish.ts';
import { type BlobPlan, isDone, type Push } from '../plan/plan.ts';
import { makeProgress, type PushProgress } from '../progress.ts';
import { createRepository } from '../registry/create-repository.ts';
import type { Repository } from '../registry/repository.ts';
import { putManifests } from './put.ts';

export interface PushResult {
  readonly push: Push;
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of all blobs and manifests, and what became of those of the blobs. */
  readonly bytes: { readonly uploaded: number; readonly mounted: number; readonly reused: number };
  readonly milliseconds: number;
}

export interface PushDeps {
  readonly access: Access;
  /** The outcome of a push, in one line. */
  readonly told: (result: PushResult) => string;
  readonly open: (push: Push) => Repository;
  readonly compressor: Compressor;
}

interface ApplyDeps extends PushDeps {
  readonly progress: PushProgress;
  /** Blobs that are under way or have arrived, by repository and digest: two images of a step may share layers. */
  readonly sent: Map<string, Promise<BlobResult>>;
}

type BlobResult = 'uploaded' | 'mounted' | 'reused';

/** Uploads at a time for each push: more bring nothing, and all layers at once have dropped connections. */
const UPLOADS = 6;

/** Carries out all pushes, side by side; where one fails, what the others have put is told: it stays. */
export async function applyPushes(pushes: readonly Push[], deps: PushDeps): Promise<readonly PushResult[]> {
  const { runner } = deps.access;
  const progress = makeProgress(runner.info);
  try {
    const all = { ...deps, progress, sent: new Map() };
    const { done, failure } = await settle(pushes.map((push) => applyPush(push, all)));
    if (failure === undefined) return done;
    for (const result of done.filter(({ push }) => !isDone(push))) {
      runner.warning(`${deps.told(result)}; another image failed after that`);
    }
    throw failure;
  } finally {
    progress.end();
  }
}

/** Carries out one push: blobs, then children, then what refers to them, then tags. Nothing is tagged that is not whole. */
async function applyPush(push: Push, deps: ApplyDeps): Promise<PushResult> {
  const start = Date.now();
  const bytes = { uploaded: 0, mounted: 0, reused: 0 };
  if (isDone(push)) return { push, ...thereAlready(push), bytes, milliseconds: 0 };
  const repository = deps.open(push);
  if (push.create && push.create !== 'on push') await createRepository(push, push.create, deps.access);
  const made = new Map<string, Descriptor>(push.known);
  await eachOf(inSendingOrder(push.blobs), UPLOADS, async (blob) => {
    const { descriptor, result } = await sendBlob(blob, { push, repository }, deps);
    if (blob.action === 'compress') made.set(blob.descriptor.digest, descriptor);
    bytes[result] += descriptor.size;
  });
  const finished = push.finished ?? finishWith(push.image, { layers: made, images: push.adopted });
  const tags = await putManifests(push, finished, { repository, warn: deps.access.runner.warning });
  const done = { push: { ...push, tags }, bytes, milliseconds: Date.now() - start };
  // Another job was first with all of them.
  if (tags.every(({ action }) => action === 'keep')) {
    const kept = { ...done.push, blobs: [], missing: [] };
    return { ...done, push: kept, ...thereAlready(kept) };
  }
  const { digest, mediaType } = finished.descriptor;
  return { ...done, digest, mediaType };
}

/** What the tags are: this image, or the one that they keep. */
function thereAlready({ tags }: Push): { digest: string; mediaType: string } {
  const { before = '', beforeType = '' } = tags.find(({ action }) => action === 'same') ?? tags[0] ?? {};
  return { digest: before, mediaType: beforeType };
}

/** Largest first. What is to be compressed comes last: it waits for its turn on the cores, and uploads need not. */
function inSendingOrder(blobs: readonly BlobPlan[]): readonly BlobPlan[] {
  return [
    ...blobs.filter(({ action }) => action !== 'compress'),
    ...blobs.filter(({ action }) => action === 'compress'),
  ];
}

async function sendBlob(
  blob: BlobPlan,
  { push, repository }: { readonly push: Push; readonly repository: Repository },
  { compressor, progress, sent }: ApplyDeps,
) {
  const { action, content, descriptor, mountFrom } = blob;
  if (action === 'present' || action === 'reused' || !content) return { descriptor, result: 'reused' as BlobResult };
  const layer =
    action === 'compress' && isFile(content)
      ? await compressor.compress({ descriptor, content })
      : { descriptor, content };
  const key = `${push.registry.host}/${push.repository}@${layer.descriptor.digest}`;
  const send = async (): Promise<BlobResult> => {
    // The digest of a compressed layer is known only now; the compression is the same each time.
    const isDamaged = push.damaged.has(layer.descriptor.digest);
    if (action === 'compress' && !push.create && !isDamaged && (await repository.hasBlob(layer.descriptor)))
      return 'reused';
    const done = progress.begin(layer.descriptor);
    const result = await repository.push({ ...layer, mountFrom, sent: progress.sent });
    done(result);
    return result;
  };
  const before = sent.get(key);
  const result = before ?? send();
  sent.set(key, result);
  const outcome = await result;
  return { descriptor: layer.descriptor, result: before ? ('reused' as const) : outcome };
}
