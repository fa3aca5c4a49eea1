import type { Aws } from '../../aws/client.ts';
import { plainETag } from '../../aws/etag.ts';
import { Problem } from '../../base/problem.ts';
import type { CallOptions } from '../../base/retry.ts';
import { isArchive, type ListedObject, type ObjectHead } from '../rules/compare.ts';
import { storedHeaders } from '../rules/headers.ts';
import type { Bucket } from './bucket.ts';
import { type Page, readPage } from './list-page.ts';
import { ownerHeader } from './wire.ts';

export interface ListOptions {
  readonly prefix: string;
  /** Asks for each object's owner, which takes no further permission. */
  readonly fetchOwner?: boolean;
  /** Only keys behind this one. */
  readonly after?: string;
  /** Called with the server's time as the listing begins, in milliseconds since 1970, where it tells that. */
  readonly began?: (at: number) => void;
}

type ListedPage = Page['objects'];

/**
 * Every object whose key begins with the prefix, a page of 1,000 at a time.
 * @param ahead whether the next page is asked for while this one is worked on
 * @throws Problem when a page names itself as the next one: the listing would have no end
 */
export async function* listPages(
  aws: Pick<Aws, 'call'>,
  bucket: Pick<Bucket, 'name' | 'owner' | 'wire'>,
  { prefix, fetchOwner = false, after, began, ahead = false }: ListOptions & { readonly ahead?: boolean },
): AsyncGenerator<ListedPage> {
  // XML cannot hold every character that a key may have.
  const query = { 'list-type': '2', 'encoding-type': 'url', ...(prefix === '' ? {} : { prefix }) };
  const asked = {
    ...query,
    ...(fetchOwner ? { 'fetch-owner': 'true' } : {}),
    ...(after === undefined ? {} : { 'start-after': after }),
  };
  const ask = (from: string | undefined): Promise<Page> =>
    aws.call('s3:ListBucket', async (signal) => {
      const token: Record<string, string> = from === undefined ? {} : { 'continuation-token': from };
      const answer = await bucket.wire.get({ ...asked, ...token }, ownerHeader(bucket), signal);
      const at = Date.parse(answer.headers.date ?? '');
      if (from === undefined && at) began?.(at);
      return readPage(answer.body);
    });
  let from: string | undefined;
  for (let coming = ask(from); ; ) {
    const { objects, next } = await coming;
    if (next === undefined) return yield objects;
    if (next === from) {
      throw new Problem({
        what: 's3:ListBucket was answered with a page that has itself as the next one',
        on: `s3://${bucket.name}`,
        fix: 'run the job again; look at AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL if it stays',
      });
    }
    from = next;
    const begun = ahead ? ask(next) : undefined;
    // Who stops in between does not wait for it.
    begun?.catch(() => {});
    yield objects;
    coming = begun ?? ask(next);
  }
}

/** The same, object by object. */
export async function* listObjects(...asked: Parameters<typeof listPages>): AsyncGenerator<ListedPage[number]> {
  for await (const page of listPages(...asked)) yield* page;
}

export interface HeadOptions {
  readonly key: string;
  readonly version?: string | undefined;
  readonly how?: CallOptions | undefined;
}

/** HEAD in checksum mode, of the latest version when none is given. */
export async function headObject(
  aws: Pick<Aws, 'call'>,
  bucket: Pick<Bucket, 'owner' | 'wire'>,
  { key, version, how }: HeadOptions,
): Promise<ObjectHead> {
  const headers = { ...ownerHeader(bucket), 'x-amz-checksum-mode': 'ENABLED' };
  const query = version === undefined ? {} : { versionId: version };
  // There is no action s3:HeadObject: reading needs one of these.
  const head = await aws.call(
    version === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    async (signal) => {
      const answer = await bucket.wire.ask({ method: 'HEAD', key, query, headers }, signal);
      return { ...answer, ETag: answer.headers.etag };
    },
    how,
  );
  const text = (name: string) => {
    const value = head.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return {
    size: Number(text('content-length') ?? 0),
    etag: plainETag(text('etag')),
    checksumCrc32: text('x-amz-checksum-crc32'),
    checksumType: text('x-amz-checksum-type'),
    headers: storedHeaders(head.headers),
    kmsKey: text('x-amz-server-side-encryption-aws-kms-key-id'),
    replication: text('x-amz-replication-status'),
    expiration: text('x-amz-expiration'),
    isArchived: isArchive(text('x-amz-storage-class') ?? '', text('x-amz-archive-status')),
    modified: Date.parse(text('last-modified') ?? '') || 0,
    tagCount: Number(text('x-amz-tagging-count') ?? 0),
    isAws: text('server') === 'AmazonS3',
  };
}

/**
 * One object as a listing of a prefix shows it: a policy may allow to list that prefix and no other, and HEAD takes a further
 * permission.
 */
export async function listOne(
  aws: Pick<Aws, 'call'>,
  bucket: Pick<Bucket, 'name' | 'owner' | 'wire'>,
  { prefix, key, fetchOwner = false }: Pick<ListOptions, 'prefix' | 'fetchOwner'> & { readonly key: string },
): Promise<ListedObject | undefined> {
  // A key begins right behind what is left of it without its last character.
  const before = [...key].slice(0, -1).join('');
  const after = before.length > prefix.length ? { after: before } : {};
  for await (const listed of listObjects(aws, bucket, { prefix, fetchOwner, ...after })) {
    if (listed.key === key) return listed;
    if (Buffer.compare(Buffer.from(listed.key), Buffer.from(key)) > 0) return undefined;
  }
  return undefined;
}
