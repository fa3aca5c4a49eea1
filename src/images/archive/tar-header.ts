/** What one header block of a tar says. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
export interface TarHeader {
  readonly name: string;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` `g` pax records, `L` `K` GNU long names, `S` sparse. */
  readonly type: string;
  /** Bytes of content after the header, or -1 when it is not a number. */
  readonly size: number;
  readonly link: string;
}

export const BLOCK = 512;

/** @returns undefined when the block is not a header: its checksum does not fit */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at]!;
  if (sum !== number(block, 148, 8)) return undefined;
  const magic = block.toString('latin1', 257, 263);
  const prefix = magic === 'ustar\0' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156]!),
    size: number(block, 124, 12),
    link: text(block, 157, 100),
  };
}

/** `LENGTH KEY=VALUE\n` records; what is malformed ends the list. */
export function readPaxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? 0 : Number(bytes.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= 0 || at + length > bytes.length) break;
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

function text(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString('utf8', at, end < 0 || end > at + length ? at + length : end);
}

/** Octal digits; or, with the highest bit set, a big-endian binary number, as GNU and star write sizes over 8 GiB. */
function number(block: Buffer, at: number, length: number): number {
  if (block[at]! === 0x80) {
    let value = 0;
    for (let i = at + 1; i < at + length; i++) value = value * 256 + block[i]!;
    return Number.isSafeInteger(value) ? value : -1;
  }
  const digits = text(block, at, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : digits === '' ? 0 : -1;
}
