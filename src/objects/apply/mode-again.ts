import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { PlannedBucket } from '../plan/plan.ts';
import { type CannedAcl, DARK_OBJECTS, OWNERSHIP_REMEDY, outcomeOf } from '../rules/acl.ts';
import { lookAtOwnership } from '../s3/bucket.ts';

/**
 * Whether the bucket's Object Ownership is still what the plan relied on: its owner may have changed it since, and what was sent then stays
 * with the uploader. In the step's own account that makes no difference.
 * @param acl that was sent
 * @throws Problem where `s3-verify-owner` says fail
 */
export async function checkModeAgain(access: Access, bucket: PlannedBucket, acl: CannedAcl | undefined): Promise<void> {
  const { name, relation, ownership, verify } = bucket;
  if (relation !== 'cross' || verify === 'off' || outcomeOf(acl, bucket) !== 'owner') return;
  const now = await lookAtOwnership(access, bucket);
  if (now === undefined || outcomeOf(acl, { ...bucket, ownership: now }) === 'owner') return;
  const what = `the mode of Object Ownership changed from ${ownership} to ${now} while the step ran`;
  const fix = `${OWNERSHIP_REMEDY}; with the latter, then run once with s3-fix-acl: true`;
  if (verify === 'fail')
    throw new Problem({ what, on: `s3://${name}`, why: `what was sent since then is dark: ${DARK_OBJECTS}`, fix });
  access.runner.warning(`s3://${name}: ${what}. What was sent since then is dark: ${DARK_OBJECTS}. To fix it, ${fix}.`);
}
