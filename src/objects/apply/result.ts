import type { Deletion, PlannedObject } from '../plan/plan.ts';
import type { Stored } from './sender.ts';

/** What S3 answered for one key. */
export interface Sent {
  readonly object: PlannedObject;
  readonly stored: Stored;
}

export interface ObjectsResult {
  readonly deleted: readonly Deletion[];
  /** Objects whose bucket's owner was given what it lacked. */
  readonly repaired: number;
  /** Bytes of bodies that S3 took. */
  readonly bytes: number;
  readonly invalidations: readonly string[];
  /** Buckets in which an ACL was sent though the plan had none. */
  readonly fallbacks: ReadonlySet<string>;
  /** By bucket: IAM actions that showed whose the first object is. */
  readonly looked: ReadonlyMap<string, readonly string[]>;
  /** By bucket: ARNs of the KMS keys that S3 named in its answers. */
  readonly usedKeys: ReadonlyMap<string, ReadonlySet<string>>;
  /** Buckets of which an object was asked for by HEAD. */
  readonly headed: ReadonlySet<string>;
  /** Path of the manifest. */
  readonly manifest: string;
  readonly milliseconds: number;
}
