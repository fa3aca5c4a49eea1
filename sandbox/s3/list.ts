import { type XmlValue, xml } from '../http/render.ts';
import type { Answer } from '../service.ts';
import { authorizeBucket } from './access.ts';
import { type BucketState, canonicalId, latest, ownerOf, type StoredObject } from './model.ts';
import type { S3Call } from './request.ts';

const PAGE = 1_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html: by the bytes of the keys, 1,000 a page. */
export function listObjects(call: S3Call): Answer {
  const { bucket, query } = call;
  const prefix = query.get('prefix') ?? '';
  // Without the parameter the condition keys are not there.
  const context = Object.fromEntries(
    ['prefix', 'delimiter', 'max-keys']
      .filter((name) => query.has(name))
      .map((name) => [`s3:${name}`, query.get(name)!]),
  );
  authorizeBucket(call, 's3:ListBucket', context);
  const after = query.get('continuation-token')
    ? Buffer.from(query.get('continuation-token')!, 'base64url').toString()
    : query.get('start-after');
  const limit = Math.min(PAGE, Number(query.get('max-keys') ?? PAGE));
  const keys = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix) && latest(bucket, key))
    .sort(byBytes)
    .filter((key) => !after || byBytes(key, after) > 0);
  const { page, common } = grouped(keys, { prefix, delimiter: query.get('delimiter'), limit });
  const isTruncated = keys.length > page.length;
  const shown = page.filter((key) => !common.some((it) => key.startsWith(it)));
  const encodes = query.get('encoding-type') === 'url';
  const text = (key: string) => (encodes ? encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/') : key);
  const result: Record<string, XmlValue> = {
    Name: bucket.name,
    Prefix: text(prefix),
    KeyCount: shown.length + common.length,
    MaxKeys: limit,
    IsTruncated: isTruncated,
    EncodingType: encodes ? 'url' : undefined,
    NextContinuationToken: isTruncated ? Buffer.from(page.at(-1)!).toString('base64url') : undefined,
    CommonPrefixes: common.map((it) => ({ Prefix: text(it) })),
    Contents: shown.map((key) =>
      contents(text(key), latest(bucket, key)!, query.get('fetch-owner') === 'true' ? bucket : undefined),
    ),
  };
  return { headers: { 'content-type': 'application/xml' }, body: xml({ ListBucketResult: result }) };
}

/** The keys of a page, and what of them are folders: up to the delimiter after the prefix, a folder counts once. */
function grouped(
  keys: readonly string[],
  { prefix, delimiter, limit }: { readonly prefix: string; readonly delimiter: string | null; readonly limit: number },
) {
  if (!delimiter) return { page: keys.slice(0, limit), common: [] };
  const common = new Set<string>();
  const page: string[] = [];
  let entries = 0;
  for (const key of keys) {
    const end = key.indexOf(delimiter, prefix.length);
    const folder = end < 0 ? undefined : key.slice(0, end + delimiter.length);
    if (folder === undefined || !common.has(folder)) entries++;
    if (entries > limit) break;
    if (folder !== undefined) common.add(folder);
    page.push(key);
  }
  return { page, common: [...common] };
}

export function listMultipartUploads(call: S3Call): Answer {
  authorizeBucket(call, 's3:ListBucketMultipartUploads');
  const uploads = [...call.bucket.uploads.values()].map(({ key, id }) => ({ Key: key, UploadId: id }));
  return {
    body: xml({ ListMultipartUploadsResult: { Bucket: call.bucket.name, IsTruncated: false, Upload: uploads } }),
  };
}

function contents(key: string, object: StoredObject, bucket: BucketState | undefined): XmlValue {
  return {
    Key: key,
    // Whole seconds, as S3 tells them.
    LastModified: object.modified.toISOString().replace(/\.\d+Z$/, '.000Z'),
    ETag: `"${object.etag}"`,
    Size: object.body.length,
    Owner: bucket ? { ID: canonicalId(ownerOf(bucket, object)) } : undefined,
    ChecksumAlgorithm: object.checksum?.header.slice('x-amz-checksum-'.length).toUpperCase(),
    ChecksumType: object.checksum?.type,
    StorageClass: object.headers['x-amz-storage-class'] ?? 'STANDARD',
  };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
