import { HeadBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { refusal } from '../contract/contract.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    world: { buckets: { 'shop-north': { account: '444455556666', region: 'eu-north-1' } } },
  });
});
afterAll(() => sandbox.stop());

/** S3 of a region, as an administrator of an account. */
function s3In(region: string): S3Client {
  const credentials = sandbox.signInAs('arn:aws:iam::444455556666:role/owner');
  return new S3Client({ endpoint: sandbox.url, region, forcePathStyle: true, maxAttempts: 1, credentials });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html: unique in all accounts and regions of a partition. */
test('a name is one bucket: it is in its region, and the others say in which', async () => {
  const Bucket = 'shop-north';
  expect(await s3In('eu-north-1').send(new HeadBucketCommand({ Bucket }))).toMatchObject({
    BucketRegion: 'eu-north-1',
  });
  for (const region of ['eu-west-1', 'us-east-1']) {
    const refused = await refusal(s3In(region).send(new ListObjectsV2Command({ Bucket })));
    expect(refused).toMatchObject({ name: 'AuthorizationHeaderMalformed', status: 400 });
  }
});
