import { crcHeader } from './crc.ts';
import { partSizeOf } from './parts.ts';

/** An object as a listing shows it. */
export interface ListedObject {
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  /** Canonical id of the owner; only when it was asked for and the server says it. */
  readonly owner?: string | undefined;
}

/**
 * What a listing tells about a file of the same name: `new`, `changed` (another size), `etag` (compare the file's MD5 with the
 * ETag), `etag-of-parts` (the same, for a multipart upload by our rule), `ask` (only HEAD can tell: other parts, or KMS).
 */
export type Clue = 'new' | 'changed' | 'etag' | 'etag-of-parts' | 'ask';

export function clueOf(size: number, listed: ListedObject | undefined): Clue {
  if (!listed) return 'new';
  if (listed.size !== size) return 'changed';
  if (/^[0-9a-f]{32}$/.test(listed.etag)) return 'etag';
  const parts = /^[0-9a-f]{32}-(\d+)$/.exec(listed.etag)?.[1];
  return parts !== undefined && size > 0 && Number(parts) === Math.ceil(size / partSizeOf(size))
    ? 'etag-of-parts'
    : 'ask';
}

/** What HEAD in checksum mode says about an object. */
export interface Headed {
  readonly checksumCrc32?: string | undefined;
  /** `COMPOSITE` is a checksum of the parts' checksums; absent on old objects, which have it for single PUTs only. */
  readonly checksumType?: string | undefined;
  readonly etag: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Whether the checksum that S3 keeps proves that the content is equal. */
export function provesEqual({ checksumCrc32, checksumType, etag }: Headed, crc: number): boolean {
  const whole = checksumType === 'FULL_OBJECT' || (checksumType === undefined && !etag.includes('-'));
  return whole && checksumCrc32 === crcHeader(crc);
}

/** Whether each header is what it shall be. What S3 shows beyond that is not ours to take away. */
export function headersEqual(
  wanted: Readonly<Record<string, string>>,
  headed: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([name, value]) => headed[name] === value);
}
