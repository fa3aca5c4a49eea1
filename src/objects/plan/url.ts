import { partitionOf } from '../../aws/partition.ts';
import { bucketInPath, s3Endpoint } from '../../aws/s3-client.ts';
import type { Access } from '../../job.ts';
import type { LocalTarget } from '../local/targets.ts';
import { encodeKey } from '../rules/key.ts';
import type { DistributionFacts } from './distribution.ts';
import type { PlannedBucket, PublishedUrl } from './plan.ts';
import { type Viewers, viewerKeyOf } from './viewers.ts';

/**
 * Where a browser finds what the first line of s3-upload publishes: behind the first distribution, by its own domain where it has
 * one, else at S3's address of the object.
 */
export function publishedUrl(
  { runner }: Pick<Access, 'runner'>,
  {
    buckets,
    targets,
    viewers,
  }: {
    readonly buckets: ReadonlyMap<string, PlannedBucket>;
    readonly targets: readonly LocalTarget[];
    readonly viewers: readonly Viewers[];
  },
): PublishedUrl | undefined {
  const [target] = targets;
  const bucket = target && buckets.get(target.bucket);
  if (!target || !bucket) return undefined;
  for (const viewed of viewers) {
    const path = viewerKeyOf(viewed)({ bucket: target.bucket, key: target.prefix });
    if (path === undefined) continue;
    if (viewed.facts?.domain) return { url: `https://${viewed.facts.domain}/${pathOf(target, path, viewed.facts)}` };
    break;
  }
  if (bucketInPath(runner.env)) {
    return { url: `${s3Endpoint(runner.env).replace(/\/$/, '')}/${target.bucket}/${pageOf(target)}` };
  }
  const { domain } = partitionOf(bucket.region);
  // The certificate stands for one name before `.s3`, without dots; an old bucket's may have capitals and underscores.
  const [host, path] = /[^a-z0-9-]/.test(target.bucket) ? ['', `${target.bucket}/`] : [`${target.bucket}.`, ''];
  return { url: `https://${host}s3.${bucket.region}.${domain}/${path}${pageOf(target)}` };
}

/**
 * CloudFront itself knows a page for `/` alone: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html.
 * The page of a folder has its full name, unless the bucket's website, or code at the edge, finds it.
 */
function pathOf(target: LocalTarget, path: string, { origins, hasRootObject, rewrites }: DistributionFacts): string {
  const isWebsite = origins.some((origin) => origin.bucket === target.bucket && origin.isWebsite);
  const isFound = isWebsite || rewrites || (path === '' && hasRootObject);
  return isFound ? encodeKey(path) : pageOf({ files: target.files, prefix: path });
}

/** S3's own address serves no index document. */
function pageOf({ prefix, files }: Pick<LocalTarget, 'prefix' | 'files'>): string {
  const hasIndex = files.some(({ name }) => name === 'index.html') && (prefix === '' || prefix.endsWith('/'));
  return encodeKey(hasIndex ? `${prefix}index.html` : prefix);
}
