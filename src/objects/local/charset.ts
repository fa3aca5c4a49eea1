import { isUtf8 } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { type FileState, openSameSync } from '../../base/same-file.ts';

/** How much of a large text is looked at, in bytes. */
const LOOK_AT = 16 << 20;
/** Of a compressed file; and of what becomes of it. */
const LOOK_AT_ENCODED = 1 << 20;
const LOOK_AT_DECODED = 64 << 20;
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
export function isUtf8File(file: FileState): boolean {
  return isUtf8Text(headOf(file, LOOK_AT), { isWhole: file.size <= LOOK_AT });
}

/** The same for what a compressed file stands for; `false` for what cannot be decoded. */
export function isUtf8Encoded(file: FileState, encoding: 'gzip' | 'br'): boolean {
  const bytes = headOf(file, LOOK_AT_ENCODED);
  const bounds = { maxOutputLength: LOOK_AT_DECODED };
  try {
    // The end of the file may be missing.
    const decoded =
      encoding === 'gzip'
        ? gunzipSync(bytes, { ...bounds, finishFlush: constants.Z_SYNC_FLUSH })
        : brotliDecompressSync(bytes, { ...bounds, finishFlush: constants.BROTLI_OPERATION_FLUSH });
    return isUtf8Text(decoded, { isWhole: false });
  } catch {
    return false;
  }
}

/** Whether a file is an HTML page by what it begins with, which browsers would find themselves, were there no type at all. */
export function isPage(file: FileState): boolean {
  return PAGE.test(headOf(file, PAGE_WITHIN).toString('latin1'));
}

/** https://mimesniff.spec.whatwg.org/#identifying-a-resource-with-an-unknown-mime-type, of which the two that begin a page. */
const PAGE = /^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html)[\s>]/is;
const PAGE_WITHIN = 512;

/** The first bytes of a file, at most so many. */
export function headOf(file: FileState, most: number): Buffer {
  const handle = openSameSync(file);
  try {
    const bytes = Buffer.allocUnsafe(Math.min(file.size, most));
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}
