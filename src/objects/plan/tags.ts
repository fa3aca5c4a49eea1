import { Refused } from '../../aws/client.ts';
import { firstText } from '../../aws/xml.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import type { ObjectHead } from '../rules/compare.ts';
import { tagging } from '../rules/headers.ts';
import { MAX_TAGS } from '../rules/settings.ts';
import { allowed } from '../s3/bucket.ts';
import { ownerHeader } from '../s3/wire.ts';
import type { PlannedBucket, Retagging } from './plan.ts';
import type { PlannedFile } from './planned-file.ts';

type Tags = Retagging['tags'];

export interface WithTags {
  readonly objects: readonly PlannedFile[];
  readonly retags: readonly Retagging[];
  /** Buckets whose objects were asked for their tags. */
  readonly tagsRead: ReadonlySet<string>;
}

export const TAGS_AT_ONCE = 64;

/**
 * Tags that are named go with what is sent. What is there already, from before somebody named them, gets them as well: by its tags alone,
 * which sends no content and makes no new version. Tags that no line names stay, as those of a virus scanner.
 * @throws Problem when an object would then have more tags than S3 takes
 */
export async function planTags(
  { tags, uploadUnchanged, immutable }: ObjectsRequest,
  access: Access,
  { buckets, objects }: { buckets: ReadonlyMap<string, PlannedBucket>; objects: readonly PlannedFile[] },
): Promise<WithTags> {
  const retags: Retagging[] = [];
  const tagsRead = new Set<string>();
  const wanted = Object.entries(tags);
  if (wanted.length === 0 || uploadUnchanged || immutable) return { objects, retags, tagsRead };
  const refused = new Set<string>();
  const full: string[] = [];
  const copies = new Map<PlannedFile, Tags>();
  const kept = objects.filter(({ action }) => action === 'unchanged' || action === 'headers');
  await eachOf(kept, TAGS_AT_ONCE, async (object) => {
    const { bucket, key, action } = object;
    if (refused.has(bucket)) return;
    const found = await tagsOf(access, buckets.get(bucket)!, key);
    (found ? tagsRead : refused).add(bucket);
    if (!found) return;
    const all = { ...found, ...tags };
    if (action === 'unchanged' && wanted.every(([name, value]) => found[name] === value)) return;
    if (Object.keys(all).length > MAX_TAGS) full.push(`s3://${bucket}/${key}`);
    else if (action === 'headers') copies.set(object, all);
    else retags.push({ bucket, key, tags: all });
  });
  if (full.length > 0) throw tooMany(full);
  for (const name of refused) {
    access.runner.warning(
      `s3://${name}: whether the objects that stay have the tags of s3-tags cannot be told. Allow s3:GetObjectTagging, or send all of them once with s3-upload-unchanged: true.`,
    );
  }
  return {
    objects: copies.size === 0 ? objects : objects.map((one) => withTags(one, copies.get(one))),
    retags,
    tagsRead,
  };
}

/**
 * What a copy in place would lose: Ceph's copies have no tags, and those that a copy is given it cannot show again (16.2). No other server
 * than AWS is relied on to keep them. @returns all tags that the object is to have; `undefined` where a copy keeps them, or the caller
 * may not ask
 */
export async function tagsLostByCopy(
  access: Access,
  bucket: PlannedBucket,
  { key, head, tags = {} }: { readonly key: string; readonly head: ObjectHead; readonly tags?: Tags },
): Promise<Tags | undefined> {
  if (head.isAws || !(head.tagCount || Object.keys(tags).length > 0)) return undefined;
  const found = await tagsOf(access, bucket, key);
  const all = found && { ...found, ...tags };
  return all && Object.keys(all).length <= MAX_TAGS ? all : undefined;
}

function withTags(object: PlannedFile, tags: Tags | undefined): PlannedFile {
  return tags ? object.withHeaders({ ...object.headers, 'x-amz-tagging': tagging(tags) }) : object;
}

function tooMany(addresses: readonly string[]): Problem {
  return new Problem({
    what: `${counted(addresses.length, 'object')} would have more than ${MAX_TAGS} tags with those of s3-tags`,
    on: someOf(addresses),
    why: 'tags that s3-tags does not name stay',
    fix: 'name fewer tags, or remove some of the objects',
  });
}

/** `undefined` when the caller may not ask. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
function tagsOf({ aws }: Pick<Access, 'aws'>, bucket: PlannedBucket, key: string): Promise<Tags | undefined> {
  const asked = { method: 'GET', key, query: { tagging: '' }, headers: ownerHeader(bucket) } as const;
  const call = aws.call('s3:GetObjectTagging', async (signal) => ({
    text: (await bucket.wire.ask(asked, signal)).text,
  }));
  return allowed(
    call.then(
      ({ text }) => readTags(text),
      (thrown: unknown) => {
        // Some servers have an error for no tags at all. An object that is gone by now is found to be so when it is tagged.
        if (thrown instanceof Refused && /^NoSuch(TagSet|Key)/.test(thrown.code)) return {};
        throw thrown;
      },
    ),
  );
}

function readTags(text: string): Tags {
  const tags = text.split('<Tag>').slice(1);
  return Object.fromEntries(tags.map((one) => [firstText(one, 'Key'), firstText(one, 'Value')]));
}
