import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { makeSigner } from '../../aws/sigv4.ts';
import { firstText } from '../../aws/xml.ts';
import { type Http, type HttpAnswer, readBody } from '../../base/http.ts';
import { IDLE_MS } from '../../base/timeouts.ts';
import { crcHeader } from '../rules/crc.ts';
import { encodeKey, encodeUri } from '../rules/key.ts';

/** A body that is sent as an object, or as a part of one. */
export interface Put {
  readonly key: string;
  /** Of UploadPart. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** CRC-32 of the body, by which S3 verifies it. */
  readonly crc: number;
}

/** A request on the bucket, or on one of its objects, whose answer is short. */
export interface Ask {
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Left out for the bucket itself. */
  readonly key?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | undefined;
}

/** An answer that was read to its end. */
export interface Told {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/**
 * The hot path: PutObject, UploadPart, HeadObject, DeleteObjects and the pages of a listing as one signed request each, a fraction
 * of what they cost through the SDK (docs/performance.md); headers go as they are. The address comes from the SDK's endpoint rules.
 */
export interface Wire {
  readonly checksums: WireDeps['checksums'];
  /** @throws WireError when S3 answers with an error */
  put(put: Put, signal: AbortSignal): Promise<IncomingHttpHeaders>;
  /** @throws WireError when S3 answers with an error, also with one in the body of a 200 */
  ask(ask: Ask, signal: AbortSignal): Promise<Told>;
  /**
   * Lists the bucket. The answer's body must be read.
   * @throws WireError when S3 answers with an error
   */
  get(
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
}

export interface WireDeps {
  readonly http: Http;
  readonly client: S3Client;
  readonly bucket: string;
  readonly credentials: AwsCredentialIdentityProvider;
  /** `when_required`: the server may not know checksum headers; Content-MD5, which all know, takes their place. */
  readonly checksums: 'always' | 'when_required';
}

interface HowToSend {
  /** Whether the body's hash is part of the signature. */
  readonly signs: boolean;
  readonly signal: AbortSignal;
}

const NO_BYTES = hash('sha256', '', 'hex');

/** An error that S3 answered, in the shape of the SDK's errors. */
export class WireError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode: status };
  }
}

export async function openWire(deps: WireDeps): Promise<Wire> {
  const { request, isSecure } = await openRequests(deps);
  const sendBody = bodySender(request, { checksums: deps.checksums, isSecure });
  return {
    checksums: deps.checksums,
    put: async (put, signal) => {
      const answer = await sendBody(put, signal);
      if (answer.headers['content-length'] === '0') answer.body.resume();
      // Else it is read within the call's deadline: a body may have no end.
      else await readBody(answer, 64 << 10);
      return answer.headers;
    },
    ask: async ({ method, key, query, headers, body }, signal) => {
      const sealed = {
        ...headers,
        ...(method === 'HEAD' ? {} : { 'content-length': String(body?.length ?? 0) }),
        'x-amz-content-sha256': body ? hash('sha256', body, 'hex') : NO_BYTES,
      };
      const answer = await request({ method, key, query, headers: sealed, body }, signal);
      const text = (await readBody(answer)).toString();
      // CopyObject and CompleteMultipartUpload answer 200 before they are done.
      if (/^\s*(<\?xml[^>]*>\s*)?<Error>/.test(text)) throw errorOf(500, text, answer.headers);
      return { headers: answer.headers, text };
    },
    get: (query, headers, signal) => {
      const sealed = { ...headers, 'x-amz-content-sha256': NO_BYTES };
      return request({ method: 'GET', query, headers: sealed }, signal);
    },
  };
}

/** Signs a request and sends it. @throws WireError when the answer is an error; else its body must be read */
type SignedRequest = (ask: Ask, signal: AbortSignal) => Promise<HttpAnswer>;

