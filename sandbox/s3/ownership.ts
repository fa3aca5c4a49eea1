import { AwsError } from '../service.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export type Permission = 'FULL_CONTROL' | 'READ' | 'READ_ACP' | 'WRITE_ACP' | 'WRITE';

/** `account`: 12 digits, or a canonical id of somebody without an account (an OAI). */
export interface Grant {
  readonly to: { readonly account: string } | { readonly group: 'AllUsers' | 'AuthenticatedUsers' };
  readonly permission: Permission;
}

interface Written {
  readonly ownership: Ownership | 'none';
  readonly writer: string;
  readonly bucketOwner: string;
  readonly blocksPublicAcls: boolean;
  /** Header `x-amz-acl`. */
  readonly canned: string | undefined;
}

/**
 * Who owns a new object, and what its ACL is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 * @throws AwsError for an ACL that the bucket does not take
 */
export function ownerAndGrants(written: Written): { owner: string; grants: readonly Grant[] } {
  const { ownership, writer, bucketOwner, canned } = written;
  if (ownership === 'BucketOwnerEnforced') {
    if (!acceptedWithoutAcls(written)) {
      throw new AwsError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
    }
    return { owner: bucketOwner, grants: [{ to: { account: bucketOwner }, permission: 'FULL_CONTROL' }] };
  }
  const isPublic = canned?.startsWith('public-') || canned === 'authenticated-read';
  if (isPublic && written.blocksPublicAcls) throw new AwsError('AccessDenied', 403, 'Access Denied');
  const moves = ownership === 'BucketOwnerPreferred' && canned === 'bucket-owner-full-control';
  const owner = moves ? bucketOwner : writer;
  return {
    owner,
    grants: [{ to: { account: owner }, permission: 'FULL_CONTROL' }, ...cannedGrants(canned, owner, bucketOwner)],
  };
}

/** No ACL; or one that says no more than that the bucket's owner has control. `private` says it only of its own account. */
function acceptedWithoutAcls({ canned, writer, bucketOwner }: Written): boolean {
  if (canned === 'private') return writer === bucketOwner;
  return canned === undefined || canned === 'bucket-owner-full-control';
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export function cannedGrants(canned: string | undefined, owner: string, bucketOwner: string): Grant[] {
  const toBucketOwner = (permission: Permission): Grant[] =>
    owner === bucketOwner ? [] : [{ to: { account: bucketOwner }, permission }];
  switch (canned) {
    case undefined:
    case 'private':
    case 'aws-exec-read':
      return [];
    case 'bucket-owner-full-control':
      return toBucketOwner('FULL_CONTROL');
    case 'bucket-owner-read':
      return toBucketOwner('READ');
    case 'public-read':
      return [{ to: { group: 'AllUsers' }, permission: 'READ' }];
    case 'public-read-write':
      return [
        { to: { group: 'AllUsers' }, permission: 'READ' },
        { to: { group: 'AllUsers' }, permission: 'WRITE' },
      ];
    case 'authenticated-read':
      return [{ to: { group: 'AuthenticatedUsers' }, permission: 'READ' }];
    default:
      throw new AwsError('InvalidArgument', 400, 'Argument x-amz-acl is invalid');
  }
}

export interface Asker {
  /** Empty for anonymous callers. */
  readonly account: string;
  /** Block public access. */
  readonly ignoresPublic: boolean;
}

/** Whether an ACL lets a caller do something. */
export function grants(acl: readonly Grant[], wanted: Permission, { account, ignoresPublic }: Asker): boolean {
  return acl.some(({ to, permission }) => {
    if (permission !== wanted && permission !== 'FULL_CONTROL') return false;
    if ('account' in to) return account !== '' && to.account === account;
    return !ignoresPublic && (to.group === 'AllUsers' || account !== '');
  });
}
