import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsCredentialIdentityProvider } from '@smithy/types';

/** A request as it is signed. */
export interface Unsigned {
  readonly method: string;
  /** Percent-encoded once. */
  readonly path: string;
  /** Encoded, and sorted by name. */
  readonly query: string;
  /** By lower-case names; with `host` and `x-amz-content-sha256`. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface SignerOptions {
  readonly region: string;
  /** As it stands in a credential scope: `s3`, `ecs`. */
  readonly service: string;
  readonly credentials: AwsCredentialIdentityProvider;
}

/** @returns the headers to send, with `authorization` among them */
export type Sign = (request: Unsigned, at: Date) => Promise<Record<string, string>>;

/**
 * Signature Version 4. The path is signed as it is sent: S3 wants that, and the paths of the other services that this signer
 * is used for need no encoding. The SDK's signer derives what belongs to a day and a secret again for each request: at
 * thousands of requests a second that is a tenth of the processor time (docs/performance.md).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function makeSigner({ region, service, credentials }: SignerOptions): Sign {
  let known: { readonly day: string; readonly secret: string; readonly key: KeyObject } | undefined;
  return async ({ method, path, query, headers }, at) => {
    const { accessKeyId, secretAccessKey: secret, sessionToken } = await credentials();
    const time = timeOf(at);
    const day = time.slice(0, 8);
    if (known?.day !== day || known.secret !== secret)
      known = { day, secret, key: signingKey([day, region, service], secret) };
    const signed: Record<string, string> = { ...headers, 'x-amz-date': time };
    if (sessionToken) signed['x-amz-security-token'] = sessionToken;
    const names = Object.keys(signed).sort();
    const lines = names.map((name) => `${name}:${signed[name]!.trim().replace(/\s+/g, ' ')}\n`).join('');
    const list = names.join(';');
    const canonical = `${method}\n${path}\n${query}\n${lines}\n${list}\n${headers['x-amz-content-sha256']}`;
    const scope = `${day}/${region}/${service}/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical, 'hex')}`;
    const signature = createHmac('sha256', known.key).update(toSign).digest('hex');
    signed.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${list}, Signature=${signature}`;
    return signed;
  };
}

let second = { at: Number.NaN, time: '' };

/** `20261127T140000Z`; the requests of one second share it. */
function timeOf(date: Date): string {
  const at = Math.floor(date.getTime() / 1000);
  if (second.at !== at) second = { at, time: date.toISOString().replace(/[-:]|\.\d{3}/g, '') };
  return second.time;
}

function signingKey(scope: readonly string[], secret: string): KeyObject {
  const key = [...scope, 'aws4_request'].reduce<Buffer>(
    (above, step) => createHmac('sha256', above).update(step).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  return createSecretKey(key);
}
