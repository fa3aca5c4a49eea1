import { PutObjectAclCommand } from '@aws-sdk/client-s3';
import { allowing } from '../../aws/denied.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { Access } from '../../job.ts';
import { copyActions, onObjects } from '../plan/iam-actions.ts';
import type { ObjectsPlan, Repair } from '../plan/plan.ts';
import { BUCKET_OWNER_FULL_CONTROL } from '../rules/acl.ts';
import { copyInPlace } from './copy.ts';
import { isDenied } from './denied.ts';
import type { Sender } from './sender.ts';
import { putTags } from './tags.ts';

const REPAIRS_AT_ONCE = 32;

/**
 * Gives the bucket's owner what it lacks: full control by the ACL, which leaves the owner who it is, or ownership by a copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html
 * @returns how many were repaired
 * @throws Problem with those that S3 refused
 */
export async function repairObjects(
  access: Access,
  { buckets, repairs }: Pick<ObjectsPlan, 'buckets' | 'repairs'>,
  usedKeysOf: (bucket: string) => Set<string>,
): Promise<number> {
  const refused: { readonly address: string; readonly cause: unknown }[] = [];
  const done = { copy: 0, grant: 0 };
  await eachOf(repairs, REPAIRS_AT_ONCE, async (repair) => {
    try {
      const bucket = buckets.get(repair.bucket)!;
      await carryOut({ access, bucket, usedKeys: usedKeysOf(bucket.name) }, repair);
      done[repair.by]++;
    } catch (thrown) {
      if (!isDenied(thrown)) throw thrown;
      refused.push({ address: `s3://${repair.bucket}/${repair.key}`, cause: thrown });
    }
  });
  const objects = (count: number) => `${count} more ${count === 1 ? 'object' : 'objects'}`;
  if (done.grant > 0) access.runner.info(`s3-fix-acl: the bucket's owner has full control of ${objects(done.grant)}`);
  if (done.copy > 0) access.runner.info(`s3-fix-acl: the bucket's owner owns ${objects(done.copy)}`);
  if (refused.length === 0) return done.copy + done.grant;
  const { partition } = access.session;
  const names = new Set(refused.map(({ address }) => address.split('/')[2]!));
  const needed = [...names].map((name) => onObjects(copyActions({}, BUCKET_OWNER_FULL_CONTROL), { name, partition }));
  throw new Problem({
    what: `s3-fix-acl: ${counted(refused.length, 'repair')} ${refused.length === 1 ? 'was' : 'were'} refused`,
    on: someOf(refused.map(({ address }) => address)),
    why: "a grant needs s3:PutObjectAcl; a copy needs to read and to write the object and its tags, by the role's policy and by the bucket's",
    fix: `let the bucket's owner set BucketOwnerEnforced, which repairs every object at once, or ${allowing({ needed })}`,
    cause: refused[0]?.cause,
  });
}

async function carryOut(
  actor: Pick<Sender, 'access' | 'bucket' | 'usedKeys'>,
  { key, by, headers = {}, tags }: Repair,
): Promise<void> {
  const { access, bucket } = actor;
  if (by === 'copy') {
    // In the step's own account the copier is the owner without an ACL.
    const acl = bucket.relation === 'same' ? bucket.acl.send : BUCKET_OWNER_FULL_CONTROL;
    await copyInPlace(actor, { key, headers, acl });
    if (tags) await putTags(access, { bucket, key, tags });
    return;
  }
  const command = new PutObjectAclCommand({
    Bucket: bucket.name,
    Key: key,
    ACL: BUCKET_OWNER_FULL_CONTROL,
    ExpectedBucketOwner: bucket.owner,
  });
  await access.aws.call('s3:PutObjectAcl', (abortSignal) => bucket.s3.send(command, { abortSignal }));
}
