import { summedIn } from '../../aws/etag.ts';
import { crcHeader } from './crc.ts';
import { comparable, type ObjectHeaders } from './headers.ts';
import { partSizeOf } from './parts.ts';

/** An object as a listing shows it. */
export interface ListedObject {
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Whether its storage class is one that nobody can read before a restore. */
  readonly isArchived?: boolean;
  /** Canonical id of the owner; only when it was asked for and the server says it. */
  readonly owner?: string | undefined;
}

/**
 * What a listing tells about a file of the same name: `new`, `changed` (another size), `etag` (compare the file's MD5 with the
 * ETag), `etag-of-parts` (the same, for a multipart upload by our rule), `ask` (only HEAD can tell: other parts, or KMS).
 */
export type Clue = 'new' | 'changed' | 'etag' | 'etag-of-parts' | 'ask';

export function clueOf(size: number, listed: Pick<ListedObject, 'size' | 'etag'> | undefined): Clue {
  if (!listed) return 'new';
  if (listed.size !== size) return 'changed';
  const summed = summedIn(listed.etag);
  if (summed === 'whole') return 'etag';
  return size > 0 && summed === Math.ceil(size / partSizeOf(size)) ? 'etag-of-parts' : 'ask';
}

/** What HEAD in checksum mode says about an object. */
export interface ObjectHead {
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly checksumCrc32?: string | undefined;
  /** `COMPOSITE` is a checksum of the parts' checksums; absent on old objects, which have it for single PUTs only. */
  readonly checksumType?: string | undefined;
  /** Those of a PutObject request that it shows, by lower-case names. */
  readonly headers: ObjectHeaders;
  /** ARN of the KMS key. */
  readonly kmsKey?: string | undefined;
  readonly replication?: string | undefined;
  /** When a lifecycle rule deletes it, and which. */
  readonly expiration?: string | undefined;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Whether it lies where nobody can read, or copy, it before a restore. */
  readonly isArchived?: boolean | undefined;
  /** As far as the caller may see them. */
  readonly tagCount?: number;
  /** Whether S3 of AWS answered, and no other server. */
  readonly isAws?: boolean;
}

/** Whether the checksum that S3 keeps proves that the content is equal. */
export function provesEqual(
  { checksumCrc32, checksumType, etag }: Pick<ObjectHead, 'checksumCrc32' | 'checksumType' | 'etag'>,
  crc: number,
): boolean {
  return isWhole({ checksumType, etag }) && checksumCrc32 === crcHeader(crc);
}

/** Whether a checksum is that of the whole object. */
function isWhole({ checksumType, etag }: Pick<ObjectHead, 'checksumType' | 'etag'>): boolean {
  return checksumType === 'FULL_OBJECT' || (checksumType === undefined && !etag.includes('-'));
}

/** Whether S3 shows that the content differs: an ETag does where neither a KMS key nor parts made it. */
function provesOther(head: ObjectHead, crc: number): boolean {
  const isMd5 = summedIn(head.etag) === 'whole' && head.kmsKey === undefined;
  return isMd5 || (isWhole(head) && head.checksumCrc32 !== undefined && head.checksumCrc32 !== crcHeader(crc));
}

/** Whether each header is as it should be. What S3 shows beyond that is not ours to take away. */
export function headersEqual(wanted: ObjectHeaders, found: ObjectHeaders): boolean {
  return Object.entries(wanted).every(([name, value]) => (EQUAL[name] ?? isEqual)(value, found[name]));
}

function isEqual(wanted: string, found: string | undefined): boolean {
  return found === wanted;
}

/** Headers whose text may vary without a difference in meaning. */
const EQUAL: Readonly<Record<string, typeof isEqual>> = {
  // A lifecycle rule may have moved it on since: only what is warmer than asked for was never there.
  'x-amz-storage-class': (wanted, found = 'STANDARD') =>
    found === wanted || (COOLING.includes(wanted) && COOLING.indexOf(found) >= COOLING.indexOf(wanted)),
  // What is encrypted with no key of KMS is encrypted with S3's own.
  'x-amz-server-side-encryption': (wanted, found = 'AES256') => found === wanted,
  // S3 shows the ARN; an id is its end, and which key an alias stands for only KMS knows.
  'x-amz-server-side-encryption-aws-kms-key-id': (wanted, found = '') =>
    found === wanted || found.endsWith(`/${wanted}`) || (found !== '' && wanted.includes('alias/')),
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html: the waterfall. */
const COOLING = [
  'STANDARD',
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

/** What is known of one file and its object. */
export interface FileFacts {
  /** Bytes as they are to be stored. */
  readonly size: number;
  /** Whether the bucket may be listed: without a listing nothing is known of the object. */
  readonly mayList: boolean;
  readonly listed: Pick<ListedObject, 'size' | 'etag'> | undefined;
  /** `s3-upload-unchanged` */
  readonly always: boolean;
  /** Headers that the step names; nothing when they may not be changed (`s3-immutable`). */
  readonly ruled: ObjectHeaders | undefined;
  /** Whether those are worth a look where the content is known to be the same. */
  readonly isRuled: boolean;
  /** Of the file: its ETag in S3, and the CRC-32. */
  readonly digests?: { readonly etag: string; readonly crc: number } | undefined;
  readonly head?: ObjectHead | 'refused' | undefined;
  /** Whether the bucket's owner cannot decrypt what this key encrypts. */
  readonly isForeignKey: (kmsKey: string | undefined) => boolean;
}

/** What an object is to its file, or the fact that has to be found out first. */
export type Comparison =
  | { readonly need: 'digests'; readonly inParts: boolean }
  | { readonly need: 'head' }
  | {
      readonly action: 'new' | 'changed' | 'headers' | 'unchanged';
      /** It may be the same already: S3 did not show its headers or checksum. */
      readonly unproved?: true;
      /** Its content is the same, but a key encrypts it that the bucket's owner cannot use. */
      readonly foreignKey?: true;
    };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html: 5 GiB a copy. */
export const MAX_COPY_BYTES = 5 * 2 ** 30;

/**
 * Whether an object can be read, and so copied, only after it was restored. Intelligent-Tiering moves what nobody asks for into archives
 * of its own: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-managing.html
 */
export function isArchive(storageClass: string, archiveStatus?: string | undefined): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE' || (archiveStatus ?? '') !== '';
}

/** Compares one file with what is known of its object. */
export function compareFile(facts: FileFacts): Comparison {
  const { size, listed, digests, head, ruled, isRuled } = facts;
  const clue = clueOf(size, listed);
  // Without a listing it counts as changed, so that it is invalidated too.
  if (clue === 'new') return { action: facts.mayList ? 'new' : 'changed' };
  if (clue === 'changed' || facts.always) return { action: 'changed' };
  if (!digests) return { need: 'digests', inParts: clue === 'etag-of-parts' };
  const isSame = clue !== 'ask' && digests.etag === listed?.etag;
  if (isSame && !(ruled && isRuled)) return { action: 'unchanged' };
  if (head === undefined) return { need: 'head' };
  if (head === 'refused') return { action: 'changed', unproved: true };
  if (!isSame && !provesEqual(head, digests.crc)) {
    return { action: 'changed', ...(provesOther(head, digests.crc) ? {} : { unproved: true as const }) };
  }
  if (facts.isForeignKey(head.kmsKey)) return { action: 'changed', foreignKey: true };
  if (!ruled || headersEqual(comparable(ruled), head.headers)) return { action: 'unchanged' };
  return { action: size > MAX_COPY_BYTES || head.isArchived ? 'changed' : 'headers' };
}
