import type { FileState } from '../../base/same-file.ts';
import type { AclDecision } from '../rules/acl.ts';
import type { ObjectHeaders } from '../rules/headers.ts';
import type { ObjectAddress } from '../rules/key.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { DistributionFacts } from './distribution.ts';
import type { OwnerIds } from './owners.ts';

export type ObjectAction = 'new' | 'changed' | 'headers' | 'unchanged';

/** One key of the release. */
export interface PlannedObject extends ObjectAddress {
  /** What is sent: the file, or its compressed form. */
  readonly file: FileState;
  /** Bytes as they are stored. */
  readonly size: number;
  /** All that the object is to have: of a copy in place also what it has already and nobody names. */
  readonly headers: ObjectHeaders;
  /** `headers`: the content is there, a copy in place changes its headers. */
  readonly action: ObjectAction;
  /** Sent after everything else. */
  readonly last: boolean;
  /** CRC-32 of what is stored, where the comparison proved that it is the same. */
  readonly crc?: number | undefined;
  /** It may be the same already: S3 did not show its headers or checksum. */
  readonly unproved?: boolean | undefined;
  /** Its content type says UTF-8 by the file's name; the bytes have to confirm it. */
  readonly guessesCharset?: boolean | undefined;
}

export interface PlannedBucket extends Bucket {
  readonly acl: AclDecision;
  /** Whether the owners of objects are looked at, and what it means when the bucket's owner does not own one. */
  readonly verify: 'fail' | 'warn' | 'off';
  /** `s3-verify-owner: fail` by name: an owner that cannot be told fails the step as well. */
  readonly mustTellOwner: boolean;
  /** Whether the uploader's own KMS key, which the bucket's default names, is refused, told, or the user's wish. */
  readonly foreignKey: 'fail' | 'warn' | 'off';
}

/** What the step does in a bucket, by the prefixes that it touches. */
export interface Scope {
  readonly bucket: string;
  /** What keys begin with; of a single file the key. */
  readonly prefix: string;
  readonly isKey: boolean;
  /** Names below the prefix that the step's rules leave out. */
  readonly leavesOut: (name: string) => boolean;
}

/** An object whose bucket's owner is given what it lacks (`s3-fix-acl`). */
export interface Repair extends ObjectAddress {
  /** `copy`: a copy onto itself makes the bucket's owner the owner; `grant`: the ACL gives it full control, not ownership. */
  readonly by: 'copy' | 'grant';
  /** Of a copy: all that the object has. */
  readonly headers?: ObjectHeaders;
  /** Of a copy that would lose them. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** An object that stays, and all the tags that it is to have (`s3-tags`). */
export interface Retagging extends ObjectAddress {
  readonly tags: Readonly<Record<string, string>>;
}

/** An object to delete, as the plan saw it: what was written since is not deleted. */
export interface Deletion extends ObjectAddress {
  /** By which it was listed. */
  readonly prefix: string;
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** What a distribution is to forget. */
export interface PlannedInvalidation {
  readonly distribution: string;
  /** Stands in the caller reference: an invalidation of the same scope pays all that was owed before it. */
  readonly scope: string;
  /** Paths that are given, which are invalidated in every run. */
  readonly given: readonly string[] | undefined;
  /** Keys as viewers of the distribution ask for them, of objects that an earlier run replaced without an invalidation. */
  readonly owed: readonly string[];
  /** Paths of what an earlier run announced to delete, and did not come to close. */
  readonly announced: readonly string[];
  /** Whether the caller may look at earlier invalidations. */
  readonly maySee: boolean;
  /** `undefined` when the caller may not ask. */
  readonly facts: DistributionFacts | undefined;
  /** The key under which viewers ask for an object; `undefined` when the distribution does not serve it. */
  readonly viewerKey: (object: ObjectAddress) => string | undefined;
}

export interface ObjectsPlan {
  readonly buckets: ReadonlyMap<string, PlannedBucket>;
  readonly scopes: readonly Scope[];
  readonly objects: readonly PlannedObject[];
  readonly deletions: readonly Deletion[];
  readonly repairs: readonly Repair[];
  readonly retags: readonly Retagging[];
  /** Buckets of which objects were asked for by HEAD. */
  readonly headed: ReadonlySet<string>;
  /** Buckets whose unchanged objects were asked for their ACL. */
  readonly aclsRead: ReadonlySet<string>;
  /** Buckets whose objects that stay were asked for their tags. */
  readonly tagsRead: ReadonlySet<string>;
  /** Buckets of which the caller's or the owner's canonical id was of use. */
  readonly owners: ReadonlyMap<string, OwnerIds>;
  readonly invalidations: readonly PlannedInvalidation[];
  /** Where what was published is served. */
  readonly url: PublishedUrl | undefined;
}

export interface PublishedUrl {
  readonly url: string;
}
