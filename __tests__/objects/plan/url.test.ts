import { expect, test } from '@jest/globals';
import { publishedUrl } from '../../../src/objects/plan/url.ts';

const ACCELERATED = 'https://s3-accelerate.amazonaws.com';

test.each([
  ['a bucket', 'shop-site', {}, 'https://shop-site.s3.eu-west-1.amazonaws.com/v1/a%20b.txt'],
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html: no certificate stands for a name with dots.
  ['a name with dots', 'www.shop.example', {}, 'https://s3.eu-west-1.amazonaws.com/www.shop.example/v1/a%20b.txt'],
  ['an old bucket', 'Shop_Site', {}, 'https://s3.eu-west-1.amazonaws.com/Shop_Site/v1/a%20b.txt'],
  [
    "a server of one's own",
    'shop-site',
    { AWS_ENDPOINT_URL: 'http://s3:9000/' },
    'http://s3:9000/shop-site/v1/a%20b.txt',
  ],
  [
    'acceleration',
    'shop-site',
    { AWS_ENDPOINT_URL_S3: ACCELERATED },
    'https://shop-site.s3.eu-west-1.amazonaws.com/v1/a%20b.txt',
  ],
])('the address of what is published in %s', (_what, bucket, env, url) => {
  const target = { bucket, prefix: 'v1/a b.txt', files: [], line: 1, local: 'a', kind: 'file', base: '.' } as never;
  const buckets = new Map([[bucket, { region: 'eu-west-1' } as never]]);
  expect(publishedUrl({ runner: { env } as never }, { buckets, targets: [target], viewers: [] })?.url).toBe(url);
});
