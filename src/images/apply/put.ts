import { settle } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { type Finished, inOrder } from '../plan/finish.ts';
import type { Push, TagPlan } from '../plan/plan.ts';
import { archivedFix, RegistryRefused } from '../registry/denied.ts';
import type { RemoteManifest, Repository } from '../registry/repository.ts';

interface PutDeps {
  readonly repository: Repository;
  readonly warn: (text: string) => void;
}

/**
 * Puts all manifests, children before what refers to them and tags last.
 * @returns what the tags are now: with image-tag-exists: skip, one that another job put meanwhile is kept
 */
export async function putManifests(
  push: Push,
  finished: Finished,
  { repository, warn }: PutDeps,
): Promise<readonly TagPlan[]> {
  const manifests = inOrder(finished);
  const { digest } = finished.descriptor;
  const isTagged = push.tags.every(({ action }) => action !== 'put');
  // Children by digest, never by tag: in an immutable repository the index could not take the tag after them.
  for (const { descriptor, bytes } of manifests.slice(0, -1)) {
    if (isTagged && !push.missing.includes(descriptor.digest)) continue;
    await repository.putManifest(descriptor.digest, descriptor.mediaType, bytes);
  }
  const outcome = await settle(
    push.tags.map(async (it) =>
      it.action === 'put' && it.before !== digest ? putUnlessTaken(it, push, { finished, repository }) : it,
    ),
  );
  if (outcome.failure === undefined) return outcome.done;
  const done = outcome.done.filter(({ action }) => action === 'put').map(({ tag = digest }) => tag);
  if (done.length > 0) {
    const name = `${push.registry.host}/${push.repository} (${done.join(', ')})`;
    warn(`${name} is now ${digest}, before another tag of it failed`);
  }
  throw outcome.failure;
}

interface Putting {
  readonly finished: Finished;
  readonly repository: Repository;
}

/** A tag that was free may not be any more: the layers may have been an hour under way. */
async function putUnlessTaken(it: TagPlan, push: Push, { finished, repository }: Putting): Promise<TagPlan> {
  const { tag = finished.descriptor.digest } = it;
  const isGuarded = push.tagExists !== 'overwrite' && it.tag !== undefined;
  const held = isGuarded ? await repository.manifest(tag) : undefined;
  const taken = held ?? (await putTag(tag, finished, { repository, isGuarded }));
  if (taken === undefined || taken.digest === finished.descriptor.digest) return it;
  if (push.tagExists === 'skip') {
    return { tag, before: taken.digest, beforeType: taken.mediaType, action: 'keep' };
  }
  throw new Problem({
    what: `${push.registry.host}/${push.repository}:${tag} is another image`,
    why: `image-tag-exists is fail; another job put ${taken.digest} while this one was under way, and this would be ${finished.descriptor.digest}`,
    fix: 'push another tag, or let one job alone push this one (concurrency)',
  });
}

/**
 * An immutable tag is refused even for the digest that it has: another job, or an answer that was lost, may have put it.
 * @returns the image that the tag has, where it is not this one and that is for the caller to judge
 */
async function putTag(
  tag: string,
  { descriptor, bytes }: Finished,
  { repository, isGuarded }: { readonly repository: Repository; readonly isGuarded: boolean },
): Promise<RemoteManifest | undefined> {
  try {
    await repository.putManifest(tag, descriptor.mediaType, bytes);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof RegistryRefused) || thrown.code !== 'TAG_INVALID') throw thrown;
    const held = await repository.manifest(tag);
    if (held?.digest === descriptor.digest || (held && isGuarded)) return held;
    // It has an image, and gives none.
    const fix = `${thrown.details.fix};\n${archivedFix(repository.arn, tag)}`;
    throw held ? thrown : new Problem({ ...thrown.details, fix });
  }
}
