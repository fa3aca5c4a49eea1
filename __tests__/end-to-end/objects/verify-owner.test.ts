import { expect, test } from '@jest/globals';
import { ROLE } from '../../../harness/scene.ts';
import { PUBLISHER, read, SITE, siteScene, upload, view, writes } from './scene.ts';

const OWNER = `arn:aws:iam::${SITE}:role/owner`;
/** A bucket in which the uploader may not ask for Object Ownership, but may look at an object's ACL. */
const policy = (actions: readonly string[]) => ({
  Statement: [
    {
      Effect: 'Allow' as const,
      Principal: { AWS: ROLE },
      Action: actions,
      Resource: ['arn:aws:s3:::shop-site', 'arn:aws:s3:::shop-site/*'],
    },
  ],
});
const UPLOADER = ['s3:PutObject', 's3:PutObjectAcl', 's3:ListBucket', 's3:GetObjectAcl'];

test('ObjectWriter behind CloudFront: nothing is sent, and the remedy is said', async () => {
  const distributions = { E1PUBLISHER: { account: PUBLISHER, bucket: 'shop-site' } };
  const { sandbox, step } = await siteScene({ ownership: 'ObjectWriter' }, { world: { distributions } });
  const result = await step(upload({ 'cloudfront-distribution': 'E1PUBLISHER' }));
  expect(result.code).toBe(1);
  expect(result.errors[0]).toContain("CloudFront's OAI or OAC will not reach them");
  expect(result.errors[0]).toContain("Fix: let the bucket's owner set Object Ownership to BucketOwnerEnforced");
  expect(writes(sandbox)).toEqual([]);
});

test('ObjectWriter without CloudFront: a warning, and the owner can read', async () => {
  const { sandbox, step } = await siteScene({ ownership: 'none' });
  const result = await step(upload());
  expect(result.code).toBe(0);
  expect(result.warnings[0]).toContain("the bucket's owner may read the objects but does not own them");
  expect(await read(sandbox, OWNER, 'index.html')).toContain('Shop');
  expect(await view(sandbox, '/index.html')).toBe(403);
});

test('where Object Ownership is unknown the first object is looked at, and the rest is not sent', async () => {
  const { sandbox, step } = await siteScene({ ownership: 'ObjectWriter', policy: policy(UPLOADER) });
  const result = await step(upload({ 's3-verify-owner': 'fail' }));
  expect(result.code).toBe(1);
  expect(result.errors[0]).toContain('the first object stays with the uploader, so the rest was not sent');
  expect(writes(sandbox)).toHaveLength(1);
  expect(result.log).toContain('Stopped after 0 of 5 objects; no page (s3-last) was touched, nothing was deleted.');
});

test('where Object Ownership is unknown and the owner gets the object, the rest follows', async () => {
  const { sandbox, step } = await siteScene({
    ownership: 'BucketOwnerPreferred',
    policy: policy([...UPLOADER, 's3:GetObject']),
  });
  const result = await step(upload({ 's3-verify-owner': 'fail' }));
  expect(result.errors).toEqual([]);
  expect(result.log).toMatch(/s3:\/\/shop-site\/\S+: (belongs to the bucket's owner|its owner cannot be seen)/);
  expect(await read(sandbox, OWNER, 'index.html')).toContain('Shop');
});
