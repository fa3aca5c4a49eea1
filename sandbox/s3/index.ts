import { viewerRequest } from '../cloudfront/viewer.ts';
import { type Answer, AwsError, type Core, type Service, type ServiceCall } from '../service.ts';
import {
  getBucketAcl,
  getBucketEncryption,
  getBucketLocation,
  getBucketOwnershipControls,
  getPublicAccessBlock,
  headBucket,
  listBuckets,
} from './bucket.ts';
import { deleteObject, deleteObjects } from './delete.ts';
import { inDialect, understood } from './dialects.ts';
import { listMultipartUploads, listObjects } from './list.ts';
import { aliasOf, type BucketState, bucketsOf, settle } from './model.ts';
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload, uploadPart } from './multipart.ts';
import { getObject, getObjectAcl, headObject, putObjectAcl } from './read.ts';
import { checkExpectedOwner, checkRegion, header, type S3Call } from './request.ts';
import { addressOf, s3Action } from './route.ts';
import { getObjectTagging, putObjectTagging } from './tagging.ts';
import { copyObject, putObject } from './write.ts';

/** S3 as this action calls it, strict about who owns what. https://docs.aws.amazon.com/AmazonS3/latest/API/ */
export function makeS3(core: Core): Service {
  const buckets = bucketsOf(core.world);
  for (const [name, bucket] of buckets) core.buckets.set(name, bucket);
  return {
    name: 's3',
    protocol: 'rest-xml',
    unsigned: 'allowed',
    actionOf: s3Action,
    handle: (call) => {
      if (call.action === 'ViewerRequest') return viewerRequest(core, call, buckets);
      if (call.action === 'ListBuckets') return listBuckets(call, buckets.values());
      return answer(core, onBucket(core, call, buckets));
    },
  };
}

function onBucket({ world }: Core, call: ServiceCall, buckets: ReadonlyMap<string, BucketState>): S3Call {
  const { bucket: name, key } = addressOf(call);
  const behind = [...buckets.values()].find((one) => one.accessPoint !== undefined && aliasOf(one) === name);
  const bucket = buckets.get(name) ?? behind;
  if (!bucket)
    throw new AwsError('NoSuchBucket', 404, {
      message: 'The specified bucket does not exist',
      fields: { BucketName: name },
    });
  settle(bucket, world);
  if (call.caller.kind !== 'anonymous') checkRegion(call, bucket);
  const acl = header(call, 'x-amz-acl');
  Object.assign(call.entry.params, { bucket: name, ...(key ? { key } : {}), ...(acl ? { acl } : {}) });
  try {
    checkExpectedOwner(call, bucket);
    checkPayer(call, bucket);
    if (behind && NOT_BY_ACCESS_POINT.has(call.action))
      throw new AwsError('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.');
  } catch (thrown) {
    throw withRegion(thrown, bucket);
  }
  return { ...call, bucket, key, accessPoint: behind?.accessPoint };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html */
const NOT_BY_ACCESS_POINT = new Set(['GetBucketOwnershipControls', 'GetBucketEncryption', 'GetPublicAccessBlock']);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html: refused as if it were not allowed. */
function checkPayer(call: ServiceCall, { requesterPays, account }: BucketState): void {
  if (!requesterPays || call.caller.account === account || header(call, 'x-amz-request-payer') === 'requester') return;
  throw new AwsError('AccessDenied', 403, 'Access Denied');
}

/** HeadBucket says the region whether it is allowed or not. */
function withRegion(thrown: unknown, { region }: BucketState): unknown {
  if (!(thrown instanceof AwsError)) return thrown;
  const { code, status, message, fields, headers } = thrown;
  return new AwsError(code, status, {
    message,
    headers: { ...headers, 'x-amz-bucket-region': region },
    fields: { ...fields },
  });
}

function answer(core: Core, call: S3Call): Answer {
  const known = ANSWERS[understood(call.bucket, call.action)];
  if (!known) throw new AwsError('NotImplemented', 501, `the sandbox does not know ${call.action}`);
  try {
    return inDialect(call.bucket, known(core, call));
  } catch (thrown) {
    throw withRegion(thrown, call.bucket);
  }
}

const ANSWERS: Readonly<Record<string, (core: Core, call: S3Call) => Answer>> = {
  HeadBucket: (_core, call) => headBucket(call),
  GetBucketEncryption: (_core, call) => getBucketEncryption(call),
  GetBucketAcl: (_core, call) => getBucketAcl(call),
  GetBucketLocation: (_core, call) => getBucketLocation(call),
  GetBucketOwnershipControls: (_core, call) => getBucketOwnershipControls(call),
  GetPublicAccessBlock: (_core, call) => getPublicAccessBlock(call),
  ListObjectsV2: (_core, call) => listObjects(call),
  ListMultipartUploads: (_core, call) => listMultipartUploads(call),
  DeleteObjects: deleteObjects,
  DeleteObject: deleteObject,
  PutObject: putObject,
  CopyObject: copyObject,
  GetObject: getObject,
  HeadObject: headObject,
  GetObjectAcl: (_core, call) => getObjectAcl(call),
  PutObjectAcl: (_core, call) => putObjectAcl(call),
  GetObjectTagging: (_core, call) => getObjectTagging(call),
  PutObjectTagging: (_core, call) => putObjectTagging(call),
  CreateMultipartUpload: (_core, call) => createMultipartUpload(call),
  UploadPart: (_core, call) => uploadPart(call),
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: (_core, call) => abortMultipartUpload(call),
};
