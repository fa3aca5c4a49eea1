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

/**
 * A distribution that serves nothing of a release: its id may be another site's, or the prefix is not below its origin path. Its viewers
 * do not get the release, and nothing of it is invalidated.
 */
export function warnOfNothingServed(
  { line, facts }: Viewers,
  objects: readonly ObjectAddress[],
  log: { warning(text: string): void },
): void {
  const origins = line.origin ? [line.origin] : (facts?.origins ?? []);
  const own = new Set(origins.map(({ bucket }) => bucket));
  // What has no bucket's own name, as a proxy or an access point, may be this one.
  if (objects.length === 0 || own.size === 0 || own.has(undefined)) return;
  const viewerKey = viewerKeyOf({ line, facts });
  if (objects.some((one) => own.has(one.bucket) && viewerKey(one) !== undefined)) return;
  const serves = [...new Set(origins.map(({ bucket, prefix }) => `s3://${bucket}/${prefix}`))].join(', ');
  log.warning(
    `CloudFront ${line.distribution} serves ${serves}, and s3-upload puts nothing there. Its viewers do not get this release, and what they would get is not invalidated: check cloudfront-distribution, and the prefixes of s3-upload.`,
  );
}

/**
 * Redirects are the website's: the bucket itself answers with the empty object. https://github.com/widdix/aws-cf-templates/issues/202
 */
export function warnOfUnseenRedirects(
  { line, facts }: Viewers,
  redirects: readonly ObjectAddress[],
  log: { warning(text: string): void },
): void {
  const viewerKey = viewerKeyOf({ line, facts });
  const plain = redirects.find((one) => {
    const own = (facts?.origins ?? []).filter(({ bucket }) => bucket === one.bucket);
    return own.length > 0 && own.every(({ isWebsite }) => !isWebsite) && viewerKey(one) !== undefined;
  });
  if (!plain) return;
  log.warning(
    `CloudFront ${line.distribution} asks the bucket ${plain.bucket} itself, which does not redirect: its viewers get an empty page at /${viewerKey(plain)}. To redirect them, make the bucket's website endpoint the origin (s3-redirects is for that), or redirect with a CloudFront function.`,
  );
}
