import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HashConstructor, HttpRequest } from '@smithy/types';
import { readSignature, type Signed, sha256, signatureHolds, signatureOf } from '../../../sandbox/http/sigv4.ts';
import type { Head } from '../../../sandbox/service.ts';

class Sha256 {
  #hash;
  constructor(secret?: unknown) {
    this.#hash = secret ? createHmac('sha256', secret as Uint8Array) : createHash('sha256');
  }
  update(data: Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.#hash.digest());
  }
  reset() {}
}

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const EMPTY = sha256('');

// The suite's own key, date and scope: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// and "aws-sig-v4-test-suite", get-vanilla and its neighbours.
const suite = (query: string, signature: string): [string, Head] => [
  signature,
  {
    method: 'GET',
    path: '/',
    query: new URLSearchParams(query),
    headers: {
      host: 'example.amazonaws.com',
      'x-amz-date': '20150830T123600Z',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    },
  },
];

test.each([
  suite('', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'),
  suite('Param2=value2&Param1=value1', 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500'),
])("AWS's test vector %s", (signature, head) => {
  const signed = readSignature(head) as Signed;
  expect(signatureOf(head, signed, { secretAccessKey: SECRET, payloadHash: EMPTY })).toBe(signature);
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Object", and
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
test("S3's documented examples, in headers and in the query", () => {
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const get: Head = {
    method: 'GET',
    path: '/test.txt',
    query: new URLSearchParams(),
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': EMPTY,
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
  };
  expect(signatureHolds(get, readSignature(get) as Signed, { secretAccessKey: secret, payloadHash: EMPTY })).toBe(true);

  const presigned: Head = {
    method: 'GET',
    path: '/test.txt',
    query: new URLSearchParams(
      'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    ),
    headers: { host: 'examplebucket.s3.amazonaws.com' },
  };
  expect(
    signatureHolds(presigned, readSignature(presigned) as Signed, {
      secretAccessKey: secret,
      payloadHash: 'UNSIGNED-PAYLOAD',
    }),
  ).toBe(true);
});

test.each<[string, string, Record<string, string>]>([
  ['s3', '/bucket/a%20b/%C3%A4+c~!', {}],
  ['s3', '/bucket/key', { prefix: 'a b/ä+c', 'list-type': '2', delimiter: '' }],
  ['ssm', '/', {}],
  ['cloudfront', '/2020-05-31/distribution/E%201/invalidation', { Marker: 'x=y&z' }],
])("what the SDK's signer signs for %s %s is taken, and nothing else", async (service, path, query) => {
  const signer = new SignatureV4({
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: SECRET, sessionToken: 'token' },
    region: 'eu-west-1',
    service,
    sha256: Sha256 as HashConstructor,
    uriEscapePath: service !== 's3',
  });
  const body = 'some body';
  const request: HttpRequest = {
    method: 'PUT',
    protocol: 'http:',
    hostname: '127.0.0.1',
    path,
    query,
    headers: { host: '127.0.0.1:1', 'x-amz-meta-x': ' two  spaces ' },
    body,
  };
  const { headers } = await signer.sign(request);
  const head: Head = {
    method: 'PUT',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
  const signed = readSignature(head) as Signed;
  expect(signed).toMatchObject({ service, region: 'eu-west-1', sessionToken: 'token', presigned: false });
  expect(signatureHolds(head, signed, { secretAccessKey: SECRET, payloadHash: sha256(body) })).toBe(true);
  expect(signatureHolds(head, signed, { secretAccessKey: `${SECRET}x`, payloadHash: sha256(body) })).toBe(false);
  expect(signatureHolds(head, signed, { secretAccessKey: SECRET, payloadHash: sha256('another body') })).toBe(false);
  expect(
    signatureHolds({ ...head, method: 'GET' }, signed, { secretAccessKey: SECRET, payloadHash: sha256(body) }),
  ).toBe(false);
  expect(
    signatureHolds({ ...head, path: `${path}x` }, signed, { secretAccessKey: SECRET, payloadHash: sha256(body) }),
  ).toBe(false);
});
