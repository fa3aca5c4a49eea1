import { createHash, randomUUID } from 'node:crypto';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { Refused } from '../../aws/client.ts';
import { shapeOf, verdictOf } from '../../base/retryable.ts';
import type { Access } from '../../job.ts';
import { ANNOUNCES, GIVEN, noSuchDistribution, REFERENCE } from '../plan/owed-invalidations.ts';
import type { PlannedInvalidation } from '../plan/plan.ts';
import { deniedInvalidation } from './denied.ts';
import { waitFor } from './wait.ts';

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
 * @returns the invalidation's id
 */
export async function invalidate(
  { waitForInvalidation }: { readonly waitForInvalidation: boolean },
  access: Access,
  { planned, paths, announces }: Invalidated,
): Promise<string> {
  const { aws, session, runner } = access;
  const { distribution } = planned;
  try {
    // A service of its own: CloudFront is global, and its requests are signed for us-east-1 by the SDK's endpoint rules.
    const { CloudFrontClient } = await import('@aws-sdk/client-cloudfront');
    const cloudfront = new CloudFrontClient(aws.client(session.region));
    const { id, status } = await create(cloudfront, access, { planned, paths, announces });
    runner.info(
      `CloudFront ${distribution}: invalidation ${id} of ${paths.length === 1 ? paths[0] : `${paths.length} paths`}`,
    );
    if (waitForInvalidation && status !== 'Completed') await untilCompleted(cloudfront, access, { distribution, id });
    return id;
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    if (thrown.code === 'NoSuchDistribution') throw noSuchDistribution(distribution, session.accountId, thrown);
    throw deniedInvalidation(thrown, distribution, session);
  }
}

/**
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html: the caller reference makes a repeated
 * request the same invalidation.
 */
async function create(
  cloudfront: CloudFrontClient,
  { aws, runner, signal }: Access,
  { planned, paths, announces }: Invalidated,
): Promise<{ readonly id: string; readonly status: string | undefined }> {
  const { CreateInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new CreateInvalidationCommand({
    DistributionId: planned.distribution,
    InvalidationBatch: {
      CallerReference: referenceOf({ planned, paths, announces }, runner.env),
      Paths: { Quantity: paths.length, Items: [...paths] },
    },
  });
  const { Invalidation } = await aws.call(
    'cloudfront:CreateInvalidation',
    (abortSignal) => cloudfront.send(command, { abortSignal }),
    {
      signal,
      // HTTP 400 with no hint to retry, though it passes: others' invalidations end within minutes.
      classify: (error) => (shapeOf(error).name === 'TooManyInvalidationsInProgress' ? 'throttled' : verdictOf(error)),
    },
  );
  return { id: Invalidation?.Id ?? '', status: Invalidation?.Status };
}

async function untilCompleted(
  cloudfront: CloudFrontClient,
  access: Access,
  { distribution, id }: { readonly distribution: string; readonly id: string },
): Promise<void> {
  const { GetInvalidationCommand } = await import('@aws-sdk/client-cloudfront');
  const command = new GetInvalidationCommand({ DistributionId: distribution, Id: id });
  const wait = {
    what: `invalidation ${id} of CloudFront distribution ${distribution}`,
    input: 'cloudfront-wait',
    ask: async () => {
      const { Invalidation } = await access.aws.call('cloudfront:GetInvalidation', (abortSignal) =>
        cloudfront.send(command, { abortSignal }),
      );
      return Invalidation?.Status === 'Completed' ? undefined : String(Invalidation?.Status);
    },
    pausesMs: [POLL_MS],
    deadlineMs: INVALIDATION_MS,
    fix: 'everything was uploaded, and CloudFront carries on: look at it in the console, or leave cloudfront-wait out',
  };
  await waitFor(wait, access);
}

/** Names the release whose debts it pays; one of given paths, or of what cannot be seen, pays for none but its own. */
function referenceOf(
  { planned, paths, announces }: Invalidated,
  { GITHUB_RUN_ID = '0', GITHUB_RUN_ATTEMPT = '1' }: Readonly<Record<string, string | undefined>>,
): string {
  const { distribution, scope, given, maySee } = planned;
  const pays = given ? `${GIVEN}${scope}` : maySee ? scope : 'blind';
  const follows = announces ? ANNOUNCES : '';
  const digest = createHash('sha256')
    .update([distribution, ...paths].join('\n'))
    .digest('hex')
    .slice(0, 12);
  return `${REFERENCE}${pays}-${follows}${GITHUB_RUN_ID}-${GITHUB_RUN_ATTEMPT}-${STEP}-${digest}`;
}
