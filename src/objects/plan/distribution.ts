import type { Origin } from '@aws-sdk/client-cloudfront';
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
  readonly origins: readonly DistributionOrigin[];
  /** Whether some of what is cached is kept apart by the query of its address: a path stands for the address without one alone. */
  readonly byQuery: boolean;
}

export interface DistributionOrigin {
  /** `undefined` for what is not a bucket by its own name. */
  readonly bucket: string | undefined;
  /** Its origin path as keys have it: ends in a slash or is empty. */
  readonly prefix: string;
}

/** The bucket's own address, or its website's, in any of their forms. */
const BUCKET_DOMAIN = /^(.+?)\.s3(?:-website)?(?:[.-][a-z0-9.-]+)?\.amazonaws\.com(?:\.cn)?$/;

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html */
const POLICIES_BY_QUERY = [
  // UseOriginCacheControlHeaders-QueryStrings, Amplify
  '4cc15a8a-d715-48a4-82b8-cc0b614638fe',
  '2e54312d-136d-493c-8eb9-b001f22f67d2',
];

/**
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
 * @returns `undefined` when the caller may not ask
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
  const names = config?.Aliases?.Items ?? [];
  const pages = (config?.CustomErrorResponses?.Items ?? []).map(({ ResponsePagePath }) => ResponsePagePath ?? '');
  return {
    domain: names.find((name) => !name.startsWith('*')) ?? DomainName,
    errorPages: new Set(pages.filter((path) => path !== '')),
    rootObject: config?.DefaultRootObject || 'index.html',
    origins: (config?.Origins?.Items ?? []).map(originOf),
    byQuery: [config?.DefaultCacheBehavior, ...(config?.CacheBehaviors?.Items ?? [])].some(
      (one) => one?.ForwardedValues?.QueryString || POLICIES_BY_QUERY.includes(one?.CachePolicyId ?? ''),
    ),
  };
}

function originOf({ DomainName = '', OriginPath = '' }: Origin): DistributionOrigin {
  const bucket = BUCKET_DOMAIN.exec(DomainName)?.[1];
  const prefix = OriginPath.replace(/^\/|\/$/g, '');
  return { bucket: bucket?.endsWith('-s3alias') ? undefined : bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}
