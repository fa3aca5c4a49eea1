import type { PlannedObject } from '../plan/plan.ts';
import { goesFirst } from '../rules/acl.ts';
import { denialIn, isDenied } from './denied.ts';
import { checkOwner } from './first-owner.ts';
import type { Sender, Stored } from './sender.ts';
import { uploadObject } from './upload.ts';

export interface First {
  /** What S3 said of the object, if it went ahead. */
  readonly stored?: Stored;
  /** For all others: with what the first one was accepted. */
  readonly sender: Sender;
  /** IAM actions that showed whose the first one is. */
  readonly looked?: readonly string[];
}

/**
 * Sends one object alone, and looks whose it is and whose key encrypts it: one object that its bucket's owner cannot serve
 * instead of ten thousand. None when that is not needed.
 * @throws Problem when the bucket's owner does not own it and `s3-verify-owner` says fail
 */
export async function sendFirst(sender: Sender, object: PlannedObject): Promise<First> {
  const { acl, verify, foreignKey, relation } = sender.bucket;
  const { looks, probes } = goesFirst(acl, verify);
  const looksAtKey = foreignKey !== 'off' && relation === 'cross';
  if (!(looks || probes || looksAtKey)) return { sender };
  const { stored, sender: accepted } = await tryInTurn(sender, object);
  const looked = looks && accepted.bucket.relation !== 'same' ? await checkOwner(accepted, object) : [];
  return { stored, sender: accepted, looked };
}

/**
 * Where it is unknown whose the bucket is, the step's own account is tried first: a request that expects it as the owner, and is accepted,
 * proves it, and no ACL is needed. A bucket's policy may refuse every upload without the ACL, of its own account too: what is
 * accepted only without that expectation proves that the bucket is another account's.
 */
async function tryInTurn(sender: Sender, object: PlannedObject): Promise<{ stored: Stored; sender: Sender }> {
  const { access, bucket } = sender;
  const { triesOwn, ifRefused } = bucket.acl;
  const attempts: Sender[] = [sender];
  if (triesOwn) {
    const own = { ...sender, bucket: { ...bucket, owner: access.session.accountId, relation: 'same' as const } };
    const others = { ...sender, bucket: { ...bucket, relation: 'cross' as const } };
    attempts.splice(0, 1, { ...own, acl: undefined }, own, others);
  }
  if (ifRefused) attempts.push({ ...sender, acl: ifRefused });
  let refusal: unknown;
  for (const [at, attempt] of attempts.entries()) {
    try {
      const stored = await uploadObject(attempt, object);
      if (attempts.length > 1) tellAccepted(attempt, { afterRefusal: at > 0 });
      return { stored, sender: attempt };
    } catch (thrown) {
      // Where the ACL was not what was missing, the refusal without it is what the reader has to mend; but an upload in parts that
      // only begins with the ACL ends at the parts, which cannot carry it.
      if (!triesOwn || attempt.bucket.relation === 'cross') refusal = isOfPart(thrown) ? thrown : (refusal ?? thrown);
      if (!isDenied(thrown)) throw thrown;
    }
  }
  throw refusal;
}

function isOfPart(thrown: unknown): boolean {
  return denialIn(thrown)?.action === 's3:UploadPart';
}

function tellAccepted({ access, acl, bucket }: Sender, { afterRefusal }: { readonly afterRefusal: boolean }): void {
  const { triesOwn } = bucket.acl;
  const on = `s3://${bucket.name}: `;
  if (triesOwn && bucket.relation === 'same')
    access.runner.info(`${on}belongs to account ${bucket.owner}, which uploads${acl ? '' : ': no ACL is sent'}`);
  if (acl && afterRefusal && bucket.relation !== 'cross')
    access.runner.info(`${on}refused without an ACL, accepted with ${acl}: it is sent with every object`);
}
