import { createHash } from 'node:crypto';
import type { PolicyDocument } from '../iam/policy.ts';
import { sectionOf, type World } from '../world.ts';
import type { Dialect } from './dialects.ts';
import type { Grant, Ownership } from './ownership.ts';

/** A bucket as the world file states it. */
export interface BucketWorld {
  readonly account: string;
  /** The world's when left out. */
  readonly region?: string;
  /** `none`: nothing is set, as in buckets from before April 2023: ObjectWriter, and 404 for who asks. */
  readonly ownership?: Ownership | 'none';
  readonly policy?: PolicyDocument;
  /** All four settings of Block Public Access; on when left out, as in new buckets. */
  readonly blockPublicAccess?: boolean;
  /** `IgnorePublicAcls` alone, where the four are off: a public ACL is accepted, and without effect. */
  readonly ignoresPublicAcls?: boolean;
  /** Requests of other accounts have to say that they pay. */
  readonly requesterPays?: boolean;
  /** Default retention of Object Lock in days: every body then needs a checksum. */
  readonly lockDays?: number;
  /** The name of its access point, under whose alias it is reached as well. */
  readonly accessPoint?: string;
  readonly versioning?: boolean;
  /** Default encryption; `AES256` when left out. */
  readonly encryption?: 'AES256' | 'aws:kms';
  /** Full ARN of the key of the default encryption, or an alias: without an ARN it is looked for in the account of who uploads. */
  readonly encryptionKey?: string;
  /** Whether Intelligent-Tiering has moved its objects to its archive. */
  readonly archivesIdle?: boolean;
  /** Which store it is of; AWS's when left out. */
  readonly dialect?: Dialect;
  /** Days after which a lifecycle rule deletes objects. */
  readonly expiresAfterDays?: number;
  /** What becomes of objects whose keys begin with the prefix, and after how many seconds of the sandbox's clock. */
  readonly replication?: {
    readonly prefix: string;
    readonly status: 'COMPLETED' | 'FAILED';
    readonly afterSeconds: number;
  };
}

export interface Checksum {
  /** `x-amz-checksum-crc32`. */
  readonly header: string;
  readonly value: string;
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
}

export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  /** Account that owns it. */
  readonly owner: string;
  readonly grants: readonly Grant[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly checksum: Checksum | undefined;
  readonly encryption: string;
  /** ARN of the KMS key. */
  readonly kmsKey: string | undefined;
  /** A key of the customer's own encrypts it (SSE-C), which every read has to bring. */
  readonly isSealed: boolean;
  readonly modified: Date;
  readonly version: string;
  readonly isDeleteMarker: boolean;
}

export interface UploadedPart {
  readonly number: number;
  readonly body: Buffer;
  readonly etag: string;
  readonly checksum: string | undefined;
}

/** A multipart upload that is neither completed nor aborted. */
export interface PendingUpload {
  readonly id: string;
  readonly key: string;
  /** Account that began it. */
  readonly account: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  readonly checksumHeader: string | undefined;
  readonly parts: Map<number, UploadedPart>;
}

export interface BucketState {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  ownership: Ownership | 'none';
  policy: PolicyDocument | undefined;
  blockPublicAccess: boolean;
  ignoresPublicAcls: boolean;
  requesterPays: boolean;
  readonly lockDays: number | undefined;
  readonly accessPoint: string | undefined;
  readonly versioning: boolean;
  readonly dialect: Dialect;
  encryption: 'AES256' | 'aws:kms';
  encryptionKey: string | undefined;
  archivesIdle: boolean;
  expiresAfterDays: number | undefined;
  readonly replication: BucketWorld['replication'];
  /** By key, the latest last. */
  readonly objects: Map<string, StoredObject[]>;
  readonly uploads: Map<string, PendingUpload>;
}

export function bucketsOf(world: World): Map<string, BucketState> {
  const buckets = Object.entries(sectionOf<BucketWorld>(world, 'buckets')).map(
    ([name, stated]): [string, BucketState] => [
      name,
      {
        name,
        region: stated.region ?? world.region,
        account: stated.account,
        ownership: stated.ownership ?? 'BucketOwnerEnforced',
        policy: stated.policy,
        blockPublicAccess: stated.blockPublicAccess ?? true,
        ignoresPublicAcls: stated.ignoresPublicAcls ?? false,
        requesterPays: stated.requesterPays ?? false,
        lockDays: stated.lockDays,
        accessPoint: stated.accessPoint,
        versioning: stated.versioning ?? false,
        dialect: stated.dialect ?? 'aws',
        encryption: stated.encryption ?? 'AES256',
        encryptionKey: stated.encryptionKey,
        archivesIdle: stated.archivesIdle ?? false,
        expiresAfterDays: stated.expiresAfterDays,
        replication: stated.replication,
        objects: new Map(),
        uploads: new Map(),
      },
    ],
  );
  return new Map(buckets);
}

/** What the world file says now of a bucket's settings: a test may change them in the midst of its life. */
export function settle(bucket: BucketState, world: World): void {
  const stated = sectionOf<BucketWorld>(world, 'buckets')[bucket.name];
  if (!stated) return;
  bucket.ownership = stated.ownership ?? 'BucketOwnerEnforced';
  bucket.policy = stated.policy;
  bucket.blockPublicAccess = stated.blockPublicAccess ?? true;
  bucket.ignoresPublicAcls = stated.ignoresPublicAcls ?? false;
  bucket.requesterPays = stated.requesterPays ?? false;
  bucket.encryption = stated.encryption ?? 'AES256';
  bucket.encryptionKey = stated.encryptionKey;
  bucket.archivesIdle = stated.archivesIdle ?? false;
  bucket.expiresAfterDays = stated.expiresAfterDays;
}

/** With BucketOwnerEnforced the bucket's owner owns every object, whoever wrote it and when. */
export function ownerOf({ ownership, account }: BucketState, { owner }: Pick<StoredObject, 'owner'>): string {
  return ownership === 'BucketOwnerEnforced' ? account : owner;
}

/** The latest version, unless it is deleted. */
export function latest(bucket: BucketState, key: string): StoredObject | undefined {
  const object = bucket.objects.get(key)?.at(-1);
  return object?.isDeleteMarker ? undefined : object;
}

/** Keeps the versions before only where the bucket is versioned. */
export function store(bucket: BucketState, object: StoredObject): void {
  bucket.objects.set(object.key, [...(bucket.versioning ? (bucket.objects.get(object.key) ?? []) : []), object]);
}

/** Changes the latest version: an ACL or a tag makes no new one, and leaves its time. */
export function amend(bucket: BucketState, object: StoredObject): void {
  bucket.objects.get(object.key)?.splice(-1, 1, object);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html: the name, cut off, and a text of S3's own. */
export function aliasOf({ name, accessPoint = '' }: Pick<BucketState, 'name' | 'accessPoint'>): string {
  const own = createHash('sha256').update(`alias ${name}`).digest('hex').slice(0, 34);
  return `${accessPoint.slice(0, 20)}-${own}-s3alias`;
}

/** 64 hex digits, as S3 names an account in ACLs. */
export function canonicalId(account: string): string {
  return createHash('sha256').update(`canonical ${account}`).digest('hex');
}
