import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Aws } from '../aws.ts';
import type { Bucket } from './bucket.ts';
import type { Headed, ListedObject } from './compare.ts';
import { type Page, readPage } from './list-page.ts';
import { ownerHeader } from './wire.ts';

/** Every object whose key begins with the prefix, a page of 1,000 at a time. */
export async function* listObjects(
  aws: Aws,
  bucket: Bucket,
  prefix: string,
  fetchOwner: boolean,
): AsyncGenerator<ListedObject & { readonly key: string }> {
  // XML can't hold every character that a key may have.
  const query = { 'list-type': '2', 'encoding-type': 'url', ...(prefix === '' ? {} : { prefix }) };
  const asked = { ...query, ...(fetchOwner ? { 'fetch-owner': 'true' } : {}) };
  let page: Page | undefined;
  do {
    const token: Record<string, string> = page?.next === undefined ? {} : { 'continuation-token': page.next };
    page = await aws.call('s3:ListBucket', async (signal) => {
      const answer = await bucket.wire.get({ ...asked, ...token }, ownerHeader(bucket), signal);
      return readPage(answer.body);
    });
    yield* page.objects;
  } while (page.next !== undefined);
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
