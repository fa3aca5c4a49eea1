import { type Answer, AwsError, type Core } from '../service.ts';
import { authorizeRead, authorizeWrite } from './access.ts';
import { amend, type BucketState, canonicalId, latest, ownerOf, type StoredObject } from './model.ts';
import { cannedGrants, type Grant, grants } from './ownership.ts';
import { header, type S3Call } from './request.ts';
import { sealed } from './write.ts';

export function getObject(core: Core, call: S3Call): Answer {
  const object = readable(call);
  return { headers: readHeaders(core, call, object), body: object.body };
}

export function headObject(core: Core, call: S3Call): Answer {
  const object = readable(call);
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: the checksum of an object with a key takes this too.
  if (object.kmsKey && !object.kmsKey.includes(':alias/') && header(call, 'x-amz-checksum-mode') === 'ENABLED') {
    call.authorize({ action: 'kms:GenerateDataKey', resource: object.kmsKey, resourceAccount: call.caller.account });
  }
  return { headers: { ...readHeaders(core, call, object), 'content-length': String(object.body.length) } };
}

function readable(call: S3Call): StoredObject {
  const version = call.query.get('versionId');
  const versions = call.bucket.objects.get(call.key) ?? [];
  const object = version === null ? latest(call.bucket, call.key) : versions.find((one) => one.version === version);
  const found = authorizeRead(call, version === null ? 's3:GetObject' : 's3:GetObjectVersion', object);
  if (found.isSealed && header(call, 'x-amz-server-side-encryption-customer-algorithm') === '') throw sealed();
  return found;
}

function readHeaders(core: Core, call: S3Call, object: StoredObject): Record<string, string> {
  const { bucket } = call;
  const replication = replicationStatus(core, bucket, object);
  const count = Object.keys(object.tags).length;
  // S3 names the class only when it is not STANDARD.
  const { 'x-amz-storage-class': storageClass = 'STANDARD', ...headers } = object.headers;
  return {
    ...headers,
    ...(storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
    ...(storageClass === 'INTELLIGENT_TIERING' && bucket.archivesIdle
      ? { 'x-amz-archive-status': 'ARCHIVE_ACCESS' }
      : {}),
    etag: `"${object.etag}"`,
    'last-modified': object.modified.toUTCString(),
    'x-amz-server-side-encryption': object.encryption,
    ...(object.kmsKey ? { 'x-amz-server-side-encryption-aws-kms-key-id': object.kmsKey } : {}),
    ...(count > 0 ? { 'x-amz-tagging-count': String(count) } : {}),
    ...(bucket.versioning ? { 'x-amz-version-id': object.version } : {}),
    ...expiry(bucket, object),
    ...(replication ? { 'x-amz-replication-status': replication } : {}),
    ...(object.checksum && header(call, 'x-amz-checksum-mode') === 'ENABLED'
      ? { [object.checksum.header]: object.checksum.value, 'x-amz-checksum-type': object.checksum.type }
      : {}),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html: rounded up to midnight, UTC. */
function expiry({ expiresAfterDays }: BucketState, { modified }: StoredObject): Record<string, string> {
  if (expiresAfterDays === undefined) return {};
  const day = Math.ceil(modified.getTime() / 86_400_000) + expiresAfterDays;
  return { 'x-amz-expiration': `expiry-date="${new Date(day * 86_400_000).toUTCString()}", rule-id="tidy%20up"` };
}

/** By the rule of the bucket and the sandbox's clock. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-status.html */
function replicationStatus(
  { clock }: Core,
  { replication }: BucketState,
  { key, modified }: StoredObject,
): string | undefined {
  if (!replication || !key.startsWith(replication.prefix)) return undefined;
  return clock.now() - modified.getTime() >= replication.afterSeconds * 1000 ? replication.status : 'PENDING';
}

export function getObjectAcl(call: S3Call): Answer {
  const object = authorizeRead(call, 's3:GetObjectAcl', latest(call.bucket, call.key));
  return { body: aclXml(ownerOf(call.bucket, object), object.grants) };
}

/** Gives grants; the owner stays who it is. @throws AwsError where ACLs are off */
export function putObjectAcl(call: S3Call): Answer {
  const { bucket, key, caller } = call;
  const object = latest(bucket, key);
  if (!object)
    throw new AwsError('NoSuchKey', 404, { message: 'The specified key does not exist.', fields: { Key: key } });
  authorizeWrite(call, 's3:PutObjectAcl');
  if (bucket.ownership === 'BucketOwnerEnforced')
    throw new AwsError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
  if (!grants(object.grants, 'WRITE_ACP', { account: caller.account, ignoresPublic: true }))
    throw new AwsError('AccessDenied', 403, 'Access Denied');
  const canned = header(call, 'x-amz-acl') || undefined;
  const all: Grant[] = [
    { to: { account: object.owner }, permission: 'FULL_CONTROL' },
    ...cannedGrants(canned, object.owner, bucket.account),
  ];
  amend(bucket, { ...object, grants: all });
  return {};
}

const GROUPS = {
  AllUsers: 'http://acs.amazonaws.com/groups/global/AllUsers',
  AuthenticatedUsers: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
};

/** `xsi:type` is an attribute, which the renderer of elements does not know. */
export function aclXml(owner: string, acl: readonly Grant[]): string {
  const grant = ({ to, permission }: Grant) => {
    const [type, who] =
      'account' in to
        ? ['CanonicalUser', `<ID>${canonicalId(to.account)}</ID>`]
        : ['Group', `<URI>${GROUPS[to.group]}</URI>`];
    return `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${who}</Grantee><Permission>${permission}</Permission></Grant>`;
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n<AccessControlPolicy><Owner><ID>${canonicalId(owner)}</ID></Owner><AccessControlList>${acl.map(grant).join('')}</AccessControlList></AccessControlPolicy>`;
}
