import type { Access } from '../../job.ts';
import { contentTypeOf } from '../rules/headers.ts';
import { allowed } from '../s3/bucket.ts';
import { headObject } from '../s3/listing.ts';
import type { PlannedBucket, PlannedObject } from './plan.ts';

/** So many extensions are looked at, one object of each. */
const MAX_LOOKED_AT = 12;

/** What tools store that know no type, or one alone. */
const CARELESS = ['', 'binary/octet-stream', 'application/octet-stream', 'text/plain', 'text/html'];

/**
 * Objects that an older tool left have the type that it gave them, and stay as they are when their content does: modules that no browser
 * runs, pages that are downloaded. Where the release is new to a distribution, one object of each extension is looked at.
 */
export async function warnOfOlderTypes(
  { aws, runner }: Access,
  { buckets, objects }: { buckets: ReadonlyMap<string, PlannedBucket>; objects: readonly PlannedObject[] },
): Promise<void> {
  const samples = new Map<string, PlannedObject>();
  for (const object of objects) {
    if (samples.size === MAX_LOOKED_AT) break;
    if (object.action !== 'unchanged') continue;
    const { bucket, key } = object;
    const extension = /\.[^./]+$/.exec(key)?.[0] ?? '';
    if (!samples.has(`${bucket}${extension}`)) samples.set(`${bucket}${extension}`, object);
  }
  const found = await Promise.all(
    [...samples.values()].map(async ({ bucket, key, headers }) => {
      const head = await allowed(headObject(aws, buckets.get(bucket)!, { key }));
      const stored = baseOf(head?.headers['content-type']);
      const meant = baseOf(headers['content-type'] ?? contentTypeOf(key));
      const isWrong = head && meant !== stored && meant !== 'application/octet-stream' && CARELESS.includes(stored);
      return isWrong ? [`${key} (${stored || 'none'} in place of ${meant})`] : [];
    }),
  );
  const wrong = found.flat();
  if (wrong.length === 0) return;
  runner.warning(
    `objects that stay have the Content-Type that an older tool gave them: ${wrong.join(', ')}. Only one object of each extension was looked at: send all of them once with s3-upload-unchanged: true.`,
  );
}

function baseOf(type: string | undefined): string {
  return (type ?? '').split(';')[0]!.trim().toLowerCase();
}
