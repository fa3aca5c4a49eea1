import type { ProblemDetails } from '../../base/problem.ts';

export const BUCKET_OWNER_FULL_CONTROL = 'bucket-owner-full-control';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export const CANNED_ACLS = [
  'private',
  'bucket-owner-read',
  BUCKET_OWNER_FULL_CONTROL,
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
] as const;
export type CannedAcl = (typeof CANNED_ACLS)[number];

/** The input `s3-acl`. */
export type AclWish = 'auto' | 'none' | CannedAcl;

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html. A bucket without a setting (404
 * `OwnershipControlsNotFoundError`) is ObjectWriter; `unknown`: the caller may not ask.
 */
export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter' | 'unknown';

/** Whether the caller's account owns the bucket. */
export type Relation = 'same' | 'cross' | 'unknown';

/**
 * What the bucket's Block Public Access does with an ACL that lets everybody read: S3 refuses it with 403, or takes it and goes by it,
 * or takes it without effect.
 */
export type PublicAcls = 'refused' | 'taken' | 'ignored';

export interface AclFacts {
  readonly wish: AclWish;
  readonly relation: Relation;
  readonly ownership: Ownership;
  /** `undefined` when the caller may not ask. */
  readonly publicAcls?: PublicAcls | undefined;
}

/** Who can serve what is uploaded: `owner` the bucket's owner owns it; `granted` it can only read it; `none` it cannot. */
export type AclOutcome = 'owner' | 'granted' | 'none' | 'unknown';

export interface AclDecision {
  /** The header `x-amz-acl`; left out: none is sent. */
  readonly send?: CannedAcl;
  /** Sent instead, once, when the first object is refused with 403: a policy may demand it. */
  readonly ifRefused?: CannedAcl;
  /** Before that, whether the bucket is the step's own account's is found out by a write that expects it, and sends no ACL. */
  readonly triesOwn?: true;
  readonly outcome: AclOutcome;
  /** What was found, what is sent and why: one line. */
  readonly line: string;
  /** What is sent is accepted, and of no effect. */
  readonly warning?: string;
  /** S3 would refuse every object: nothing is sent. */
  readonly refusal?: ProblemDetails;
}

const ACLS_OFF =
  'Object Ownership of the bucket is BucketOwnerEnforced: its ACLs are off, and S3 refuses this one (400 AccessControlListNotSupported)';

const IGNORED =
  "is sent and has no effect, because Block Public Access of the bucket ignores public ACLs (IgnorePublicAcls): nobody can read the objects by it. To fix it, turn that setting off, or leave out s3-acl and let the bucket's policy, or CloudFront, serve them";

export const DARK_OBJECTS =
  "the uploader's account stays the owner of these objects: the bucket's policy, public access, and CloudFront's OAI or OAC will not reach them";
export const OWNERSHIP_REMEDY =
  "let the bucket's owner set Object Ownership to BucketOwnerEnforced (it then owns every object at once) or BucketOwnerPreferred";

/**
 * The ACL to send with every object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html: with BucketOwnerEnforced the bucket's
 * owner owns every object, and no ACL but `bucket-owner-full-control` is accepted; with BucketOwnerPreferred it owns what is
 * written with that ACL; with ObjectWriter the writer owns, and the ACL only grants.
 */
export function decideAcl(facts: AclFacts): AclDecision {
  const { wish, relation, ownership } = facts;
  const found = `${ownershipText(ownership)}, ${relationText(relation)}`;
  if (wish === 'auto') return decideAuto(facts, found);
  if (wish === 'none') {
    return { outcome: outcomeOf(undefined, facts), line: `${found}: no ACL is sent (s3-acl: none)` };
  }
  if (ownership === 'BucketOwnerEnforced' && wish === 'private') {
    const line = `${found}: no ACL is sent; private means the same here, and S3 refuses it across accounts`;
    return { outcome: 'owner', line };
  }
  if (ownership === 'BucketOwnerEnforced' && wish !== BUCKET_OWNER_FULL_CONTROL) return refused(found, wish, ACLS_OFF);
  if (wish === 'private' && ownership === 'unknown' && relation !== 'same') {
    const line = `${found}: no ACL is sent; private is the default, and a bucket without ACLs refuses it`;
    return { outcome: outcomeOf(undefined, facts), line };
  }
  if (isPublicAcl(wish) && facts.publicAcls === 'refused') {
    return refused(found, wish, "the bucket's Block Public Access setting refuses public ACLs (403)");
  }
  const ignored = isPublicAcl(wish) && facts.publicAcls === 'ignored';
  return {
    send: wish,
    outcome: outcomeOf(wish, facts),
    line: `${found}: ${wish} is sent (s3-acl)`,
    ...(ignored ? { warning: `${wish} ${IGNORED}` } : {}),
  };
}

