import { createHash, randomUUID } from 'node:crypto';
import { xml } from '../http/render.ts';
import type { Core } from '../service.ts';
import { type Answer, AwsError } from '../service.ts';
import { authorizeRead, authorizeWrite } from './access.ts';
import { verifyBody } from './checksums.ts';
import { etagIn } from './dialects.ts';
import { type BucketState, type Checksum, latest, type StoredObject, store } from './model.ts';
import { ownerAndGrants } from './ownership.ts';
import { checkExpectedOwner, header, type S3Call, tagsOf } from './request.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PUT = 5 * 2 ** 30;
const MAX_METADATA_BYTES = 2_048;

export function putObject(core: Core, call: S3Call): Answer {
  checkKey(call.key);
  if (call.body.length > MAX_PUT)
    throw new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size');
  authorizeWrite(call, 's3:PutObject');
  authorizeExtras(call);
  checkConditions(call, call.key);
  const checksum = verifyBody(call);
  checkLock(call, checksum);
  const made = newObject(core, call, { body: call.body, checksum });
  store(call.bucket, made);
  return { headers: writtenHeaders(call, made) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copyObject(core: Core, call: S3Call): Answer {
  const source = decodeURIComponent(header(call, 'x-amz-copy-source').replace(/^\//, ''));
  const slash = source.indexOf('/');
  if (source.slice(0, slash) !== call.bucket.name) {
    throw new AwsError('NotImplemented', 501, 'the sandbox copies within a bucket only');
  }
  checkExpectedOwner(call, call.bucket, 'x-amz-source-expected-bucket-owner');
  const key = source.slice(slash + 1);
  const from = authorizeRead({ ...call, key }, 's3:GetObject', latest(call.bucket, key));
  if (from.isSealed) throw sealed();
  authorizeWrite(call, 's3:PutObject');
  authorizeExtras(call);
  const storageClass = from.headers['x-amz-storage-class'] ?? '';
  const isIdle = storageClass === 'INTELLIGENT_TIERING' && call.bucket.archivesIdle;
  if (isIdle || /^(GLACIER|DEEP_ARCHIVE)$/.test(storageClass))
    throw new AwsError('InvalidObjectState', 403, "The operation is not valid for the object's storage class");
  const replaces = header(call, 'x-amz-metadata-directive') === 'REPLACE';
  const changes =
    replaces || header(call, 'x-amz-storage-class') !== '' || header(call, 'x-amz-server-side-encryption') !== '';
  if (key === call.key && !changes) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'This copy request is illegal because it is trying to copy an object to itself without changing its attributes.',
    );
  }
  if (header(call, 'if-none-match') !== '')
    throw new AwsError('NotImplemented', 501, 'A header you provided implies functionality that is not implemented');
  if (header(call, 'x-amz-tagging-directive') !== 'REPLACE') {
    authorizeRead({ ...call, key }, 's3:GetObjectTagging', from);
    authorizeWrite(call, 's3:PutObjectTagging');
  }
  const given = header(call, 'x-amz-tagging-directive') === 'REPLACE' ? tagsOf(call) : from.tags;
  const tags = call.bucket.dialect === 'ceph' ? {} : given;
  const made = newObject(core, call, {
    body: from.body,
    checksum: from.checksum,
    tags,
    ...(replaces ? {} : { headers: from.headers }),
  });
  store(call.bucket, made);
  const body = xml({ CopyObjectResult: { ETag: `"${made.etag}"`, LastModified: made.modified.toISOString() } });
  return { headers: writtenHeaders(call, made), body };
}

/** @throws AwsError for a body that nothing verifies, where Object Lock would keep it: API_PutObject.html */
export function checkLock(call: S3Call, checksum: Checksum | undefined): void {
  if (call.bucket.lockDays === undefined || checksum || header(call, 'content-md5') !== '') return;
  const what = call.action === 'UploadPart' ? 'Put Part' : 'Put Object';
  const needed = 'Content-MD5 OR x-amz-checksum- HTTP header is required for';
  throw new AwsError('InvalidRequest', 400, `${needed} ${what} requests with Object Lock parameters`);
}

interface Content {
  readonly body: Buffer;
  readonly checksum: Checksum | undefined;
  /** MD5 of the body when left out. */
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** An object as this call writes it: its owner and ACL by the bucket's Object Ownership. `call` is what carried the headers. */
export function newObject(core: Core, call: S3Call, { body, checksum, etag, headers, tags }: Content): StoredObject {
  const { bucket, caller, key } = call;
  const { owner, grants } = ownerAndGrants({
    ownership: bucket.ownership,
    writer: caller.account,
    bucketOwner: bucket.account,
    blocksPublicAcls: bucket.blockPublicAccess,
    canned: header(call, 'x-amz-acl') || undefined,
  });
  const { encryption, kmsKey } = encryptionOf(call);
  if (kmsKey && !kmsKey.includes(':alias/')) {
    call.authorize({ action: 'kms:GenerateDataKey', resource: kmsKey, resourceAccount: caller.account });
  }
  // "Objects encrypted with SSE-KMS have ETags that are not an MD5 digest": API_Object.html
  const digest = etag ?? etagIn(bucket, createHash('md5').update(body).digest('hex'));
  return {
    key,
    body,
    etag:
      kmsKey || header(call, 'x-amz-server-side-encryption-customer-algorithm') !== ''
        ? createHash('md5').update(`opaque ${randomUUID()}`).digest('hex') + (/-\d+$/.exec(digest)?.[0] ?? '')
        : digest,
    owner,
    grants,
    headers: headers ?? storedHeaders(call),
    tags: tags ?? tagsOf(call),
    checksum,
    encryption,
    kmsKey,
    isSealed: header(call, 'x-amz-server-side-encryption-customer-algorithm') !== '',
    modified: new Date(core.clock.now()),
    version: bucket.versioning ? randomUUID().replaceAll('-', '') : 'null',
    isDeleteMarker: false,
  };
}

/** `If-None-Match: *` writes only what is not there; `If-Match` only over what is. @throws AwsError 412 */
export function checkConditions(call: S3Call, key: string): void {
  const [none, match] = [header(call, 'if-none-match'), header(call, 'if-match')];
  const there = latest(call.bucket, key);
  if (none !== '' && none !== '*')
    throw new AwsError('NotImplemented', 501, 'A header you provided implies functionality that is not implemented');
  const fails = (none === '*' && there) || (match !== '' && there?.etag !== match.replaceAll('"', ''));
  if (fails)
    throw new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold');
}

/** ACL and tag headers have permissions of their own. */
export function authorizeExtras(call: S3Call): void {
  const unknown = Object.keys(call.headers).find((name) => name.startsWith('x-amz-grant-'));
  if (unknown) throw new AwsError('NotImplemented', 501, `the sandbox does not know ${unknown}`);
  if (header(call, 'x-amz-acl') !== '') authorizeWrite(call, 's3:PutObjectAcl');
  if (header(call, 'x-amz-tagging') !== '') authorizeWrite(call, 's3:PutObjectTagging');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html */
export function sealed(): AwsError {
  return new AwsError(
    'InvalidRequest',
    400,
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
  );
}

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 1_024) throw new AwsError('KeyTooLongError', 400, 'Your key is too long');
}

export function writtenHeaders({ bucket }: Pick<S3Call, 'bucket'>, object: StoredObject): Record<string, string> {
  return {
    etag: `"${object.etag}"`,
    'x-amz-server-side-encryption': object.encryption,
    ...(object.kmsKey ? { 'x-amz-server-side-encryption-aws-kms-key-id': object.kmsKey } : {}),
    ...(bucket.versioning ? { 'x-amz-version-id': object.version } : {}),
    ...(object.checksum
      ? { [object.checksum.header]: object.checksum.value, 'x-amz-checksum-type': object.checksum.type }
      : {}),
  };
}

const STORED = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
  'x-amz-website-redirect-location',
  'x-amz-storage-class',
];

/** What a PUT or a CreateMultipartUpload leaves on its object. @throws AwsError for too much metadata */
export function storedHeaders(call: Pick<S3Call, 'headers'>): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  let metadata = 0;
  for (const name of Object.keys(call.headers)) {
    const value = header(call, name);
    if (name.startsWith('x-amz-meta-')) metadata += name.length - 'x-amz-meta-'.length + value.length;
    // The framing of the transfer is not a property of the object.
    const kept = name === 'content-encoding' ? value.replace(/^aws-chunked(,\s*)?/, '') : value;
    if ((STORED.includes(name) || name.startsWith('x-amz-meta-')) && kept !== '') headers[name] = kept;
  }
  if (metadata > MAX_METADATA_BYTES)
    throw new AwsError('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size');
  return headers;
}

/** What encrypts a new object: what the request says, else the bucket's default. */
export function encryptionOf(call: S3Call): { readonly encryption: string; readonly kmsKey: string | undefined } {
  const encryption = header(call, 'x-amz-server-side-encryption') || call.bucket.encryption;
  return { encryption, kmsKey: encryption.startsWith('aws:kms') ? kmsKeyOf(call, call.bucket) : undefined };
}

function kmsKeyOf(call: S3Call, bucket: BucketState): string {
  const isDefault = header(call, 'x-amz-server-side-encryption') === '';
  const stated = isDefault ? (bucket.encryptionKey ?? '') : header(call, 'x-amz-server-side-encryption-aws-kms-key-id');
  if (stated.startsWith('arn:')) return stated;
  // A key id, an alias, and no key at all are looked for in the caller's account.
  const id = stated === '' ? 'alias/aws/s3' : stated.startsWith('alias/') ? stated : `key/${stated}`;
  return `arn:aws:kms:${bucket.region}:${call.caller.account}:${id}`;
}
