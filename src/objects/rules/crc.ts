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
