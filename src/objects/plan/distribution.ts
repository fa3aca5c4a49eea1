import type { Origin } from '@aws-sdk/client-cloudfront';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import { allowed } from '../s3/bucket.ts';

/** What a distribution's configuration says about its pages. */
export interface DistributionFacts {
  /** The first name of its own that is not a wildcard; CloudFront's otherwise. */
  readonly domain: string | undefined;
  /**
   * Paths of pages that are served for errors, as `/index.html` for every address of a single-page application: the cache keeps them under
   * the addresses that viewers asked for.
   */
  readonly errorPages: ReadonlySet<string>;
  /** The key that is served for `/`. */
  readonly rootObject: string;
  /** Whether the distribution itself names it. */
  readonly hasRootObject: boolean;
  /** Whether code at the edge may turn one address into another, as that of a folder into that of its index page. */
  readonly rewrites: boolean;
  readonly origins: readonly DistributionOrigin[];
  /** Whether some of what is cached is kept apart by the query of its address: a path stands for the address without one alone. */
  readonly byQuery: boolean;
}

export interface DistributionOrigin {
  /** `undefined` for what is not a bucket by its own name. */
  readonly bucket: string | undefined;
  /** Its origin path as keys have it: ends in a slash or is empty. */
  readonly prefix: string;
  /** Whether it is the bucket's website, which knows index pages of folders and redirects, and not the bucket itself. */
  readonly isWebsite: boolean;
}

/** The bucket's own address, or its website's, in any of their forms. */
const BUCKET_DOMAIN = /^(.+?)\.s3(-website)?(?:[.-][a-z0-9.-]+)?\.amazonaws\.com(?:\.cn)?$/;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const POLICIES_BY_QUERY = [
  // UseOriginCacheControlHeaders-QueryStrings, Amplify
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
  '2e54312d-136d-493c-8eb9-b001f22f67d2',
];

/**
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
 * @returns `undefined` when the caller may not ask
 * @throws Problem for a distribution that only its tenants are served by
 */
export async function lookAtDistribution(
  { aws, session }: Pick<Access, 'aws' | 'session'>,
  distribution: string,
): Promise<DistributionFacts | undefined> {
  const { CloudFrontClient, GetDistributionCommand } = await import('@aws-sdk/client-cloudfront');
  const cloudfront = new CloudFrontClient(aws.client(session.region));
  const answer = await allowed(
    aws.call('cloudfront:GetDistribution', (abortSignal) =>
      cloudfront.send(new GetDistributionCommand({ Id: distribution }), { abortSignal }),
    ),
  );
  if (!answer?.Distribution) return undefined;
  const { DomainName, DistributionConfig: config } = answer.Distribution;
  if (config?.ConnectionMode === 'tenant-only') throw servesTenants(distribution);
  const names = config?.Aliases?.Items ?? [];
  const pages = (config?.CustomErrorResponses?.Items ?? []).map(({ ResponsePagePath }) => ResponsePagePath ?? '');
  return {
    domain: names.find((name) => !name.startsWith('*')) ?? DomainName,
    errorPages: new Set(pages.filter((path) => path !== '')),
    rootObject: config?.DefaultRootObject || 'index.html',
    hasRootObject: (config?.DefaultRootObject ?? '') !== '',
    rewrites: [
      config?.DefaultCacheBehavior?.FunctionAssociations,
      config?.DefaultCacheBehavior?.LambdaFunctionAssociations,
    ].some((associations) => (associations?.Items ?? []).some(({ EventType }) => EventType?.endsWith('-request'))),
    origins: (config?.Origins?.Items ?? []).map(originOf),
    byQuery: [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])].some(
      (one) => one?.ForwardedValues?.QueryString || POLICIES_BY_QUERY.includes(one?.CachePolicyId ?? ''),
    ),
  };
}

function originOf({ DomainName = '', OriginPath = '' }: Origin): DistributionOrigin {
  const [, bucket, website] = BUCKET_DOMAIN.exec(DomainName) ?? [];
  const prefix = OriginPath.replace(/^\/|\/$/g, '');
  return {
    bucket: bucket?.endsWith('-s3alias') ? undefined : bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    isWebsite: website !== undefined,
  };
}

/**
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidationForDistributionTenant.html; an invalidation of the
 * distribution itself is refused as if it were not there: https://github.com/domits1/Domits/pull/3250
 */
function servesTenants(distribution: string): Problem {
  return new Problem({
    what: 'this is a multi-tenant distribution, which serves nothing itself',
    on: `CloudFront distribution ${distribution}`,
    why: 'its tenants do, each with a cache of its own, and this action cannot invalidate those yet; nothing was sent',
    fix: `leave it out of cloudfront-distribution, and after this step run aws cloudfront create-invalidation-for-distribution-tenant for each tenant that aws cloudfront list-distribution-tenants --association-filter DistributionId=${distribution} names`,
  });
}
