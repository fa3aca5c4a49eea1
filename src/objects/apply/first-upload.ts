import { GetObjectAclCommand, type GetObjectAclCommandOutput } from '@aws-sdk/client-s3';
import { Problem } from '../../base/problem.ts';
import type { PlannedObject } from '../plan/plan.ts';
import { type AclDecision, type CannedAcl, goesFirst, OWNERSHIP_REMEDY, outcomeText } from '../rules/acl.ts';
import { allowed, ownCanonicalId } from '../s3/bucket.ts';
import { isDenied } from './denied.ts';
import type { Sent } from './result.ts';
import type { Sender, Stored } from './sender.ts';
import { uploadObject } from './upload.ts';

export interface First {
  /** The object that went ahead, if one did. */
  readonly sent?: Sent;
  /** For all others: with what the first one was accepted. */
  readonly sender: Sender;
}

/**
 * Sends the smallest object alone, and looks whose it is and whose key encrypts it: one object that its bucket's owner cannot serve
 * instead of ten thousand. None when that is not needed.
 * @throws Problem when the bucket's owner does not own it and `s3-verify-owner` says fail
 */
export async function sendFirst(sender: Sender, objects: readonly PlannedObject[]): Promise<First> {
  const { acl, verify, foreignKey, relation } = sender.bucket;
  const { looks, probes } = goesFirst(acl, verify);
  const looksAtKey = foreignKey !== 'off' && relation === 'cross';
  // A release of headers alone has nothing else to try.
  const object = objects.findLast(({ action }) => action !== 'headers') ?? objects.at(-1);
  if (!object || !(looks || probes || looksAtKey)) return { sender };
  const { stored, sender: accepted } = await tryInTurn(sender, object);
  if (looks && accepted.bucket.relation !== 'same') await lookAtOwner(accepted, object, verify);
  return { sent: { object, ...stored }, sender: accepted };
}

/**
 * Where it is unknown whose the bucket is, the own account is tried first: a request that expects it as the owner, and is accepted,
 * proves it, and no ACL is needed. A bucket's policy may refuse every upload without the ACL, of its own account too.
 */
async function tryInTurn(sender: Sender, object: PlannedObject): Promise<{ stored: Stored; sender: Sender }> {
  const { access, bucket } = sender;
  const { triesOwn, ifRefused } = bucket.acl;
  const attempts: Sender[] = [sender];
  if (triesOwn) {
    const own = { ...bucket, owner: access.session.accountId, relation: 'same' as const };
    attempts.unshift({ ...sender, acl: undefined, bucket: own });
  }
  if (ifRefused) attempts.push({ ...sender, acl: ifRefused });
  let refusal: unknown;
  for (const attempt of attempts) {
    try {
      const stored = await uploadObject(attempt, object);
      if (attempt !== sender) access.runner.info(acceptedLine(attempt, { afterRefusal: attempt.acl === ifRefused }));
      return { stored, sender: attempt };
    } catch (thrown) {
      // Where the ACL was not what was missing, the refusal without it is what the reader has to mend.
      if (!triesOwn || attempt === sender) refusal ??= thrown;
      if (!isDenied(thrown)) throw thrown;
    }
  }
  throw refusal;
}

function acceptedLine({ acl, bucket }: Sender, { afterRefusal }: { readonly afterRefusal: boolean }): string {
  return acl && afterRefusal
    ? `s3://${bucket.name}: refused without an ACL, accepted with ${acl}: it is sent with every object`
    : `s3://${bucket.name}: belongs to account ${bucket.owner}, which uploads: no ACL is sent`;
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
      `${on}: its owner cannot be seen (s3:GetObjectAcl), as it is when the bucket's owner has it`,
    );
  }
  const own = acl === 'bucket-owner-full-control' ? undefined : await ownCanonicalId(access, bucket);
  const outcome = outcomeSeen(answer, acl, own);
  if (outcome === 'owner') return access.runner.info(`${on}: belongs to the bucket's owner`);
  const text = outcomeText(outcome);
  if (!text)
    return access.runner.info(`${on}: whether the bucket's owner owns it cannot be seen (s3:ListAllMyBuckets)`);
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
