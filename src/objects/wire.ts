import { createHash, createHmac, type Hash, type Hmac, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentityProvider } from '@smithy/types';
import { type Http, readBody } from '../http.ts';
import { encodeKey } from './key.ts';
import { crcOf } from './parts.ts';

/**
 * The hot path: PutObject and UploadPart as one signed request each, a quarter of what they cost through the SDK
 * (docs/performance.md). The address comes from the SDK's endpoint rules, the signature from its signer.
 */
export interface Wire {
  /**
   * Sends a body that S3 verifies by its CRC-32.
   * @param query of UploadPart; empty for PutObject
   * @throws WireError when S3 answers with an error
   */
  put(
    key: string,
    query: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<IncomingHttpHeaders>;
}

export interface WireDeps {
  readonly http: Http;
  readonly client: S3Client;
  readonly bucket: string;
  readonly credentials: AwsCredentialIdentityProvider;
}

/** A connection on which nothing moves for so long is lost. */
const IDLE_MS = 10_000;

/** An error that S3 answered, in the shape of the SDK's errors. */
export class WireError extends Error {
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode: status };
  }
}

export async function openWire({ http, client, bucket, credentials }: WireDeps): Promise<Wire> {
  const endpoint = await getEndpointFromInstructions({ Bucket: bucket, Key: 'k' }, PutObjectCommand, {
    ...client.config,
  });
  const [scheme] = (endpoint.properties?.authSchemes ?? []) as { signingRegion?: string }[];
  const signer = new SignatureV4({
    service: 's3',
    region: scheme?.signingRegion ?? (await client.config.region()),
    credentials,
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const { protocol, hostname, port, pathname } = endpoint.url;
  const base = pathname.replace(/\/$/, '');
  const host = port ? `${hostname}:${port}` : hostname;
  const isSecure = protocol === 'https:';
  return {
    put: async (key, query, headers, body, signal) => {
      const path = `${base}/${encodeKey(key)}`;
      const request = {
        method: 'PUT',
        protocol,
        hostname,
        path,
        query: { ...query },
        headers: {
          ...headers,
          host,
          'content-length': String(body.length),
          'x-amz-checksum-crc32': crcOf(body),
          // TLS and the checksum keep the body whole; without TLS the signature has to.
          'x-amz-content-sha256': isSecure ? 'UNSIGNED-PAYLOAD' : hash('sha256', body, 'hex'),
        },
        body: undefined,
      };
      const signingDate = new Date(Date.now() + client.config.systemClockOffset);
      const signed = await signer.sign(request, { signingDate });
      const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      const url = new URL(`${protocol}//${host}${path}${search.length > 0 ? `?${search.join('&')}` : ''}`);
      const answer = await http.request({ method: 'PUT', url, headers: signed.headers, body, signal, idleMs: IDLE_MS });
      if (answer.status === 200) {
        answer.body.resume();
        return answer.headers;
      }
      throw errorOf(answer.status, (await readBody(answer, 64 << 10)).toString());
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; a proxy's answer is no XML. */
function errorOf(status: number, xml: string): WireError {
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  return new WireError(element('Code') || `HTTP${status}`, element('Message'), status);
}

/** `node:crypto` in the form that the SDK's signer takes. */
class Sha256 {
  #hash: Hash | Hmac;
  readonly #secret: Parameters<typeof createHmac>[1] | undefined;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? undefined : typeof secret === 'string' ? secret : viewOf(secret);
    this.#hash = this.#fresh();
  }

  #fresh(): Hash | Hmac {
    return this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : viewOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#fresh();
  }
}

function viewOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
