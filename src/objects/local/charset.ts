import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';

/** So much of a large text is looked at. */
const LOOK_AT = 1 << 20;
/** https://html.spec.whatwg.org/multipage/semantics.html#charset: within the first 1,024 bytes */
const META_WITHIN = 1_024;

/**
 * Whether text may be served as `charset=utf-8`: its bytes are UTF-8, and an HTML page does not say that it is something else. A
 * header beats what the page says itself, so a wrong one spoils every letter beyond ASCII.
 */
export function isUtf8Text(bytes: Uint8Array, { isWhole }: { readonly isWhole: boolean }): boolean {
  const [first, second] = bytes;
  // The byte order marks of UTF-16.
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return false;
  const [, charset] = META.exec(Buffer.from(bytes.subarray(0, META_WITHIN)).toString('latin1')) ?? [];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return false;
  // A cut may go through a letter, of which at most three bytes are left.
  const lengths = isWhole ? [0] : [0, 1, 2, 3];
  return lengths.some((cut) => isUtf8(bytes.subarray(0, bytes.length - cut)));
}

const META = /<meta\s[^>]*charset\s*=\s*["']?\s*([\w-]+)/i;

/** The same for a file that is not in memory. */
export function isUtf8File(path: string, size: number): boolean {
  const handle = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(size, LOOK_AT));
    const read = readSync(handle, bytes, 0, bytes.length, 0);
    return isUtf8Text(bytes.subarray(0, read), { isWhole: size <= LOOK_AT });
  } finally {
    closeSync(handle);
  }
}
