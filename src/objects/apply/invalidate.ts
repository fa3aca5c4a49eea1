import { createHash, randomUUID } from 'node:crypto';
import { Refused } from '../../aws/client.ts';
import { allowing } from '../../aws/denied.ts';
import { poll } from '../../base/poll.ts';
import { Problem } from '../../base/problem.ts';
import { shapeOf, verdictOf } from '../../base/retryable.ts';
import type { Access } from '../../job.ts';
import { ANNOUNCES, noSuchDistribution, REFERENCE } from '../plan/owed-invalidations.ts';
import type { PlannedInvalidation } from '../plan/plan.ts';
import { isDenied } from './denied.ts';

/** For CloudFront to have carried out an invalidation: mostly minutes. */
const INVALIDATION_MS = 30 * 60_000;

const POLL_MS = 5_000;

/** In every reference: two steps of one run that replace the same object need two invalidations. */
const STEP = randomUUID().slice(0, 8);

export interface Invalidated {
  readonly planned: PlannedInvalidation;
  readonly paths: readonly string[];
  /** Whether deletions follow. */
  readonly announces: boolean;
}

/**
 * Makes CloudFront forget paths, and waits for it if asked.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html: the caller reference makes a repeated
 * request the same invalidation.
 * @returns the invalidation's id
 */
export async function invalidate(
  { waitForInvalidation }: { readonly waitForInvalidation: boolean },
  { aws, session, runner, signal }: Access,
  { planned, paths, announces }: Invalidated,
): Promise<string> {
  const { distribution } = planned;
  // A service of its own: CloudFront is global, and its requests are signed for us-east-1 by the SDK's endpoint rules.
  const { CloudFrontClient, CreateInvalidationCommand, GetInvalidationCommand } = await import(
    '@aws-sdk/client-cloudfront'
  );
  const cloudfront = new CloudFrontClient(aws.client(session.region));
  const command = new CreateInvalidationCommand({
    DistributionId: distribution,
    InvalidationBatch: {
      CallerReference: referenceOf({ planned, paths, announces }, runner.env),
      Paths: { Quantity: paths.length, Items: [...paths] },
    },
  });
  try {
    const answer = await aws.call(
      'cloudfront:CreateInvalidation',
      (abortSignal) => cloudfront.send(command, { abortSignal }),
      {
        signal,
        // HTTP 400 with no hint to retry, though it passes: others' invalidations end within minutes.
        classify: (error) =>
          shapeOf(error).name === 'TooManyInvalidationsInProgress' ? 'throttled' : verdictOf(error),
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
    const resources = [`arn:${session.partition}:cloudfront::${session.accountId}:distribution/${distribution}`];
    const needed = [{ actions: [thrown.action], resources }];
    if (thrown.code === 'NoSuchDistribution') throw noSuchDistribution(distribution, session.accountId, thrown);
    throw new Problem({
      what: `the invalidation was refused with ${thrown.code} (HTTP ${thrown.status})`,
      on: `CloudFront distribution ${distribution}`,
      why:
        thrown.code === 'AccessDenied'
          ? `the role lacks ${thrown.action}, or the distribution is another account's, where no permission helps`
          : thrown.details.why,
      fix: `mend it and run again, which invalidates what is owed; or invalidate by hand${isDenied(thrown) ? `; or ${allowing({ said: thrown.details.why, needed })}` : ''}`,
      cause: thrown,
    });
  }
}

/** Names the release whose debts it pays; one of given paths, or of what cannot be seen, pays for none. */
function referenceOf(
  { planned, paths, announces }: Invalidated,
  { GITHUB_RUN_ID = '0', GITHUB_RUN_ATTEMPT = '1' }: Readonly<Record<string, string | undefined>>,
): string {
  const { distribution, scope, given, maySee } = planned;
  const pays = given ? 'given' : maySee ? scope : 'blind';
  const follows = announces ? ANNOUNCES : '';
  const digest = createHash('sha256')
    .update([distribution, ...paths].join('\n'))
    .digest('hex')
    .slice(0, 12);
  return `${REFERENCE}${pays}-${follows}${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}-${STEP}-${digest}`;
}
