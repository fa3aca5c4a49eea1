const MIB = 1 << 20;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
const SMALLEST_PART = 8 * MIB;

/** Larger files go in parts, which are sent side by side. */
export const MULTIPART_ABOVE = 16 * MIB;

/** 50 TB as S3 counts it: 10,000 parts of 5 GiB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_OBJECT_BYTES = MAX_PARTS * 5 * 1024 * MIB;

/**
 * Bytes of a part: fixed by the file's size alone, so that the ETag of a multipart upload can be computed from the file.
 * The same as aws-cli's for files up to 80 GB.
 */
export function partSizeOf(size: number): number {
  return Math.max(SMALLEST_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}

export interface UploadPart {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly size: number;
}

export function* partsOf(size: number): Generator<UploadPart> {
  const step = partSizeOf(size);
  for (let number = 1, offset = 0; offset < size; number++, offset += step) {
    yield { number, offset, size: Math.min(step, size - offset) };
  }
}
