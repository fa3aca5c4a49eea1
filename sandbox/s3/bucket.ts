import { xml } from '../http/render.ts';
import { type Answer, AwsError, type ServiceCall } from '../service.ts';
import { authorizeBucket } from './access.ts';
import { type BucketState, canonicalId } from './model.ts';
import { aclXml } from './read.ts';
import type { S3Call } from './request.ts';

export function headBucket(call: S3Call): Answer {
  authorizeBucket(call, 's3:ListBucket');
  return { headers: { 'x-amz-bucket-region': call.bucket.region } };
}

export function listBuckets(call: ServiceCall, buckets: Iterable<BucketState>): Answer {
  call.authorize({ action: 's3:ListAllMyBuckets', resource: '*' });
  const own = [...buckets].filter(({ account }) => account === call.caller.account);
  const result = {
    Owner: { ID: canonicalId(call.caller.account) },
    Buckets: { Bucket: own.map(({ name }) => ({ Name: name, CreationDate: '2026-01-01T00:00:00.000Z' })) },
  };
  return { body: xml({ ListAllMyBucketsResult: result }) };
}

/** A bucket in which nothing was set is ObjectWriter, and answers 404. */
export function getBucketOwnershipControls(call: S3Call): Answer {
  authorizeBucket(call, 's3:GetBucketOwnershipControls');
  const { ownership } = call.bucket;
  if (ownership === 'none')
    throw new AwsError('OwnershipControlsNotFoundError', 404, 'The bucket ownership controls were not found');
  return { body: xml({ OwnershipControls: { Rule: { ObjectOwnership: ownership } } }) };
}

export function getPublicAccessBlock(call: S3Call): Answer {
  authorizeBucket(call, 's3:GetBucketPublicAccessBlock');
  const { blockPublicAccess: all, ignoresPublicAcls } = call.bucket;
  if (!all && !ignoresPublicAcls) {
    throw new AwsError(
      'NoSuchPublicAccessBlockConfiguration',
      404,
      'The public access block configuration was not found',
    );
  }
  const on = { BlockPublicAcls: all, IgnorePublicAcls: true, BlockPublicPolicy: all, RestrictPublicBuckets: all };
  return { body: xml({ PublicAccessBlockConfiguration: on }) };
}

export function getBucketLocation(call: S3Call): Answer {
  authorizeBucket(call, 's3:GetBucketLocation');
  return { body: xml({ LocationConstraint: call.bucket.region === 'us-east-1' ? '' : call.bucket.region }) };
}

export function getBucketAcl(call: S3Call): Answer {
  authorizeBucket(call, 's3:GetBucketAcl');
  const { account } = call.bucket;
  return { body: aclXml(account, [{ to: { account }, permission: 'FULL_CONTROL' }]) };
}

export function getBucketEncryption(call: S3Call): Answer {
  authorizeBucket(call, 's3:GetEncryptionConfiguration');
  const { encryption, encryptionKey } = call.bucket;
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: encryption, KMSMasterKeyID: encryptionKey };
  return { body: xml({ ServerSideEncryptionConfiguration: { Rule: { ApplyServerSideEncryptionByDefault } } }) };
}
