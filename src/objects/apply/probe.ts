import { GetObjectAclCommand, type GetObjectAclCommandOutput } from '@aws-sdk/client-s3';
import { Refused } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import type { PlannedObject } from '../plan/plan.ts';
import { type AclDecision, type CannedAcl, goesFirst, OWNERSHIP_REMEDY, outcomeText } from '../rules/acl.ts';
import { allowed, ownCanonicalId } from '../s3/bucket.ts';
import type { Sent } from './result.ts';
import type { Sender } from './sender.ts';
import { uploadObject } from './upload.ts';

/**
 * Sends the smallest object alone, and looks whose it is: one object that its bucket's owner can't serve instead of ten
 * thousand. `undefined` when that is not needed.
 * @throws Problem when the bucket's owner does not own it and `s3-verify-owner` says fail
 */
export async function sendFirst(sender: Sender, objects: readonly PlannedObject[]): Promise<Sent | undefined> {
  const { acl, verify } = sender.bucket;
  const { looks, probes } = goesFirst(acl, verify);
  const object = objects.filter(({ action }) => action !== 'headers').at(-1);
  if (!object || !(looks || probes)) return undefined;
  const stored = await uploadObject(sender, object).catch(async (thrown: unknown) => {
    if (!probes || !isDenied(thrown)) throw thrown;
    return sendAgainWithAcl(sender, object, thrown);
  });
  if (looks) await lookAtOwner(sender, object, verify);
  return { object, ...stored };
}

/** A bucket's policy may refuse every upload without the ACL, of its own account too; with it nobody else can become owner. */
async function sendAgainWithAcl(sender: Sender, object: PlannedObject, refusal: unknown) {
  const acl = sender.bucket.acl.ifRefused;
  sender.acl = acl;
  try {
    const stored = await uploadObject(sender, object);
    sender.access.runner.info(
      `s3://${sender.bucket.name}: refused without an ACL, accepted with ${acl}: it is sent with every object`,
    );
    return stored;
  } catch {
    // The ACL was not what was missing: the first refusal is what the reader has to mend.
    throw refusal;
  }
}

async function lookAtOwner(
  { access, bucket, acl }: Sender,
  { key }: PlannedObject,
  verify: 'fail' | 'warn' | 'off',
): Promise<void> {
  const answer = await allowed(
    access.aws.call('s3:GetObjectAcl', (abortSignal) =>
      bucket.s3.send(new GetObjectAclCommand({ Bucket: bucket.name, Key: key, ExpectedBucketOwner: bucket.owner }), {
        abortSignal,
      }),
    ),
  );
  const on = `s3://${bucket.name}/${key}`;
  if (!answer) {
    return access.runner.info(
      `${on}: its owner can't be seen (s3:GetObjectAcl), as it is when the bucket's owner has it`,
    );
  }
  const own = acl === 'bucket-owner-full-control' ? undefined : await ownCanonicalId(access, bucket);
  const outcome = outcomeSeen(answer, acl, own);
  if (outcome === 'owner') return access.runner.info(`${on}: belongs to the bucket's owner`);
  const text = outcomeText(outcome);
  if (!text) return access.runner.info(`${on}: whether the bucket's owner owns it can't be seen (s3:ListAllMyBuckets)`);
  if (verify === 'warn') return access.runner.warning(`${on}: ${text}. To mend it, ${OWNERSHIP_REMEDY}.`);
  throw new Problem({
    what: 'the first object stays with the uploader, so the rest was not sent',
    on,
    why: text,
    fix: `${OWNERSHIP_REMEDY}; or s3-verify-owner: warn, if the owner's own roles are the only readers. The object may be deleted by both accounts.`,
  });
}

/**
 * Who can serve an object, from its ACL. Its owner may always do all. With `bucket-owner-full-control` sent, somebody else's grant
 * is the bucket's owner's, who then does not own; without it only one's own canonical id tells whether one owns the object.
 */
export function outcomeSeen(
  { Owner, Grants = [] }: Pick<GetObjectAclCommandOutput, 'Owner' | 'Grants'>,
  sent: CannedAcl | undefined,
  own: string | undefined,
): AclDecision['outcome'] {
  const others = Grants.filter(({ Grantee }) => Grantee?.Type === 'CanonicalUser' && Grantee.ID !== Owner?.ID);
  if (others.some(({ Permission }) => Permission === 'FULL_CONTROL' || Permission === 'READ')) return 'granted';
  if (sent === 'bucket-owner-full-control') return 'owner';
  if (own === undefined) return 'unknown';
  return Owner?.ID === own ? 'none' : 'owner';
}

function isDenied(thrown: unknown): boolean {
  const cause = thrown instanceof Problem ? thrown.details.cause : undefined;
  return cause instanceof Refused && cause.status === 403;
}
