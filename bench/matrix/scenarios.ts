import type { RetryRules } from '../../src/base/retry.ts';
import type { Calls, Quota } from './simulation.ts';

/**
 * Quotas of one account and region. Where AWS names no burst, the bucket holds one second.
 * https://docs.aws.amazon.com/general/latest/gr/ssm.html, https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html
 * and, for GetAuthorizationToken, the lower figure of ECR's troubleshooting page.
 */
export const QUOTAS: Readonly<Record<string, Quota>> = {
  'sts:AssumeRoleWithWebIdentity': { perSecond: 600, burst: 600 },
  'ssm:GetParameters': { perSecond: 40, burst: 40 },
  'ecr:GetAuthorizationToken': { perSecond: 20, burst: 200 },
  'ecr:PutImage': { perSecond: 10, burst: 10 },
};

const signIn = ['sts:AssumeRoleWithWebIdentity'];
const image = [['ecr:GetAuthorizationToken'], ['ecr:PutImage']];

export const SCENARIOS: Readonly<Record<string, Calls>> = {
  'up to 10 parameters': [signIn, ['ssm:GetParameters']],
  '50 parameters': [signIn, Array(5).fill('ssm:GetParameters')],
  'an image': [signIn, ...image],
  'an image and 10 parameters': [signIn, ['ssm:GetParameters', 'ecr:GetAuthorizationToken'], ['ecr:PutImage']],
  'an image of two platforms': [
    signIn,
    ['ecr:GetAuthorizationToken'],
    ['ecr:PutImage', 'ecr:PutImage'],
    ['ecr:PutImage'],
  ],
};

/**
 * What a client of the SDK does by default: three attempts; after a throttled one it waits a random time up to 1 s, then up
 * to 2 s (`@smithy/core`, StandardRetryStrategy with its rules of 2026). The house doubles before the first wait, hence the half.
 */
export const SDK_DEFAULT: Partial<RetryRules> = { attempts: 3, baseMs: 500, capMs: 20_000 };
