import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Head } from '../service.ts';

/** A signature as a request carries it, in its header or in its query. */
export interface Signed {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string;
  /** `20260101T000000Z`. */
  readonly timestamp: string;
  /** Seconds for which a presigned URL is good. */
  readonly expires: number | undefined;
  readonly presigned: boolean;
}

/**
 * Reads the signature of a request, without judging it; `undefined` when it has none.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readSignature({ headers, query }: Head): Signed | undefined | 'malformed' {
  const authorization = headers.authorization;
  if (authorization?.startsWith('AWS4-HMAC-SHA256')) {
    const field = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(authorization)?.[1] ?? '';
    return signedBy(field('Credential'), {
      signedHeaders: field('SignedHeaders').split(';'),
      signature: field('Signature'),
      sessionToken: String(headers['x-amz-security-token'] ?? ''),
      timestamp: String(headers['x-amz-date'] ?? ''),
      expires: undefined,
      presigned: false,
    });
  }
  if (query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return authorization ? 'malformed' : undefined;
  return signedBy(query.get('X-Amz-Credential') ?? '', {
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? '',
    timestamp: query.get('X-Amz-Date') ?? '',
    expires: Number(query.get('X-Amz-Expires') ?? 0),
    presigned: true,
  });
}

function signedBy(
  credential: string,
  rest: Omit<Signed, 'accessKeyId' | 'date' | 'region' | 'service'>,
): Signed | 'malformed' {
  const [accessKeyId, date, region, service, end] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || end !== 'aws4_request' || !rest.signature) return 'malformed';
  if (!/^\d{8}T\d{6}Z$/.test(rest.timestamp) || !rest.timestamp.startsWith(date)) return 'malformed';
  return { accessKeyId, date, region, service, ...rest };
}

/** What a signature is made with, apart from the request itself. */
export interface SigningInput {
  readonly secretAccessKey: string;
  /** Hex of SHA-256, or what stands in its place. */
  readonly payloadHash: string;
}

/** Whether the signature is that of this key for this request. */
export function signatureHolds(head: Head, signed: Signed, by: SigningInput): boolean {
  const wanted = signatureOf(head, signed, by);
  const given = Buffer.from(signed.signature);
  return given.length === wanted.length && timingSafeEqual(given, Buffer.from(wanted));
}

/** The right signature, in lower-case hex. */
export function signatureOf(head: Head, signed: Signed, { secretAccessKey, payloadHash }: SigningInput): string {
  const toSign = [
    'AWS4-HMAC-SHA256',
    signed.timestamp,
    scopeOf(signed),
    sha256(canonicalRequest(head, signed, payloadHash)),
  ].join('\n');
  return hmac(signingKey(signed, secretAccessKey), toSign).toString('hex');
}

export function signingKey({ date, region, service }: Signed, secretAccessKey: string): Buffer {
  const parts = [date, region, service, 'aws4_request'];
  return parts.reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

export function scopeOf({ date, region, service }: Signed): string {
  return `${date}/${region}/${service}/aws4_request`;
}

function canonicalRequest(head: Head, signed: Signed, payloadHash: string): string {
  const headers = signed.signedHeaders.map((name) => {
    const value = head.headers[name];
    return `${name}:${(Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/\s+/g, ' ')}\n`;
  });
  return [
    head.method,
    // S3 alone takes the path as it was sent; every other service escapes it once more.
    signed.service === 's3' ? head.path : head.path.split('/').map(escapeUri).join('/'),
    canonicalQuery(head.query, signed),
    headers.join(''),
    signed.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

function canonicalQuery(query: URLSearchParams, { presigned }: Pick<Signed, 'presigned'>): string {
  return [...query]
    .filter(([name]) => !(presigned && name === 'X-Amz-Signature'))
    .map(([name, value]) => [escapeUri(name), escapeUri(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** By code points, as the specification sorts. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Everything but A-Z a-z 0-9 - . _ ~ is escaped. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `20260101T000000Z` in milliseconds since 1970. */
export function timeOf(timestamp: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(timestamp) ?? [];
  return Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
}

export function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
