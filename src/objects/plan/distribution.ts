import type { Access } from '../../job.ts';
import { allowed } from '../s3/bucket.ts';

/** What a distribution's configuration says of its pages. */
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
}

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
  };
}
