import { createHash } from 'node:crypto';
import type { CloudFrontClient } from '@aws-sdk/client-cloudfront';
import { Refused } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { DistributionLine } from '../request-lines.ts';
import type { ObjectAddress } from '../rules/key.ts';
import { addressesOf, covers, encodePath } from '../rules/viewer-paths.ts';
import type { PlannedInvalidation, Scope } from './plan.ts';

/** An object of the release, and when it was written; a new one is written now. */
export interface Written extends ObjectAddress {
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Begins every caller reference of this action. */
export const REFERENCE = 'keyless-aws-';

/** So many earlier invalidations are looked at; what they leave open counts as owed. */
const MAX_LOOKED_AT = 50;

export interface DebtsOf {
  readonly line: DistributionLine;
  readonly given: readonly string[] | undefined;
  readonly scopes: readonly Scope[];
  /** What stays as it is. */
  readonly kept: Iterable<Written>;
  /** Keys that are new: nobody can have been given an older object, but an error page. */
  readonly created: readonly ObjectAddress[];
}

/**
 * What an earlier run owes the viewers of a distribution: objects that are newer than the newest invalidation that covers them, as
 * after a run that replaced them and then failed, or was killed. An invalidation of this very release (its scope stands in the
 * caller reference) pays for all that was written before it; without one the distribution is new to the release, or the release to
 * the distribution, and everything is owed once.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html: the newest first.
 */
export async function planInvalidation(
  access: Access,
  { line, given, scopes, kept, created }: DebtsOf,
): Promise<PlannedInvalidation> {
  const { distribution, origin } = line;
  const viewerKey = ({ bucket, key }: ObjectAddress) => {
    if (!origin) return key;
    return bucket === origin.bucket && key.startsWith(origin.prefix) ? key.slice(origin.prefix.length) : undefined;
  };
  const served = scopes.filter(({ bucket }) => !origin || bucket === origin.bucket);
  const scope = createHash('sha256')
    .update([distribution, ...served.map(({ bucket, prefix }) => `${bucket}/${prefix}`).sort()].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const planned = { distribution, scope, given, viewerKey };
  if (given) return { ...planned, owed: [], maySee: false };
  const open = new Map<string, number>();
  for (const { modified, ...object } of kept) {
    const key = viewerKey(object);
    if (key !== undefined) open.set(key, modified);
  }
  try {
    const isKnown = await payOff(access, { distribution, scope, open });
    // Errors are cached as well, and may be a page of their own that is served for every missing name.
    if (!isKnown) for (const object of created) open.set(viewerKey(object) ?? '', 0);
    open.delete('');
    return { ...planned, owed: [...open.keys()].sort(), maySee: true };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    if (thrown.code === 'NoSuchDistribution') throw noSuchDistribution(distribution, access.session.accountId, thrown);
    if (thrown.status !== 403) throw thrown;
    access.runner.warning(
      `CloudFront ${distribution}: whether an earlier run still owes an invalidation cannot be told. Allow cloudfront:ListInvalidations and cloudfront:GetInvalidation on the distribution, or give cloudfront-paths, which are invalidated in every run.`,
    );
    return { ...planned, owed: [], maySee: false };
  }
}

interface Debts {
  readonly distribution: string;
  readonly scope: string;
  /** Viewers' keys, and when their objects were written: what is paid is taken out. */
  readonly open: Map<string, number>;
}

/** @returns whether an invalidation of this release was found */
async function payOff(access: Access, { distribution, scope, open }: Debts): Promise<boolean> {
  const { aws, session } = access;
  const { CloudFrontClient, GetInvalidationCommand, ListInvalidationsCommand } = await import(
    '@aws-sdk/client-cloudfront'
  );
  const cloudfront: CloudFrontClient = new CloudFrontClient(aws.client(session.region));
  let marker: string | undefined;
  let looked = 0;
  do {
    const page = await aws.call('cloudfront:ListInvalidations', (abortSignal) =>
      cloudfront.send(new ListInvalidationsCommand({ DistributionId: distribution, Marker: marker }), { abortSignal }),
    );
    for (const { Id, CreateTime } of page.InvalidationList?.Items ?? []) {
      const created = CreateTime?.getTime() ?? 0;
      const waiting = [...open].filter(([, modified]) => modified <= created);
      if (++looked > MAX_LOOKED_AT) return false;
      const { Invalidation } = await aws.call('cloudfront:GetInvalidation', (abortSignal) =>
        cloudfront.send(new GetInvalidationCommand({ DistributionId: distribution, Id }), { abortSignal }),
      );
      const { CallerReference = '', Paths } = Invalidation?.InvalidationBatch ?? {};
      const isOurs = CallerReference.startsWith(`${REFERENCE}${scope}-`);
      const paid = isOurs ? () => true : coveredBy(Paths?.Items ?? []);
      for (const [key] of waiting) if (paid(key)) open.delete(key);
      if (isOurs) return true;
    }
    marker = page.InvalidationList?.IsTruncated ? page.InvalidationList.NextMarker : undefined;
  } while (marker);
  return false;
}

/** Whether all addresses of a key are among the paths of an invalidation. */
function coveredBy(paths: readonly string[]): (key: string) => boolean {
  const singles = new Set(paths);
  const wildcards = paths.filter((path) => path.endsWith('*'));
  return (key) =>
    addressesOf(key).every((address) => {
      const path = encodePath(address);
      return singles.has(path) || wildcards.some((wildcard) => covers(wildcard, path));
    });
}

export function noSuchDistribution(distribution: string, account: string, cause: unknown): Problem {
  return new Problem({
    what: 'there is no such distribution',
    on: `CloudFront distribution ${distribution}`,
    why: `account ${account} does not have it; an invalidation cannot be made across accounts`,
    fix: 'check the id in cloudfront-distribution, or sign in to the account that has it',
    cause,
  });
}
