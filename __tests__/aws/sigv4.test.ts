import { createHash, createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { makeSigner } from '../../src/aws/sigv4.ts';
import { encodeKey, encodeUri } from '../../src/objects/rules/key.ts';

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const EMPTY = createHash('sha256').digest('hex');

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html#example-signature-list-bucket-contents */
test("AWS's own example", async () => {
  const sign = makeSigner({ region: 'us-east-1', service: 's3', credentials: async () => KEYS });
  const signed = await sign(
    {
      method: 'GET',
      path: '/',
      query: 'max-keys=2&prefix=J',
      headers: { host: 'examplebucket.s3.amazonaws.com', 'x-amz-content-sha256': EMPTY },
    },
    new Date('2013-05-24T00:00:00Z'),
  );
  expect(signed.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  );
});

class Sha256 {
  readonly #hash;
  constructor(secret?: Parameters<typeof createHmac>[1]) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

test("the same signature as the SDK's signer, also when day and session change", async () => {
  let session = { ...KEYS, sessionToken: 'first' };
  const ours = makeSigner({ region: 'eu-west-1', service: 's3', credentials: async () => session });
  const text = fc.string({ unit: fc.constantFrom(...' abc+/%~ü=&()') });
  const cases = fc.record({
    key: text,
    value: text,
    meta: text,
    day: fc.integer({ min: 0, max: 3 }),
    other: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ key, value, meta, day, other }) => {
      session = { ...KEYS, secretAccessKey: other ? 'other' : KEYS.secretAccessKey, sessionToken: other ? 'b' : 'a' };
      const at = new Date(Date.UTC(2026, 10, 20 + day, 12, 30, 5, 123));
      const headers = { host: 'h.example', 'x-amz-content-sha256': EMPTY, 'x-amz-meta-x': meta };
      const path = `/${encodeKey(key)}`;
      const query = { uploadId: value, partNumber: '7' };
      const theirs = new SignatureV4({
        service: 's3',
        region: 'eu-west-1',
        credentials: session,
        sha256: Sha256 as never,
        uriEscapePath: false,
        applyChecksum: false,
      });
      const request = { method: 'PUT', protocol: 'https:', hostname: 'h.example', path, query, headers };
      const { headers: expected } = await theirs.sign(request, { signingDate: at });
      const search = `partNumber=7&uploadId=${encodeUri(value)}`;
      expect(await ours({ method: 'PUT', path, query: search, headers }, at)).toEqual(expected);
    }),
  );
});
