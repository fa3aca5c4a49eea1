import { createHash } from 'node:crypto';
import { AwsError, type Head } from '../service.ts';
import { hmac, type Signed, scopeOf, sha256, signingKey } from './sigv4.ts';

const UNCHECKED = new Set(['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER']);

export interface Payload {
  readonly stream: AsyncIterable<Buffer>;
  readonly trailers: Record<string, string>;
}

/** The content of a body: out of `aws-chunked`, and compared with the hash that was signed once its end is reached. */
export function payloadOf(
  head: Head,
  body: AsyncIterable<Buffer>,
  { signed, secret }: { readonly signed: Signed | undefined; readonly secret: string },
): Payload {
  const stated = String(head.headers['x-amz-content-sha256'] ?? '');
  const trailers: Record<string, string> = {};
  if (stated.startsWith('STREAMING-')) {
    const chain =
      stated.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD') && signed ? chunkSigner(signed, secret) : undefined;
    if (!chain && !UNCHECKED.has(stated)) throw mismatch();
    return { stream: dechunk(body, trailers, chain), trailers };
  }
  return { stream: stated && !UNCHECKED.has(stated) ? hashed(body, stated) : body, trailers };
}

async function* hashed(body: AsyncIterable<Buffer>, stated: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== stated) throw mismatch();
}

function mismatch(): AwsError {
  return new AwsError(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

type ChunkSigner = (data: Buffer) => string;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: each chunk's signature holds the one before. */
function chunkSigner(signed: Signed, secret: string): ChunkSigner {
  const key = signingKey(signed, secret);
  let previous = signed.signature;
  return (data) => {
    const toSign = ['AWS4-HMAC-SHA256-PAYLOAD', signed.timestamp, scopeOf(signed), previous, sha256(''), sha256(data)];
    previous = hmac(key, toSign.join('\n')).toString('hex');
    return previous;
  };
}

/**
 * `aws-chunked`: `SIZE[;chunk-signature=…]CRLF DATA CRLF`, ended by a chunk of size 0, then trailers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
async function* dechunk(
  body: AsyncIterable<Buffer>,
  trailers: Record<string, string>,
  sign: ChunkSigner | undefined,
): AsyncGenerator<Buffer> {
  const reader = lineReader(body);
  for (;;) {
    const [size = '', ...extensions] = (await reader.line()).split(';');
    const length = Number.parseInt(size, 16);
    if (!/^[0-9a-f]+$/i.test(size)) throw incomplete();
    const data = await reader.bytes(length);
    const stated = extensions.find((one) => one.startsWith('chunk-signature='))?.split('=')[1];
    if (sign && sign(data) !== stated)
      throw new AwsError('SignatureDoesNotMatch', 403, 'The chunk signature does not match what was computed.');
    if (length === 0) break;
    yield data;
    if ((await reader.line()) !== '') throw incomplete();
  }
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    trailers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
}

function incomplete(): AwsError {
  return new AwsError('IncompleteBody', 400, 'The request body terminated unexpectedly');
}

function lineReader(body: AsyncIterable<Buffer>) {
  const source = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async () => {
    const { value, done } = await source.next();
    if (done) return false;
    held = Buffer.concat([held, value]);
    return true;
  };
  return {
    /** The next line without its end; empty at the end of the body. */
    line: async (): Promise<string> => {
      let end = held.indexOf('\r\n');
      while (end < 0) {
        if (!(await more())) return '';
        end = held.indexOf('\r\n');
      }
      const line = held.subarray(0, end).toString('latin1');
      held = held.subarray(end + 2);
      return line;
    },
    bytes: async (length: number): Promise<Buffer> => {
      while (held.length < length) if (!(await more())) throw incomplete();
      const data = held.subarray(0, length);
      held = held.subarray(length);
      return data;
    },
  };
}
