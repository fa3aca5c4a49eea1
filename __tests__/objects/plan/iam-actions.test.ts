import { expect, test } from '@jest/globals';
import { onBucket, onObjects } from '../../../src/objects/plan/iam-actions.ts';

const OWN = 'hrzrlukc5m36ft7okagglf3gmwluquse1b';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
test.each([
  ['a bucket', 'shop-site', 'arn:aws:s3:::shop-site', 'arn:aws:s3:::shop-site/v1/*'],
  ['a bucket whose name only looks so', 'a-s3alias', 'arn:aws:s3:::a-s3alias', 'arn:aws:s3:::a-s3alias/v1/*'],
  [
    "an access point's alias",
    `my-access-point-${OWN}-s3alias`,
    'arn:aws:s3:*:*:accesspoint/my-access-point',
    'arn:aws:s3:*:*:accesspoint/my-access-point/object/v1/*',
  ],
  [
    'one of a name that is cut off',
    `s3-check-role-2025-a-${OWN}-s3alias`,
    'arn:aws:s3:*:*:accesspoint/s3-check-role-2025-a*',
    'arn:aws:s3:*:*:accesspoint/s3-check-role-2025-a*/object/v1/*',
  ],
])('a policy names %s', (_what, name, bucket, objects) => {
  const partition = 'aws';
  expect(onBucket([], { name, partition }).resources).toEqual([bucket]);
  expect(onObjects([], { name, partition, prefix: 'v1/' }).resources).toEqual([objects]);
});
