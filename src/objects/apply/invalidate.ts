import { createHash } from 'node:crypto';
import { Refused } from '../../aws/client.ts';
import { poll } from '../../base/poll.ts';
import { Problem } from '../../base/problem.ts';
import { INVALIDATION_MS } from '../../base/timeouts.ts';
import { verdictOf } from '../../base/verdict.ts';
import type { Access } from '../../job.ts';

interface InvalidationRequest {
  readonly distribution: string;
  readonly waitForInvalidation: boolean;
}

/** Invalidations of others end within minutes: so long their number is waited out. */
const BUSY_MS = 10 * 60_000;
const POLL_MS = 5_000;

/**
 * Makes CloudFront forget paths, and waits for it if asked.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html: the caller reference makes a repeated
 * request the same invalidation.
 * @param what makes the references of one run differ: `upload`, `delete`
 * @returns the invalidation's id
 */
export async function invalidate(
  { aws, session, runner, signal }: Access,
  { distribution, waitForInvalidation }: InvalidationRequest,
  paths: readonly string[],
  what: string,
): Promise<string> {
  // A service of its own: CloudFront is global, and its requests are signed for us-east-1 by the SDK's endpoint rules.
  const { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } = await import(
    '@aws-sdk/client-cloudfront'
  );
  const cloudfront = new CloudFrontClient(aws.client(session.region));
  const { GITHUB_RUN_ID = '0', GITHUB_RUN_ATTEMPT = '1' } = runner.env;
  const digest = createHash('sha256')
    .update([what, distribution, ...paths].join('\n'))
    .digest('hex')
    .slice(0, 16);
  const command = new CreateInvalidationCommand({
    DistributionId: distribution,
    InvalidationBatch: {
      CallerReference: `keyless-aws-${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}-${digest}`,
      Paths: { Quantity: paths.length, Items: [...paths] },
    },
  });
  try {
    const answer = await aws.call(
      'cloudfront:CreateInvalidation',
      (abortSignal) => cloudfront.send(command, { abortSignal }),
      {
        rules: { attempts: 60, budgetMs: BUSY_MS },
        // HTTP 400 with no hint to retry, though it passes. https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
        classify: (error) => (nameOf(error) === 'TooManyInvalidationsInProgress' ? 'throttled' : verdictOf(error)),
      },
    );
    const id = answer.Invalidation?.Id ?? '';
    runner.info(
      `CloudFront ${distribution}: invalidation ${id} of ${paths.length === 1 ? paths[0] : `${paths.length} paths`}`,
    );
    let status = answer.Invalidation?.Status;
    const ask = async () => {
      if (status === 'Completed') return undefined;
      const asked = await aws.call('cloudfront:GetInvalidation', (abortSignal) =>
        cloudfront.send(new GetInvalidationCommand({ DistributionId: distribution, Id: id }), { abortSignal }),
      );
      status = asked.Invalidation?.Status;
      return status === 'Completed' ? undefined : String(status);
    };
    if (waitForInvalidation) {
      await poll({
        what: `invalidation ${id} of CloudFront distribution ${distribution}`,
        input: 'cloudfront-wait',
        ask,
        pauseMs: POLL_MS,
        longestMs: POLL_MS,
        deadlineMs: INVALIDATION_MS,
        fix: 'everything was uploaded, and CloudFront goes on: look at it in the console, or leave cloudfront-wait out',
        say: runner.info,
        signal,
      });
    }
    return id;
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    throw new Problem({
      what: `the invalidation was refused with ${thrown.code} (HTTP ${thrown.status})`,
      on: `CloudFront distribution ${distribution}`,
      why: explain(thrown, session.accountId),
      fix: 'everything was uploaded, nothing was deleted: mend it and run again, or invalidate by hand',
      cause: thrown,
    });
  }
}

function explain({ code, details }: Refused, account: string): string | undefined {
  if (code === 'NoSuchDistribution')
    return `account ${account} has no such distribution; an invalidation can't be made across accounts`;
  if (code === 'AccessDenied')
    return "the role lacks cloudfront:CreateInvalidation, or the distribution is another account's";
  return details.why;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
