import { createHash, randomUUID } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { xml } from '../http/render.ts';
import { type Answer, AwsError, type Core } from '../service.ts';
import { authorizeWrite } from './access.ts';
import { checksumOf, compositeOf, verifyBody } from './checksums.ts';
import { etagIn } from './dialects.ts';
import { type Checksum, type PendingUpload, store, type UploadedPart } from './model.ts';
import { ownerAndGrants } from './ownership.ts';
import { header, type S3Call } from './request.ts';
import {
  authorizeExtras,
  checkConditions,
  checkKey,
  checkLock,
  encryptionOf,
  newObject,
  storedHeaders,
  writtenHeaders,
} from './write.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const SMALLEST_PART = 5 * 2 ** 20;
const MAX_PARTS = 10_000;

/** Headers, ACL, tags and encryption come with the create; the object is made when it is completed. */
export function createMultipartUpload(call: S3Call): Answer {
  const { bucket, key, caller } = call;
  checkKey(key);
  authorizeWrite(call, 's3:PutObject');
  authorizeExtras(call);
  storedHeaders(call);
  const canned = header(call, 'x-amz-acl') || undefined;
  const { ownership, account, blockPublicAccess } = bucket;
  ownerAndGrants({
    ownership,
    writer: caller.account,
    bucketOwner: account,
    blocksPublicAcls: blockPublicAccess,
    canned,
  });
  const algorithm = header(call, 'x-amz-checksum-algorithm');
  const headers = Object.fromEntries(Object.keys(call.headers).map((name) => [name, header(call, name)]));
  const upload: PendingUpload = {
    id: randomUUID(),
    key,
    account: caller.account,
    headers,
    checksumHeader: algorithm === '' ? undefined : `x-amz-checksum-${algorithm.toLowerCase()}`,
    checksumType: header(call, 'x-amz-checksum-type') === 'FULL_OBJECT' ? 'FULL_OBJECT' : 'COMPOSITE',
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  const named = encryptionOf(call);
  return {
    headers: named.kmsKey ? { 'x-amz-server-side-encryption-aws-kms-key-id': named.kmsKey } : {},
    body: xml({ InitiateMultipartUploadResult: { Bucket: bucket.name, Key: key, UploadId: upload.id } }),
  };
}

export function uploadPart(call: S3Call): Answer {
  const upload = uploadOf(call);
  const number = Number(call.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS) {
    throw new AwsError('InvalidArgument', 400, 'Part number must be an integer between 1 and 10000, inclusive');
  }
  // Conditions of a policy on the ACL also judge this call, which cannot carry one.
  authorizeWrite(call, 's3:PutObject');
  const checksum = verifyBody(call);
  checkLock(call, checksum);
  if (upload.checksumHeader && checksum && checksum.header !== upload.checksumHeader) {
    throw new AwsError('InvalidRequest', 400, 'Checksum Type mismatch occurred');
  }
  const etag = etagIn(call.bucket, createHash('md5').update(call.body).digest('hex'));
  upload.parts.set(number, { number, body: call.body, etag, checksum: checksum?.value });
  return { headers: { etag: `"${etag}"`, ...(checksum ? { [checksum.header]: checksum.value } : {}) } };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export function completeMultipartUpload(core: Core, call: S3Call): Answer {
  const upload = uploadOf(call);
  authorizeWrite(call, 's3:PutObject');
  checkConditions(call, call.key);
  const parts = statedParts(call.body).map((stated) => partOf(upload, stated));
  checkParts(parts);
  const body = Buffer.concat(parts.map((part) => part.body));
  const size = header(call, 'x-amz-mp-object-size');
  if (size !== '' && Number(size) !== body.length)
    throw new AwsError('InvalidRequest', 400, 'The object size does not match x-amz-mp-object-size');
  const checksum = wholeChecksum(call, upload, { parts, body });
  const sums = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  const etag = `${createHash('md5').update(sums).digest('hex')}-${parts.length}`;
  const made = newObject(core, { ...call, headers: upload.headers }, { body, checksum, etag });
  store(call.bucket, made);
  call.bucket.uploads.delete(upload.id);
  const result = { CompleteMultipartUploadResult: { Bucket: call.bucket.name, Key: call.key, ETag: `"${made.etag}"` } };
  return { headers: writtenHeaders(call, made), body: xml(result) };
}

export function abortMultipartUpload(call: S3Call): Answer {
  const upload = uploadOf(call);
  authorizeWrite(call, 's3:AbortMultipartUpload');
  call.bucket.uploads.delete(upload.id);
  return { status: 204 };
}

function uploadOf({ bucket, key, query }: S3Call): PendingUpload {
  const upload = bucket.uploads.get(query.get('uploadId') ?? '');
  if (upload?.key === key) return upload;
  throw new AwsError(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );
}

interface StatedPart {
  readonly PartNumber: string;
  readonly ETag: string;
  readonly ChecksumCRC32?: string;
}

function statedParts(body: Buffer): StatedPart[] {
  const parser = new XMLParser({ parseTagValue: false, isArray: (name) => name === 'Part' });
  const parsed = parser.parse(body.toString()) as { CompleteMultipartUpload?: { Part?: StatedPart[] } };
  const parts = parsed.CompleteMultipartUpload?.Part ?? [];
  if (parts.length === 0) throw new AwsError('MalformedXML', 400, 'The XML you provided was not well-formed');
  return parts;
}

function partOf({ parts }: PendingUpload, { PartNumber, ETag, ChecksumCRC32 }: StatedPart): UploadedPart {
  const part = parts.get(Number(PartNumber));
  // A store takes its own digests in any case.
  const etag = ETag.replaceAll('&quot;', '').replaceAll('"', '').toLowerCase();
  if (part?.etag === etag && (ChecksumCRC32 === undefined || ChecksumCRC32 === part.checksum)) return part;
  throw new AwsError('InvalidPart', 400, 'One or more of the specified parts could not be found.');
}

function checkParts(parts: readonly UploadedPart[]): void {
  if (parts.some(({ number }, index) => index > 0 && number <= parts[index - 1]!.number)) {
    throw new AwsError('InvalidPartOrder', 400, 'The list of parts was not in ascending order.');
  }
  if (parts.slice(0, -1).some(({ body }) => body.length < SMALLEST_PART)) {
    throw new AwsError('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size');
  }
}

function wholeChecksum(
  call: S3Call,
  upload: PendingUpload,
  { parts, body }: { readonly parts: readonly UploadedPart[]; readonly body: Buffer },
): Checksum | undefined {
  const { checksumHeader: name, checksumType: type } = upload;
  if (!name) return undefined;
  const value =
    type === 'FULL_OBJECT'
      ? checksumOf(name, body)
      : compositeOf(
          name,
          parts.map((part) => part.checksum ?? ''),
        );
  const stated = header(call, name);
  if (stated !== '' && stated !== value)
    throw new AwsError('BadDigest', 400, `The ${name} you specified did not match what we calculated.`);
  return { header: name, value, type };
}
