import { S3Client } from '@aws-sdk/client-s3';
import type { Runner } from '../base/runner.ts';
import type { Aws } from './client.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration-getting-started.html: takes no bucket in the path. */
const ACCELERATED = /^https:\/\/s3-accelerate(\.dualstack)?\.amazonaws\.com\/?$/;

/** The server that the environment names, in the order of the SDKs; empty for AWS's own. */
export function s3Endpoint({ AWS_ENDPOINT_URL_S3: own, AWS_ENDPOINT_URL: all }: Runner['env']): string {
  return own || all || '';
}

/** Whether addresses have the bucket in the path: a server of one's own mostly has no host name for each bucket. */
export function bucketInPath(env: Runner['env']): boolean {
  const endpoint = s3Endpoint(env);
  return endpoint !== '' && !ACCELERATED.test(endpoint);
}

/**
 * One client for a region, the step's own when left out. A server of one's own (`AWS_ENDPOINT_URL`) may not know the checksums that the
 * SDK sends by default.
 */
export function s3Client(
  { aws, runner }: { readonly aws: Aws; readonly runner: Pick<Runner, 'env'> },
  region?: string,
): S3Client {
  return new S3Client({
    ...aws.client(region),
    forcePathStyle: bucketInPath(runner.env),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
