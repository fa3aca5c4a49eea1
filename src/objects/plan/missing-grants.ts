import { firstText } from '../../aws/xml.ts';
import { eachOf } from '../../base/parallel.ts';
import { counted } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import type { CannedAcl } from '../rules/acl.ts';
import { allowed } from '../s3/bucket.ts';
import { ownerHeader } from '../s3/wire.ts';
import { ALL_USERS, AUTHENTICATED_USERS, isReader, type Reader } from './lost-grants.ts';
import type { PlannedBucket } from './plan.ts';
import type { PlannedFile } from './planned-file.ts';

/** The canned ACLs that let a group read, or nobody: where one is asked for by name, objects are served by it, or not at all. */
const READERS: Partial<Record<CannedAcl, string | undefined>> = {
  'public-read': ALL_USERS,
  'public-read-write': ALL_USERS,
  'authenticated-read': AUTHENTICATED_USERS,
  private: undefined,
};
const ACLS_AT_ONCE = 64;

export interface WithGrants {
  readonly objects: readonly PlannedFile[];
  /** Buckets whose objects were asked for their ACL. */
  readonly aclsRead: ReadonlySet<string>;
}

/**
 * An ACL that is asked for by name goes with what is sent. What is there already, from before somebody asked for it, may lack it, and
 * stays dark, or open, however often the step runs: it is sent again.
 */
export async function sendWhereGrantsLack(
  { acl, uploadUnchanged, immutable }: ObjectsRequest,
  access: Access,
  { buckets, objects }: { buckets: ReadonlyMap<string, PlannedBucket>; objects: readonly PlannedFile[] },
): Promise<WithGrants> {
  const isAsked = acl !== 'auto' && acl !== 'none' && acl in READERS;
  const wanted = isAsked ? READERS[acl] : undefined;
  const aclsRead = new Set<string>();
  if (!isAsked || uploadUnchanged || immutable) return { objects, aclsRead };
  const refused = new Set<string>();
  const lacking = new Set<PlannedFile>();
  const kept = objects.filter(
    ({ action, bucket }) => action === 'unchanged' && buckets.get(bucket)?.ownership !== 'BucketOwnerEnforced',
  );
  await eachOf(kept, ACLS_AT_ONCE, async (object) => {
    const bucket = buckets.get(object.bucket)!;
    if (refused.has(bucket.name)) return;
    const grants = await grantsOf(access, bucket, object.key);
    (grants ? aclsRead : refused).add(bucket.name);
    if (grants && !isAsWanted(grants, wanted)) lacking.add(object);
  });
  for (const name of refused) {
    access.runner.warning(
      `s3://${name}: whether the objects that stay have the ACL ${acl} cannot be told. Allow s3:GetObjectAcl, or send all of them once with s3-upload-unchanged: true.`,
    );
  }
  if (lacking.size === 0) return { objects, aclsRead };
  access.runner.info(`${counted(lacking.size, 'object')} sent again, because the ACL there is not ${acl}`);
  return { objects: objects.map((one) => (lacking.has(one) ? one.sentAgain() : one)), aclsRead };
}

/** Whether the group that should read may, or nobody may where nobody should. */
function isAsWanted(grants: readonly Reader[], wanted: string | undefined): boolean {
  const may = (group: string) => grants.some((grant) => isReader(grant, group));
  return wanted ? may(wanted) : ![ALL_USERS, AUTHENTICATED_USERS].some(may);
}

/** `undefined` when the caller may not ask. */
function grantsOf({ aws }: Pick<Access, 'aws'>, bucket: PlannedBucket, key: string) {
  const asked = { method: 'GET', key, query: { acl: '' }, headers: ownerHeader(bucket) } as const;
  const call = aws.call('s3:GetObjectAcl', async (signal) => {
    const { text } = await bucket.wire.ask(asked, signal);
    const grants = text.split('<Grant>').slice(1);
    return {
      Owner: { ID: firstText(text, 'ID') || undefined },
      grants: grants.map((one) => ({ uri: firstText(one, 'URI'), permission: firstText(one, 'Permission') })),
    };
  });
  return allowed(call.then(({ grants }) => grants));
}
