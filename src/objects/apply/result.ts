import type { PlannedObject } from '../plan/plan.ts';
import type { Stored } from './sender.ts';

/** What was done with one key. */
export interface Sent extends Stored {
  readonly object: PlannedObject;
}

export interface ObjectsResult {
  readonly sent: readonly Sent[];
  readonly deleted: readonly { readonly bucket: string; readonly key: string }[];
  /** Bytes of bodies that S3 took. */
  readonly bytes: number;
  readonly invalidations: readonly string[];
  /** Path of the manifest. */
  readonly manifest: string;
  readonly milliseconds: number;
}
