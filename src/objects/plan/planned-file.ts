import type { FileState } from '../../base/same-file.ts';
import { keyOf, type TargetPlace } from '../local/targets.ts';
import type { LocalFile } from '../local/walked-file.ts';
import type { ObjectHeaders } from '../rules/headers.ts';
import type { ObjectAction, PlannedObject } from './plan.ts';

type OfFile = Pick<PlannedObject, 'headers' | 'action' | 'last' | 'crc' | 'unproved' | 'guessesCharset'>;

/** What becomes of a file. As hundreds of thousands may be held, its key is told from what it belongs to. */
export class PlannedFile implements PlannedObject {
  readonly place: TargetPlace;
  readonly local: LocalFile;
  readonly file: FileState;
  readonly headers: ObjectHeaders;
  readonly action: ObjectAction;
  readonly last: boolean;
  readonly crc: number | undefined;
  readonly unproved: boolean;
  readonly guessesCharset: boolean;

  /** @param file what is sent of it: itself, or its compressed form */
  constructor(
    { place, local, file }: { readonly place: TargetPlace; readonly local: LocalFile; readonly file: FileState },
    { headers, action, last, crc, unproved = false, guessesCharset = false }: OfFile,
  ) {
    this.place = place;
    this.local = local;
    this.file = file;
    this.headers = headers;
    this.action = action;
    this.last = last;
    this.crc = crc;
    this.unproved = unproved;
    this.guessesCharset = guessesCharset;
  }

  /** The same, to be sent although its content is there. */
  sentAgain(): PlannedFile {
    return new PlannedFile(this, { ...this, action: 'changed', crc: undefined });
  }

  /** The same, to be given other headers. */
  withHeaders(headers: ObjectHeaders): PlannedFile {
    return new PlannedFile(this, { ...this, headers });
  }

  get bucket(): string {
    return this.place.bucket;
  }

  get key(): string {
    return keyOf(this.place, this.local);
  }

  get size(): number {
    return this.file.size;
  }
}
