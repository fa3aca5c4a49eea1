import { HeadObjectCommand, type HeadObjectCommandOutput, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Aws } from '../aws.ts';
import type { Bucket } from './bucket.ts';
import type { Headed, ListedObject } from './compare.ts';
import { decodeListed } from './key.ts';

/** Every object whose key begins with the prefix, a page of 1,000 at a time. */
export async function* listObjects(
  aws: Aws,
  { s3, name, owner }: Bucket,
  prefix: string,
  fetchOwner: boolean,
): AsyncGenerator<ListedObject & { readonly key: string }> {
  for (let token: string | undefined, more = true; more; ) {
    const page = await aws.call('s3:ListBucket', (abortSignal) =>
      s3.send(
        new ListObjectsV2Command({
          Bucket: name,
          ...(prefix === '' ? {} : { Prefix: prefix }),
          ExpectedBucketOwner: owner,
          ContinuationToken: token,
          // XML can't hold every character that a key may have.
          EncodingType: 'url',
          ...(fetchOwner ? { FetchOwner: true } : {}),
        }),
        { abortSignal },
      ),
    );
    for (const { Key = '', Size = 0, ETag = '', Owner } of page.Contents ?? []) {
      const key = page.EncodingType === 'url' ? decodeListed(Key) : Key;
      yield { key, size: Size, etag: ETag.replaceAll('"', ''), owner: Owner?.ID };
    }
    token = page.NextContinuationToken;
    more = page.IsTruncated === true && token !== undefined;
  }
}

/** HEAD in checksum mode. @param version of the object, the latest when left out */
export async function headObject(
  aws: Aws,
  { s3, name, owner }: Bucket,
  key: string,
  version?: string,
): Promise<Headed & { readonly replication: string | undefined }> {
  // There is no action s3:HeadObject: reading needs one of these.
  const head = await aws.call(version === undefined ? 's3:GetObject' : 's3:GetObjectVersion', (abortSignal) =>
    s3.send(
      new HeadObjectCommand({
        Bucket: name,
        Key: key,
        ExpectedBucketOwner: owner,
        ChecksumMode: 'ENABLED',
        VersionId: version,
      }),
      { abortSignal },
    ),
  );
  return {
    checksumCrc32: head.ChecksumCRC32,
    checksumType: head.ChecksumType,
    etag: (head.ETag ?? '').replaceAll('"', ''),
    headers: headersOf(head),
    replication: head.ReplicationStatus,
  };
}

function headersOf(head: HeadObjectCommandOutput): Record<string, string> {
  const found: Record<string, string | undefined> = {
    'cache-control': head.CacheControl,
    'content-type': head.ContentType,
    'content-encoding': head.ContentEncoding,
    'content-disposition': head.ContentDisposition,
    // S3 names the class only when it is not STANDARD.
    'x-amz-storage-class': head.StorageClass ?? 'STANDARD',
  };
  for (const [name, value] of Object.entries(head.Metadata ?? {})) found[`x-amz-meta-${name}`] = value;
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
