import { GetObjectAclCommand, type Grant } from '@aws-sdk/client-s3';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import { allowed } from '../s3/bucket.ts';
import type { PlannedBucket, PlannedObject } from './plan.ts';

export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

const GROUPS: Readonly<Record<string, string>> = {
  [ALL_USERS]: 'everybody',
  [AUTHENTICATED_USERS]: 'every AWS account',
};

/**
 * A write, and a copy in place as well, keeps no ACL: where objects are served by theirs, as sites of older tools are, what is
 * replaced would go dark without a word, and what is new beside them is dark. One object of each bucket is looked at, if the caller may.
 */
export async function warnOfLostGrants(
  { acl }: Pick<ObjectsRequest, 'acl'>,
  access: Access,
  { buckets, objects }: { buckets: ReadonlyMap<string, PlannedBucket>; objects: readonly PlannedObject[] },
): Promise<void> {
  if (acl !== 'auto') return;
  for (const bucket of buckets.values()) {
    if (bucket.ownership === 'BucketOwnerEnforced') continue;
    const looked = sampleOf(objects.filter((one) => one.bucket === bucket.name));
    if (!looked) continue;
    const { s3, name, owner } = bucket;
    const { key } = looked;
    const answer = await allowed(
      access.aws.call('s3:GetObjectAcl', (abortSignal) =>
        s3.send(new GetObjectAclCommand({ Bucket: name, Key: key, ExpectedBucketOwner: owner }), { abortSignal }),
      ),
    );
    const readers = readersOf(answer?.Grants ?? []);
    if (readers === undefined) continue;
    const [why, what] =
      looked.action === 'unchanged'
        ? ['', 'what is new now cannot']
        : [', and a write keeps no ACL', 'what is replaced now can no longer'];
    access.runner.warning(
      `s3://${name}/${key}: its ACL lets ${readers} read it${why}: s3-acl: auto sends ${bucket.acl.send ?? 'none'}, so that ${what} be read so. To ${looked.action === 'unchanged' ? 'let readers have both' : 'keep it'}, give s3-acl: public-read, or let the bucket's policy allow s3:GetObject.`,
    );
  }
}

/** What is replaced; else what stays, beside something new that readers are to have in the same way. */
function sampleOf(objects: readonly PlannedObject[]): PlannedObject | undefined {
  const replaced = objects.findLast(({ action }) => action === 'changed' || action === 'headers');
  if (replaced || !objects.some(({ action }) => action === 'new')) return replaced;
  return objects.find(({ action }) => action === 'unchanged');
}

function readersOf(grants: readonly Grant[]): string | undefined {
  const uri = Object.keys(GROUPS).find((group) =>
    grants.some((it) => isReader({ uri: it.Grantee?.URI, permission: it.Permission }, group)),
  );
  return uri && GROUPS[uri];
}

export interface Reader {
  /** The URI of a group; an account has none. */
  readonly uri: string | undefined;
  readonly permission: string | undefined;
}

/** Whether a grant lets a group of S3 read. */
export function isReader({ uri, permission }: Reader, group: string): boolean {
  return uri === group && (permission === 'READ' || permission === 'FULL_CONTROL');
}
