import type { FileState } from '../local/digest.ts';
import type { AclDecision } from '../rules/acl.ts';
import type { ObjectHeaders } from '../rules/headers.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { Orphan, Owners } from './owners.ts';

export type Action = 'new' | 'changed' | 'headers' | 'unchanged';

/** One key of the release. */
export interface PlannedObject {
  readonly bucket: string;
  readonly key: string;
  /** What is sent: the file, or its compressed form. */
  readonly file: FileState;
  /** Bytes as they are stored. */
  readonly size: number;
  readonly headers: ObjectHeaders;
  /** `headers`: the content is there, a copy in place changes its headers. */
  readonly action: Action;
  /** Sent after everything else. */
  readonly last: boolean;
  /** CRC-32 of what is stored, where the comparison proved that it is the same. */
  readonly crc?: number;
  /** It may be the same already: S3 did not show its headers or checksum. */
  readonly unproved?: true;
}

export interface PlannedBucket extends Bucket {
  readonly acl: AclDecision;
  /** Whether the first object's owner is looked at before the rest is sent, and what a foreign one means. */
  readonly verify: 'fail' | 'warn' | 'off';
}

/** What the step does in a bucket, by the prefixes that it touches. */
export interface Scope {
  readonly bucket: string;
  /** What keys begin with; of a single file the key. */
  readonly prefix: string;
  readonly isKey: boolean;
}

export interface ObjectsPlan {
  readonly buckets: ReadonlyMap<string, PlannedBucket>;
  readonly scopes: readonly Scope[];
  readonly objects: readonly PlannedObject[];
  readonly deletions: readonly { readonly bucket: string; readonly key: string }[];
  /** Buckets of which objects were asked for by HEAD. */
  readonly headed: ReadonlySet<string>;
  /** With `s3-fix-acl`: objects whose bucket's owner is given full control. */
  readonly orphans: readonly Orphan[];
  readonly owners: ReadonlyMap<string, Owners>;
  /** Viewer's paths, percent-encoded; `afterDeletion` of what is deleted. */
  readonly invalidation: { readonly afterUpload: readonly string[]; readonly afterDeletion: readonly string[] };
}
