import type { Head } from '../service.ts';

/** Bucket and key of a path-style request. */
export interface Address {
  readonly bucket: string;
  /** Empty for requests on the bucket. */
  readonly key: string;
}

/** Viewers of a CloudFront distribution: `/_cloudfront/ID/path`. No bucket has such a name. */
export const VIEWER_PATH = /^\/_cloudfront\/([A-Z0-9]+)(\/.*)$/;

export function addressOf({ path }: Pick<Head, 'path'>): Address {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return { bucket, key: decodePath(key) };
}

/** S3 takes a plain `+` in a path for a space: https://github.com/aptly-dev/aptly/issues/98 */
export function decodePath(path: string): string {
  return decodeURIComponent(path.replaceAll('+', ' '));
}

/** The S3 action of a request, as the API names it. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html */
export function s3Action(head: Head): string | undefined {
  const { method, query, headers } = head;
  if (VIEWER_PATH.test(head.path)) return method === 'GET' ? 'ViewerRequest' : undefined;
  const { bucket, key } = addressOf(head);
  const has = (name: string) => query.has(name);
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : undefined;
  const sub = [...query.keys()].find((name) => SUBRESOURCES.has(name));
  if (key === '') return bucketAction(method, sub, has);
  if (sub) return OBJECT_SUBRESOURCES[`${method} ${sub}`];
  if (has('uploads')) return method === 'POST' ? 'CreateMultipartUpload' : undefined;
  if (has('uploadId')) {
    return { PUT: 'UploadPart', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload', GET: 'ListParts' }[
      method
    ];
  }
  if (method === 'PUT') return headers['x-amz-copy-source'] === undefined ? 'PutObject' : 'CopyObject';
  return { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method];
}

const SUBRESOURCES = new Set([
  'acl',
  'tagging',
  'policy',
  'ownershipControls',
  'publicAccessBlock',
  'location',
  'encryption',
  'delete',
  'uploads',
  'versions',
]);

const OBJECT_SUBRESOURCES: Readonly<Record<string, string>> = {
  'GET acl': 'GetObjectAcl',
  'PUT acl': 'PutObjectAcl',
  'GET tagging': 'GetObjectTagging',
  'PUT tagging': 'PutObjectTagging',
  'POST uploads': 'CreateMultipartUpload',
};

const BUCKET_SUBRESOURCES: Readonly<Record<string, string>> = {
  'GET acl': 'GetBucketAcl',
  'GET ownershipControls': 'GetBucketOwnershipControls',
  'GET publicAccessBlock': 'GetPublicAccessBlock',
  'GET location': 'GetBucketLocation',
  'GET encryption': 'GetBucketEncryption',
  'GET uploads': 'ListMultipartUploads',
  'POST delete': 'DeleteObjects',
};

function bucketAction(method: string, sub: string | undefined, has: (name: string) => boolean): string | undefined {
  if (sub) return BUCKET_SUBRESOURCES[`${method} ${sub}`];
  if (method === 'HEAD') return 'HeadBucket';
  return method === 'GET' && has('list-type') ? 'ListObjectsV2' : undefined;
}
