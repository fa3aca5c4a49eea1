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

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly size: number;
}

export function* partsOf(size: number): Generator<Part> {
  const step = partSizeOf(size);
  for (let number = 1, offset = 0; offset < size; number++, offset += step) {
    yield { number, offset, size: Math.min(step, size - offset) };
  }
}

/** A CRC as S3 wants it: base64 of its four bytes, big-endian. */
export function crcHeader(crc: number): string {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes.toString('base64');
}

/**
 * CRC-32 of two pieces put together, from theirs: the first is moved along by `length` zero bytes, a multiplication by a
 * matrix over GF(2) that is squared for each bit of the length. As zlib's crc32_combine.
 */
export function combineCrc(first: number, second: number, length: number): number {
  let crc = first;
  // One bit of the length at a time: `operator` moves a CRC along by 2^n bytes.
  let operator = square(square(square(shiftByOneBit())));
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) crc = multiply(operator, crc);
    operator = square(operator);
  }
  return (crc ^ second) >>> 0;
}

/** The matrix that appends one zero bit, as 32 columns. */
function shiftByOneBit(): number[] {
  return [0xedb88320, ...Array.from({ length: 31 }, (_, bit) => 2 ** bit)];
}

function multiply(matrix: readonly number[], vector: number): number {
  let sum = 0;
  for (let bit = 0, rest = vector >>> 0; rest !== 0; bit++, rest >>>= 1) if (rest & 1) sum ^= matrix[bit]!;
  return sum >>> 0;
}

function square(matrix: readonly number[]): number[] {
  return matrix.map((column) => multiply(matrix, column));
}
