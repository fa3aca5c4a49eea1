import type { ProblemDetails } from '../../base/problem.ts';

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1_024;

/** What is wrong with a key, if anything: S3 takes any UTF-8, but clients normalize some keys to others. */
export function problemOfKey(key: string): ProblemDetails | undefined {
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) {
    return {
      what: `the key has ${bytes} bytes, S3 takes at most ${MAX_KEY_BYTES}`,
      fix: 'shorten the path or the prefix',
    };
  }
  if (key.split('/').some((segment) => segment === '.' || segment === '..')) {
    return {
      what: 'a key with . or .. as a segment would be taken for another one by most clients',
      fix: 'change the prefix',
    };
  }
  if (/[\x00-\x1f\x7f]/.test(key)) {
    return { what: 'the name has a control character, which a listing of S3 cannot show', fix: 'rename the file' };
  }
  // A name of a file that is not UTF-8 is read with replacement characters, and two such names may become one.
  if (key.includes('\ufffd')) return { what: 'the name is not UTF-8', fix: 'rename the file' };
  return undefined;
}

/**
 * A key as the path of a request: every byte of each segment is percent-encoded but `A-Z a-z 0-9 - . _ ~`, as SigV4 wants it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeUri).join('/');
}

/** Percent-encodes all but `A-Z a-z 0-9 - . _ ~`. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A key out of a listing with `encoding-type=url`, where a space is `+`. */
export function decodeListed(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
