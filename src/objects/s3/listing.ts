import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Aws } from '../../aws/client.ts';
import { Problem } from '../../base/problem.ts';
import type { Headed, ListedObject } from '../rules/compare.ts';
import type { Bucket } from './bucket.ts';
import { type Page, readPage } from './list-page.ts';
import { ownerHeader } from './wire.ts';

/**
 * Every object whose key begins with the prefix, a page of 1,000 at a time.
 * @throws Problem when a page names itself as the next one: the listing would have no end
 */
export async function* listObjects(
  aws: Pick<Aws, 'call'>,
  bucket: Pick<Bucket, 'name' | 'owner' | 'wire'>,
  prefix: string,
  fetchOwner: boolean,
): AsyncGenerator<ListedObject & { readonly key: string }> {
  // XML can't hold every character that a key may have.
  const query = { 'list-type': '2', 'encoding-type': 'url', ...(prefix === '' ? {} : { prefix }) };
  const asked = { ...query, ...(fetchOwner ? { 'fetch-owner': 'true' } : {}) };
  let next: string | undefined;
  do {
    const token: Record<string, string> = next === undefined ? {} : { 'continuation-token': next };
    const page: Page = await aws.call('s3:ListBucket', async (signal) => {
      const answer = await bucket.wire.get({ ...asked, ...token }, ownerHeader(bucket), signal);
      return readPage(answer.body);
    });
    if (next !== undefined && page.next === next) {
      throw new Problem({
        what: 's3:ListBucket was answered with a page that has itself as the next one',
        on: `s3://${bucket.name}`,
        fix: 'run the job again; look at AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL if it stays',
      });
    }
    yield* page.objects;
    next = page.next;
  } while (next !== undefined);
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