/**
 * Whether Block Public Access takes it for a public ACL: a grant to everybody, or to all of AWS's accounts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicAcl(wish: AclWish): boolean {
  return wish === 'public-read' || wish === 'public-read-write' || wish === 'authenticated-read';
}

function decideAuto(facts: AclFacts, found: string): AclDecision {
  const { relation, ownership } = facts;
  if (ownership === 'BucketOwnerEnforced') {
    return {
      outcome: 'owner',
      line: `${found}: no ACL is sent; the bucket's owner owns every object`,
      ifRefused: BUCKET_OWNER_FULL_CONTROL,
    };
  }
  if (relation === 'same') {
    return {
      outcome: 'owner',
      line: `${found}: no ACL is sent; the uploader's account owns the bucket`,
      ifRefused: BUCKET_OWNER_FULL_CONTROL,
    };
  }
  const why = {
    BucketOwnerPreferred: "it makes the bucket's owner the owner of each object that is sent",
    ObjectWriter: "it gives the bucket's owner full control, though not ownership",
    unknown: "it is accepted in every mode, and needed where the bucket's owner would not own the objects",
  }[ownership];
  return {
    send: BUCKET_OWNER_FULL_CONTROL,
    ...(relation === 'unknown' ? { triesOwn: true as const } : {}),
    outcome: outcomeOf(BUCKET_OWNER_FULL_CONTROL, facts),
    line: `${found}: ${BUCKET_OWNER_FULL_CONTROL} is sent; ${why}`,
  };
}

/** What the bucket's owner can do with an object that is written so. */
export function outcomeOf(
  acl: CannedAcl | undefined,
  { relation, ownership }: Pick<AclFacts, 'relation' | 'ownership'>,
): AclOutcome {
  if (relation === 'same' || ownership === 'BucketOwnerEnforced') return 'owner';
  if (relation === 'unknown' || ownership === 'unknown') return 'unknown';
  if (acl === BUCKET_OWNER_FULL_CONTROL) return ownership === 'BucketOwnerPreferred' ? 'owner' : 'granted';
  return acl === 'bucket-owner-read' ? 'granted' : 'none';
}

/** Why the bucket's owner cannot serve objects with this outcome; `undefined` when it can. */
export function outcomeText(outcome: AclOutcome): string | undefined {
  if (outcome === 'granted') return `the bucket's owner may read the objects but does not own them: ${DARK_OBJECTS}`;
  if (outcome === 'none') return `the bucket's owner cannot read the objects, and ${DARK_OBJECTS}`;
  return undefined;
}

function refused(found: string, wish: CannedAcl, why: string): AclDecision {
  const details = { what: `s3-acl: ${wish} would be refused for every object`, why, fix: 's3-acl: auto' };
  return { outcome: 'unknown', line: `${found}: ${wish} cannot be sent`, refusal: details };
}

function ownershipText(ownership: Ownership): string {
  return ownership === 'unknown' ? 'Object Ownership unknown (no s3:GetBucketOwnershipControls)' : ownership;
}

function relationText(relation: Relation): string {
  if (relation === 'unknown') return 'owner unknown';
  return relation === 'same' ? 'a bucket of your own account' : "another account's bucket";
}

/** Whether one object goes ahead of the others: its owner is to be looked at, or a refusal may mean that an ACL is missing. */
export function goesFirst(acl: AclDecision, verify: 'fail' | 'warn' | 'off'): { looks: boolean; probes: boolean } {
  return {
    looks: acl.outcome === 'unknown' && verify !== 'off',
    probes: acl.ifRefused !== undefined || acl.triesOwn === true,
  };
}
