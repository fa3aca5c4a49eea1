import { GetObjectAclCommand, type GetObjectAclCommandOutput } from '@aws-sdk/client-s3';
import { Problem } from '../../base/problem.ts';
import { lookAtOwners, type OwnerIds, tellingOwners } from '../plan/owners.ts';
import type { PlannedObject } from '../plan/plan.ts';
import {
  type AclOutcome,
  BUCKET_OWNER_FULL_CONTROL,
  type CannedAcl,
  OWNERSHIP_REMEDY,
  outcomeText,
} from '../rules/acl.ts';
import { allowed } from '../s3/bucket.ts';
import { listOne } from '../s3/listing.ts';
import { type Sender, scopePrefix } from './sender.ts';

/**
 * Looks whose an object is that was just written, where the bucket's settings do not tell.
 * @returns the IAM actions that showed it
 * @throws Problem when the bucket's owner does not own it, or nothing tells whether it does, and `s3-verify-owner` says fail
 */
export async function checkOwner(sender: Sender, { key }: Pick<PlannedObject, 'key'>): Promise<readonly string[]> {
  const { access, bucket } = sender;
  const on = `s3://${bucket.name}/${key}`;
  const { outcome, by } = await ownerSeen(sender, key);
  const told = outcomeText(outcome);
  if (outcome === 'owner') access.runner.info(`${on}: belongs to the bucket's owner`);
  else if (told === undefined) tellUnknown(sender, on);
  else if (bucket.verify === 'warn') access.runner.warning(`${on}: ${told}. To fix it, ${OWNERSHIP_REMEDY}.`);
  else {
    throw new Problem({
      what: 'the first object stays with the uploader, so the rest was not sent',
      on,
      why: told,
      fix: `${OWNERSHIP_REMEDY}; or s3-verify-owner: warn, if the owner's own roles are the only readers. The object may be deleted by both accounts.`,
    });
  }
  return by;
}

/** A refusal to show the owner proves nothing: the bucket's owner may have the object, or the role may just not ask. */
function tellUnknown({ access, bucket }: Sender, on: string): void {
  const what = "whether the bucket's owner owns what is sent cannot be told";
  const fix = tellingOwners(bucket);
  if (bucket.mustTellOwner) {
    const again = `${fix}; s3-verify-owner: warn goes on`;
    throw new Problem({
      what,
      on,
      why: 'Object Ownership is unknown, and so is the owner of the first object',
      fix: again,
    });
  }
  access.runner.warning(`${on}: ${what}. To fix it, ${fix}.`);
}

async function ownerSeen(sender: Sender, key: string): Promise<{ outcome: AclOutcome; by: readonly string[] }> {
  const { access, bucket, acl } = sender;
  const answer = await allowed(
    access.aws.call('s3:GetObjectAcl', (abortSignal) =>
      bucket.s3.send(new GetObjectAclCommand({ Bucket: bucket.name, Key: key, ExpectedBucketOwner: bucket.owner }), {
        abortSignal,
      }),
    ),
  );
  const shown = answer ? outcomeShown(answer, acl) : 'unknown';
  if (shown !== 'unknown') return { outcome: shown, by: ['s3:GetObjectAcl'] };
  const owner = answer?.Owner?.ID ?? (await listedOwner(sender, key));
  const ids = await lookAtOwners(access, bucket);
  const outcome = outcomeOfOwner(owner, ids, acl);
  const by = [...(answer ? ['s3:GetObjectAcl'] : []), ids.bucketOwner ? 's3:GetBucketAcl' : 's3:ListAllMyBuckets'];
  return { outcome, by: outcome === 'unknown' ? [] : by };
}

/** A listing names owners, and takes no further permission. */
async function listedOwner(sender: Sender, key: string): Promise<string | undefined> {
  const { access, bucket } = sender;
  if (!bucket.mayList) return undefined;
  const listed = await listOne(access.aws, bucket, { prefix: scopePrefix(sender, key), key, fetchOwner: true });
  return listed?.owner;
}

/**
 * Who can serve an object, from its ACL. Its owner may always do all. With `bucket-owner-full-control` sent, somebody else's grant
 * is the bucket's owner's, who then does not own.
 */
export function outcomeShown(
  { Owner, Grants = [] }: Pick<GetObjectAclCommandOutput, 'Owner' | 'Grants'>,
  sent: CannedAcl | undefined,
): AclOutcome {
  const others = Grants.filter(({ Grantee }) => Grantee?.Type === 'CanonicalUser' && Grantee.ID !== Owner?.ID);
  if (others.some(({ Permission }) => Permission === 'FULL_CONTROL' || Permission === 'READ')) return 'granted';
  return sent === BUCKET_OWNER_FULL_CONTROL ? 'owner' : 'unknown';
}

/** The same from the owner's canonical id: what the caller wrote is its own, or the bucket's owner's. */
export function outcomeOfOwner(
  owner: string | undefined,
  { own, bucketOwner }: OwnerIds,
  sent: CannedAcl | undefined,
): AclOutcome {
  if (owner === undefined || (own === undefined && bucketOwner === undefined)) return 'unknown';
  if (bucketOwner === undefined ? owner !== own : owner === bucketOwner) return 'owner';
  return sent === BUCKET_OWNER_FULL_CONTROL || sent === 'bucket-owner-read' ? 'granted' : 'none';
}
