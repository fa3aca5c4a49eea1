import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { s3Client } from '../../../src/aws/s3-client.ts';
import type { Http, HttpRequest } from '../../../src/base/http.ts';
import { openWire } from '../../../src/objects/s3/wire.ts';

const credentials = async () => ({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' });
const never = new AbortController().signal;

/** A server that answers each PUT as `answer` says of what was signed as the body; and what that was, in turn. */
function serverOf(answer: (signed: string) => { status: number; code?: string }) {
  const signed: string[] = [];
  const http = {
    request: async ({ headers = {} }: HttpRequest) => {
      const sha = headers['x-amz-content-sha256'] ?? '';
      signed.push(sha === 'UNSIGNED-PAYLOAD' ? 'unsigned' : 'signed');
      const { status, code } = answer(signed.at(-1)!);
      const body = code ? `<Error><Code>${code}</Code><Message>it said so</Message></Error>` : '';
      return { status, headers: { 'content-length': String(body.length) }, body: Readable.from([Buffer.from(body)]) };
    },
  } as unknown as Http;
  return { http, signed };
}

async function putTwice(http: Http): Promise<string[]> {
  const client = new S3Client({ region: 'eu-west-1', credentials });
  const wire = await openWire({ http, client, bucket: 'shop-site', credentials, checksums: 'always' });
  const put = { key: 'a', headers: {}, body: Buffer.from('x'), crc: 0 };
  const ended: string[] = [];
  for (const _ of [1, 2])
    ended.push(
      await wire.put(put, never).then(
        () => 'stored',
        ({ name }: Error) => name,
      ),
    );
  return ended;
}

// https://github.com/opentofu/opentofu/issues/1943, https://github.com/aws/aws-cdk/issues/24711
test.each([
  ['takes it', () => ({ status: 200 }), ['stored', 'stored'], 'unsigned unsigned'],
  [
    "refuses it by the bucket's policy",
    (signed: string) => (signed === 'signed' ? { status: 200 } : { status: 403, code: 'AccessDenied' }),
    ['stored', 'stored'],
    'unsigned signed signed',
  ],
  [
    'does not know that',
    (signed: string) => (signed === 'signed' ? { status: 200 } : { status: 400, code: 'XAmzContentSHA256Mismatch' }),
    ['stored', 'stored'],
    'unsigned signed signed',
  ],
  [
    'refuses whatever is sent',
    () => ({ status: 403, code: 'AccessDenied' }),
    ['AccessDenied', 'AccessDenied'],
    'unsigned signed unsigned signed',
  ],
  [
    'is busy when it is signed',
    (signed: string) =>
      signed === 'signed' ? { status: 503, code: 'SlowDown' } : { status: 403, code: 'AccessDenied' },
    ['SlowDown', 'SlowDown'],
    'unsigned signed unsigned signed',
  ],
  ['is busy', () => ({ status: 503, code: 'SlowDown' }), ['SlowDown', 'SlowDown'], 'unsigned unsigned'],
])('a body over TLS whose hash is not signed, and S3 that %s', async (_what, answer, ended, asked) => {
  const { http, signed } = serverOf(answer);
  expect(await putTwice(http)).toEqual(ended);
  expect(signed.join(' ')).toBe(asked);
});

test.each([
  ['https://s3-accelerate.amazonaws.com', 'https://shop-site.s3-accelerate.amazonaws.com/'],
  ['https://s3-accelerate.dualstack.amazonaws.com', 'https://shop-site.s3-accelerate.dualstack.amazonaws.com/'],
  ['https://bucket.vpce-1a2b-3c4d.s3.eu-west-1.vpce.amazonaws.com', undefined],
  ['https://s3.example.com', undefined],
])('the address of a bucket at %s', async (endpoint, virtual) => {
  const aws = { client: () => ({ region: 'eu-west-1', credentials, endpoint }) } as never;
  const client = s3Client({ aws, runner: { env: { AWS_ENDPOINT_URL_S3: endpoint } } });
  let asked = '';
  const http = {
    request: async ({ url, path }: HttpRequest) => {
      asked = new URL(path ?? '', url).href;
      throw new Error('enough');
    },
  } as unknown as Http;
  const wire = await openWire({ http, client, bucket: 'shop-site', credentials, checksums: 'always' });
  await wire.ask({ method: 'GET', headers: {} }, never).catch(() => {});
  expect(asked.replace(/\/?$/, '/')).toBe(virtual ?? `${endpoint}/shop-site/`);
});
