import { PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import type { Http, HttpRequest } from '../../../src/base/http.ts';
import { openWire } from '../../../src/objects/s3/wire.ts';

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI', sessionToken: 'token' };
const credentials = async () => KEYS;

/** What a PutObject was sent to, and what it was signed for. */
interface Sent {
  readonly url: string;
  readonly scope: string | undefined;
  readonly date: string | undefined;
}

const sentTo = (url: URL, headers: Readonly<Record<string, string>>): Sent => ({
  url: `${url.origin}${url.pathname}`,
  scope: /Credential=[^/]+\/\d+\/([^,]+),/.exec(headers.authorization ?? '')?.[1],
  date: headers['x-amz-date']?.slice(0, 11),
});

// The wire takes address, signing region and clock from the SDK's inside: the SDK's own request says whether it still does so rightly.
test.each<[string, string, S3ClientConfig]>([
  ['a bucket', 'shop-site', { region: 'eu-west-1' }],
  ['a name with dots', 'shop.example.com', { region: 'eu-west-1' }],
  ['China', 'shop-site', { region: 'cn-north-1' }],
  ['GovCloud, FIPS', 'shop-site', { region: 'us-gov-west-1', useFipsEndpoint: true }],
  ['dual stack', 'shop-site', { region: 'eu-west-1', useDualstackEndpoint: true }],
  ['us-east-1', 'shop-site', { region: 'us-east-1' }],
  [
    "a server of one's own",
    'shop-site',
    { region: 'eu-west-1', endpoint: 'http://127.0.0.1:9000', forcePathStyle: true },
  ],
  [
    'one below a path',
    'shop-site',
    { region: 'eu-west-1', endpoint: 'http://127.0.0.1:9000/s3', forcePathStyle: true },
  ],
  ['an access point', 'arn:aws:s3:us-west-2:111122223333:accesspoint/site', { region: 'us-west-2' }],
  ['a clock that is off', 'shop-site', { region: 'eu-west-1', systemClockOffset: 7 * 24 * 3_600_000 }],
])("%s is where the SDK's client sends, and signed for the same", async (_, Bucket, config) => {
  let bySdk: Sent | undefined;
  const client = new S3Client({
    ...config,
    credentials,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      handle: async ({ protocol, hostname, port, path, headers }: never) => {
        bySdk = sentTo(new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`), headers);
        throw new Error('enough');
      },
    } as never,
  });
  await client.send(new PutObjectCommand({ Bucket, Key: 'a/ü b.txt', Body: 'text' })).catch(() => {});

  let byWire: Sent | undefined;
  const http = {
    request: async ({ url, path = '', headers = {} }: HttpRequest) => {
      byWire = sentTo(new URL(path, url), headers);
      throw new Error('enough');
    },
  } as unknown as Http;
  const wire = await openWire({ http, client, bucket: Bucket, credentials, checksums: 'always' });
  const put = { key: 'a/ü b.txt', headers: {}, body: Buffer.alloc(0), crc: 0 };
  await wire.put(put, new AbortController().signal).catch(() => {});

  expect(bySdk).toBeDefined();
  expect(byWire).toEqual(bySdk);
});
