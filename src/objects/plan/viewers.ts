import type { DistributionLine } from '../request-lines.ts';
import type { ObjectAddress } from '../rules/key.ts';
import type { DistributionFacts } from './distribution.ts';

/** A distribution as a line names it, and what may be seen of it. */
export interface Viewers {
  readonly line: DistributionLine;
  readonly facts: DistributionFacts | undefined;
}

/**
 * The key under which viewers of a distribution ask for an object: without the origin path, which the line names, or the distribution's
 * configuration. `undefined` where it does not serve the object.
 */
export function viewerKeyOf({ line, facts }: Viewers): (object: ObjectAddress) => string | undefined {
  return ({ bucket, key }) => {
    const prefix = line.origin?.bucket === bucket ? line.origin.prefix : originPrefix(facts, { bucket, key });
    if (line.origin && line.origin.bucket !== bucket) return undefined;
    return key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
  };
}

/** Of the origins that are this bucket, the nearest above the key; any of them where none is above it. */
function originPrefix(facts: DistributionFacts | undefined, { bucket, key }: ObjectAddress): string {
  const own = (facts?.origins ?? []).filter((origin) => origin.bucket === bucket).map(({ prefix }) => prefix);
  const above = own.filter((prefix) => key.startsWith(prefix)).sort((a, b) => b.length - a.length);
  return above[0] ?? own[0] ?? '';
}

/** A distribution all of whose origins are other buckets: the release is not what its viewers get, so its id may be another site's. */
export function warnOfOtherOrigins(
  { line, facts }: Viewers,
  buckets: Iterable<string>,
  log: { warning(text: string): void },
): void {
  const origins = facts?.origins ?? [];
  const names = new Set(buckets);
  if (line.origin || origins.length === 0) return;
  if (origins.some(({ bucket }) => bucket === undefined || names.has(bucket))) return;
  const serves = [...new Set(origins.map(({ bucket }) => `s3://${bucket}`))].join(', ');
  log.warning(
    `CloudFront ${line.distribution} serves ${serves}, and none of the buckets of s3-upload. Its viewers do not get this release, and what they would get is not invalidated: check the id in cloudfront-distribution.`,
  );
}
