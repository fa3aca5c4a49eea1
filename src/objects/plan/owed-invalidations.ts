import { createHash } from 'node:crypto';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { Refused } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { DistributionLine } from '../request-lines.ts';
import type { ObjectAddress } from '../rules/key.ts';
import { addressesOf, covers, formsOf } from '../rules/viewer-paths.ts';
import { type DistributionFacts, lookAtDistribution } from './distribution.ts';
import type { PlannedInvalidation, Scope } from './plan.ts';
import { viewerKeyOf } from './viewers.ts';

/** An object of the release, and when it was written; a new one is written now. */
export interface Written extends ObjectAddress {
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Begins every caller reference of this action. */
export const REFERENCE = 'keyless-aws-';

/** So many earlier invalidations are looked at; what they leave open counts as owed. */
const MAX_LOOKED_AT = 50;

/** What a distribution was told before this run. */
export interface PastInvalidations {
  readonly line: DistributionLine;
  readonly scope: string;
  readonly facts: DistributionFacts | undefined;
  /** Whether the caller may look at earlier invalidations, and has to: given paths are due in every run. */
  readonly maySee: boolean;
  /** Whether an invalidation of this release was found. */
  readonly isKnown: boolean;
  /** The newest first, up to that one. */
  readonly earlier: readonly Earlier[];
}

interface Earlier {
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly paths: readonly string[];
  readonly isOurs: boolean;
  /** Of the release that made it, where it was this action. */
  readonly scope: string | undefined;
  /** Whether deletions were to follow: an invalidation after them closes the matter. */
  readonly announces: boolean;
}

/** In the caller reference of an invalidation that a deletion follows. */
export const ANNOUNCES = 'deletes-';
/** Before the scope, where the paths were given. */
export const GIVEN = 'given-';
const REFERENCE_FORM = new RegExp(`^${REFERENCE}((?:${GIVEN})?[0-9a-f]{12})-(${ANNOUNCES})?`);

/**
 * Reads the earlier invalidations of a distribution, up to the newest of this very release (its scope stands in the caller
 * reference). https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html: the newest first.
 */
export async function lookAtTold(
  access: Access,
  { line, given, scopes }: { line: DistributionLine; given: readonly string[] | undefined; scopes: readonly Scope[] },
): Promise<PastInvalidations> {
  const { distribution, origin } = line;
  const served = scopes.filter(({ bucket }) => !origin || bucket === origin.bucket);
  const scope = createHash('sha256')
    .update([distribution, ...served.map(({ bucket, prefix }) => `${bucket}/${prefix}`).sort()].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const facts = await lookAtDistribution(access, distribution).catch((thrown: unknown) => {
    throw isNoDistribution(thrown) ? noSuchDistribution(distribution, access.session.accountId, thrown) : thrown;
  });
  const blind = { line, scope, facts, maySee: false, isKnown: false, earlier: [] };
  if (given) return blind;
  try {
    const earlier = await earlierOf(access, distribution, scope);
    return { line, scope, facts, maySee: true, isKnown: earlier.at(-1)?.isOurs ?? false, earlier };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    if (isNoDistribution(thrown)) throw noSuchDistribution(distribution, access.session.accountId, thrown);
    if (thrown.status !== 403) throw thrown;
    access.runner.warning(
      `CloudFront ${distribution}: whether an earlier run still owes an invalidation cannot be told. Allow cloudfront:ListInvalidations and cloudfront:GetInvalidation on the distribution, or give cloudfront-paths, which are invalidated in every run.`,
    );
    return blind;
  }
}

async function earlierOf({ aws, session }: Access, distribution: string, scope: string): Promise<readonly Earlier[]> {
  const { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } = await import(
    '@aws-sdk/client-cloudfront'
  );
  const cloudfront: CloudFrontClient = new CloudFrontClient(aws.client(session.region));
  const earlier: Earlier[] = [];
  let marker: string | undefined;
  do {
    const page = await aws.call('cloudfront:ListInvalidations', (abortSignal) =>
      cloudfront.send(new ListInvalidationsCommand({ DistributionId: distribution, Marker: marker }), { abortSignal }),
    );
    for (const { Id, CreateTime } of page.InvalidationList?.Items ?? []) {
      if (earlier.length === MAX_LOOKED_AT) return earlier;
      const { Invalidation } = await aws.call('cloudfront:GetInvalidation', (abortSignal) =>
        cloudfront.send(new GetInvalidationCommand({ DistributionId: distribution, Id }), { abortSignal }),
      );
      const { CallerReference = '', Paths } = Invalidation?.InvalidationBatch ?? {};
      const isOurs = CallerReference.startsWith(`${REFERENCE}${scope}-`);
      const [, by, announces] = REFERENCE_FORM.exec(CallerReference) ?? [];
      const created = CreateTime?.getTime() ?? 0;
      earlier.push({ created, paths: Paths?.Items ?? [], isOurs, scope: by, announces: announces !== undefined });
      if (isOurs) return earlier;
    }
    marker = page.InvalidationList?.IsTruncated ? page.InvalidationList.NextMarker : undefined;
  } while (marker);
  return earlier;
}

/** Objects that are no newer are paid for, whoever wrote them; none are when the distribution is new to the release. */
export function paidUntil({ isKnown, earlier }: PastInvalidations): number {
  return isKnown ? earlier.at(-1)!.created : Number.POSITIVE_INFINITY;
}

/**
 * What stays as it is matters where it is newer than this, in milliseconds since 1970: all of it to a distribution that is new to the
 * release, none where no earlier invalidation may be seen.
 */
export function owedSince(told: readonly PastInvalidations[]): number {
  const seen = told.filter(({ maySee }) => maySee);
  return Math.min(...seen.map((one) => (one.isKnown ? paidUntil(one) : Number.NEGATIVE_INFINITY)));
}

export interface Released {
  /** What stays as it is, also what lies beside the release under its prefixes. */
  readonly kept: Iterable<Written>;
  /** Keys that are new. */
  readonly created: readonly ObjectAddress[];
}

/**
 * What an earlier run owes the viewers of a distribution: objects that are newer than the newest invalidation that covers them, as
 * after a run that replaced them and then failed, or was killed; and what a run announced to delete, and did not come to close. An
 * invalidation of this very release pays for all that was written before it; without one the distribution is new to the release, or
 * the release to the distribution, and everything is owed once.
 */
export function planInvalidation(
  { line, scope, facts, maySee, isKnown, earlier }: PastInvalidations,
  given: readonly string[] | undefined,
  { kept, created }: Released,
): PlannedInvalidation {
  const { distribution } = line;
  const viewerKey = viewerKeyOf({ line, facts });
  const planned = { distribution, scope, facts, given, viewerKey, maySee };
  if (!maySee) return { ...planned, owed: [], announced: [] };
  const open = new Map<string, number>();
  const owe = (object: ObjectAddress, modified: number) => {
    const key = viewerKey(object);
    if (key !== undefined) open.set(key, modified);
  };
  for (const { modified, ...object } of kept) owe(object, modified);
  for (const { created: at, paths, isOurs } of earlier) {
    const paid = isOurs ? () => true : coveredBy(paths, { byQuery: facts?.byQuery ?? false });
    // S3 tells whole seconds: one of ours was made after what it pays for, another's may have been made before.
    const since = isOurs ? at : at - 1_000;
    for (const [key, modified] of open) if (modified <= since && paid(key)) open.delete(key);
  }
  // Errors are cached as well, and may be a page of their own that is served for every missing name.
  if (!isKnown) for (const object of created) owe(object, 0);
  return { ...planned, owed: [...open.keys()].sort(), announced: announcedIn(earlier) };
}

/** What the newest invalidation of a release announced to delete; also of one that has other prefixes by now. */
function announcedIn(earlier: readonly Earlier[]): readonly string[] {
  const closed = new Set<string | undefined>([undefined]);
  return earlier.flatMap(({ scope, announces, paths }) => {
    const isOpen = announces && !closed.has(scope);
    closed.add(scope);
    return isOpen ? paths : [];
  });
}

/** Whether all addresses of a key are among the paths of an invalidation. */
function coveredBy(paths: readonly string[], { byQuery }: { readonly byQuery: boolean }): (key: string) => boolean {
  const singles = new Set(byQuery ? [] : paths);
  const wildcards = paths.filter((path) => path.endsWith('*'));
  return (key) =>
    addressesOf(key)
      .flatMap(formsOf)
      .every((path) => singles.has(path) || wildcards.some((wildcard) => covers(wildcard, path)));
}

function isNoDistribution(thrown: unknown): boolean {
  return thrown instanceof Refused && thrown.code === 'NoSuchDistribution';
}

export function noSuchDistribution(distribution: string, account: string, cause: unknown): Problem {
  return new Problem({
    what: 'there is no such distribution',
    on: `CloudFront distribution ${distribution}`,
    why: `account ${account} does not have it; an invalidation cannot be made across accounts, nor of a multi-tenant distribution, whose tenants have their own`,
    fix: 'check the id in cloudfront-distribution, or sign in to the account that has it',
    cause,
  });
}
