import { S3Client } from '@aws-sdk/client-s3';
import type { Runner } from '../base/runner.ts';
import type { Aws } from './client.ts';

/**
 * One client for a region, the step's own when left out. A server of one's own (`AWS_ENDPOINT_URL`) mostly has no host name for
 * each bucket, and may not know the checksums that the SDK sends by default.
 */
export function s3Client(
  { aws, runner }: { readonly aws: Aws; readonly runner: Pick<Runner, 'env'> },
  region?: string,
): S3Client {
  return new S3Client({
    ...aws.client(region),
    forcePathStyle: Boolean(runner.env.AWS_ENDPOINT_URL_S3 || runner.env.AWS_ENDPOINT_URL),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}
