import { counted, someOf } from '../../base/units.ts';
import type { ObjectsRequest } from '../request.ts';
import { isContentNamed } from '../rules/viewer-paths.ts';
import type { PlannedBucket, PlannedObject } from './plan.ts';

/** So many seconds outlive a release, mostly. */
const LONG_S = 7 * 86_400;

/**
 * An invalidation reaches CloudFront's cache, and no browser's: what is replaced under its name, and was given out for a year, stays as
 * it was with those who have it. https://github.com/vercel/next.js/issues/62740, https://github.com/jonelantha/gatsby-s3-action/pull/47
 */
export function warnOfLongCached(
  { uploadUnchanged }: Pick<ObjectsRequest, 'uploadUnchanged'>,
  { buckets, objects }: { buckets: ReadonlyMap<string, PlannedBucket>; objects: readonly PlannedObject[] },
  log: { warning(text: string): void },
): void {
  // Where nothing was compared, what is sent may be what is there.
  if (uploadUnchanged) return;
  const kept = objects.filter(
    ({ bucket, key, action, headers, unproved }) =>
      action === 'changed' &&
      !unproved &&
      buckets.get(bucket)?.mayList &&
      isLong(headers['cache-control'] ?? '') &&
      !isContentNamed(key),
  );
  if (kept.length === 0) return;
  log.warning(
    `s3-cache-control: browsers keep ${counted(kept.length, 'object')} that ${kept.length === 1 ? 'changes under its name' : 'change under their names'} for a long time (${kept[0]!.headers['cache-control']}), whatever is invalidated: ${someOf(kept.map(({ key }) => key))}. Give a long time only to names with a hash: **/* => no-cache, then assets/** => public, max-age=31536000, immutable.`,
  );
}

/** Whether browsers keep it, without asking again, for longer than a release lives. @param cacheControl */
export function isLong(cacheControl: string): boolean {
  if (/\bno-(cache|store)\b/i.test(cacheControl)) return false;
  const [, seconds = '0'] = /(?:^|[\s,])max-age=(\d+)/i.exec(cacheControl) ?? [];
  return Number(seconds) >= LONG_S;
}
