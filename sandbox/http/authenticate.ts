import type { Clock } from '../clock.ts';
import { ANONYMOUS, type Caller, type KeyRing } from '../credentials.ts';
import { AwsError, type Head, type Protocol } from '../service.ts';
import { readSignature, type Signed, signatureHolds, timeOf } from './sigv4.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html: "within 5 minutes" to 15, by service. */
const MAX_SKEW_MS = 15 * 60_000;

type Failure = 'missing' | 'malformed' | 'unknown' | 'mismatch' | 'token' | 'expired' | 'skewed';
type ErrorForm = readonly [code: string, status: number, message: string];

const QUERY: Readonly<Record<Failure, ErrorForm>> = {
  missing: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
  malformed: [
    'IncompleteSignature',
    400,
    'Authorization header requires valid Credential, Signature and SignedHeaders.',
  ],
  unknown: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
  mismatch: [
    'SignatureDoesNotMatch',
    403,
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
  ],
  token: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
  expired: ['ExpiredToken', 403, 'The security token included in the request is expired'],
  skewed: [
    'SignatureDoesNotMatch',
    403,
    'Signature not yet current or expired: the date of the request is too far from now',
  ],
};

const JSON_ERRORS: Readonly<Record<Failure, ErrorForm>> = {
  missing: ['MissingAuthenticationTokenException', 400, 'Missing Authentication Token'],
  malformed: ['IncompleteSignatureException', 400, QUERY.malformed[2]],
  unknown: ['UnrecognizedClientException', 400, QUERY.unknown[2]],
  mismatch: ['InvalidSignatureException', 400, QUERY.mismatch[2]],
  token: ['UnrecognizedClientException', 400, QUERY.token[2]],
  expired: ['ExpiredTokenException', 400, QUERY.expired[2]],
  skewed: ['InvalidSignatureException', 400, QUERY.skewed[2]],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const S3_ERRORS: Readonly<Record<Failure, ErrorForm>> = {
  missing: ['AccessDenied', 403, 'Access Denied'],
  malformed: ['AuthorizationHeaderMalformed', 400, 'The authorization header that you provided is not valid.'],
  unknown: ['InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'],
  mismatch: QUERY.mismatch,
  token: ['InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'],
  expired: ['ExpiredToken', 400, 'The provided token has expired.'],
  skewed: ['RequestTimeTooSkewed', 403, 'The difference between the request time and the current time is too large.'],
};

/** The error of a failed authentication, as the service's protocol words it. */
export function authError(failure: Failure, protocol: Protocol, service: string): AwsError {
  const table = protocol === 'json' || protocol === 'rest-json' ? JSON_ERRORS : service === 's3' ? S3_ERRORS : QUERY;
  const [code, status, message] = table[failure];
  return new AwsError(code, status, message);
}

export interface Verified {
  readonly caller: Caller;
  readonly signed: Signed | undefined;
  readonly secret: string;
}

/** Who signed the request, anonymous without a signature; or why the signature is not taken. */
export function authenticate(
  head: Head,
  { payloadHash, keys, clock }: { readonly payloadHash: string; readonly keys: KeyRing; readonly clock: Clock },
): Verified | { readonly failure: Failure } {
  const signed = readSignature(head);
  if (signed === undefined) return { caller: ANONYMOUS, signed, secret: '' };
  if (signed === 'malformed') return { failure: 'malformed' };
  const held = keys.find(signed.accessKeyId);
  if (!held) return { failure: 'unknown' };
  if (signed.sessionToken !== held.sessionToken) return { failure: 'token' };
  if (!mustBeSigned(head, signed)) return { failure: 'malformed' };
  if (!signatureHolds(head, signed, { secretAccessKey: held.secretAccessKey, payloadHash }))
    return { failure: 'mismatch' };
  // A caller may have set its clock by an answer's date.
  const ages = [clock.wall(), clock.now()].map((now) => now - timeOf(signed.timestamp));
  const age = ages.reduce((least, other) => (Math.abs(other) < Math.abs(least) ? other : least));
  if (signed.expires !== undefined ? age > signed.expires * 1000 : Math.abs(age) > MAX_SKEW_MS)
    return { failure: 'skewed' };
  if (held.expires <= clock.now()) return { failure: 'expired' };
  return { caller: held.caller, signed, secret: held.secretAccessKey };
}

/** `host` and every `x-amz-*` header that is there must be signed. */
function mustBeSigned({ headers }: Head, { signedHeaders, presigned }: Signed): boolean {
  const must = Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
  return signedHeaders.includes('host') && (presigned || must.every((name) => signedHeaders.includes(name)));
}