async function openRequests({ http, client, bucket, credentials }: WireDeps): Promise<{
  readonly request: SignedRequest;
  readonly isSecure: boolean;
}> {
  const endpoint = await getEndpointFromInstructions({ Bucket: bucket, Key: 'k' }, PutObjectCommand, {
    ...client.config,
  });
  const [scheme] = (endpoint.properties?.authSchemes ?? []) as { signingRegion?: string }[];
  const region = scheme?.signingRegion ?? (await client.config.region());
  const sign = makeSigner({ region, service: 's3', credentials });
  const { protocol, hostname, port, pathname } = endpoint.url;
  const base = pathname.replace(/\/$/, '');
  const host = port ? `${hostname}:${port}` : hostname;
  const origin = new URL(`${protocol}//${host}`);
  const request: SignedRequest = async ({ method, key, query = {}, headers, body }, signal) => {
    const path = key === undefined ? base || '/' : `${base}/${encodeKey(key)}`;
    const sortedQuery = queryOf(query);
    const asked = sortedQuery === '' ? path : `${path}?${sortedQuery}`;
    const at = new Date(Date.now() + client.config.systemClockOffset);
    const signed = await sign({ method, path, query: sortedQuery, headers: { ...headers, host } }, at);
    const sent = { method, url: origin, path: asked, headers: signed };
    const answer = await http.request({ ...sent, body, signal, idleMs: IDLE_MS });
    if (answer.status === 200 || answer.status === 204) return answer;
    throw errorOf(answer.status, (await readBody(answer, 64 << 10)).toString(), answer.headers);
  };
  return { request, isSecure: protocol === 'https:' };
}

/**
 * Sends bodies. TLS and the checksum keep one whole; without TLS the signature has to. Over TLS the body's hash goes into the signature once
 * the server has refused a body without, and taken it with one.
 */
function bodySender(
  request: SignedRequest,
  { checksums, isSecure }: Pick<WireDeps, 'checksums'> & { readonly isSecure: boolean },
): (put: Put, signal: AbortSignal) => Promise<HttpAnswer> {
  let signsBodies = !isSecure;
  const send = ({ key, query, headers, body, crc }: Put, { signs, signal }: HowToSend) => {
    const sealed = {
      ...headers,
      'content-length': String(body.length),
      ...(checksums === 'always'
        ? { 'x-amz-checksum-crc32': crcHeader(crc) }
        : { 'content-md5': hash('md5', body, 'base64') }),
      'x-amz-content-sha256': signs ? hash('sha256', body, 'hex') : 'UNSIGNED-PAYLOAD',
    };
    return request({ method: 'PUT', key, query, headers: sealed, body }, signal);
  };
  return async (put, signal) => {
    if (signsBodies) return send(put, { signs: true, signal });
    try {
      return await send(put, { signs: false, signal });
    } catch (refused) {
      if (!mayWantSignature(refused)) throw refused;
      const answer = await send(put, { signs: true, signal }).catch((thrown: unknown) => {
        // Refused all the same: by what the first refusal says.
        throw mayWantSignature(thrown) ? refused : thrown;
      });
      signsBodies = true;
      return answer;
    }
  };
}

/**
 * Whether a body may have been refused because its hash is not in the signature: a bucket's policy may say so, which is a plain 403
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html), and some servers know nothing else.
 */
function mayWantSignature(thrown: unknown): boolean {
  if (!(thrown instanceof WireError)) return false;
  return ['AccessDenied', 'InvalidDigest', 'XAmzContentSHA256Mismatch'].includes(thrown.name);
}

/** Every request says whose bucket it expects, if that is known. */
export function ownerHeader({ owner }: { readonly owner: string | undefined }): Record<string, string> {
  return owner ? { 'x-amz-expected-bucket-owner': owner } : {};
}

/** As it is sent and as it is signed: encoded, sorted by name. */
function queryOf(query: Readonly<Record<string, string>>): string {
  const names = Object.keys(query).sort();
  return names.map((name) => `${encodeUri(name)}=${encodeUri(query[name]!)}`).join('&');
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; a proxy's answer is not XML. */
function errorOf(status: number, xml: string, headers: IncomingHttpHeaders): WireError {
  const code = firstText(xml, 'Code') || String(headers['x-amz-error-code'] ?? '') || HEAD_CODES[status];
  return new WireError(code ?? `HTTP${status}`, firstText(xml, 'Message'), status);
}

/** An answer to HEAD has no body that could say the code. */
const HEAD_CODES: Readonly<Record<number, string>> = { 403: 'AccessDenied', 404: 'NotFound', 503: 'SlowDown' };
