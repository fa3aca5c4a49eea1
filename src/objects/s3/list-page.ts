import { plainETag } from '../../aws/etag.ts';
import { firstText } from '../../aws/xml.ts';
import { Unproven } from '../../base/problem.ts';
import type { ListedObject } from '../rules/compare.ts';
import { decodeListed } from '../rules/key.ts';

interface Listed extends ListedObject {
  key: string;
}

/** Up to 1,000 objects of a listing. */
export interface Page {
  readonly objects: readonly Readonly<Listed>[];
  /** With which the next page is asked for; absent on the last one. */
  readonly next: string | undefined;
}

/** Nobody can read what these hold before it is restored. https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html */
const ARCHIVED = new Set(['GLACIER', 'DEEP_ARCHIVE']);

const END = '</Contents>';
/** More than an object's entry ever takes: a key has at most 1,024 bytes, three times that when it is encoded. */
const LONGEST_ENTRY = 64 << 10;

/**
 * Reads a page of ListObjectsV2 as it comes in: a tree of all its elements would cost more memory than everything else of an
 * upload. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 * @param answer its body, in pieces
 * @throws Problem when it is not a listing, such as a proxy's page; an error that is worth another attempt when it ends too early
 */
export async function readPage(answer: AsyncIterable<Uint8Array>): Promise<Page> {
  const objects: Listed[] = [];
  const decoder = new TextDecoder();
  let outside = '';
  let rest = '';
  for await (const chunk of answer) {
    rest += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let end = rest.indexOf(END); end >= 0; end = rest.indexOf(END, from)) {
      const start = rest.indexOf('<Contents>', from);
      if (start < from || start > end) throw noListing();
      outside += rest.slice(from, start);
      objects.push(objectOf(rest.slice(start, end)));
      from = end + END.length;
    }
    rest = rest.slice(from);
    if (outside.length + rest.length > LONGEST_ENTRY) throw noListing();
  }
  outside += rest;
  if (!/^\uFEFF?\s*(<\?xml[^>]*>\s*)?<ListBucketResult[\s>]/.test(outside)) throw noListing();
  if (!outside.trimEnd().endsWith('</ListBucketResult>')) {
    throw Object.assign(new Error('the listing ends too early'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  }
  if (firstText(outside, 'EncodingType') === 'url') decodeKeys(objects);
  if (firstText(outside, 'IsTruncated') !== 'true') return { objects, next: undefined };
  const next = firstText(outside, 'NextContinuationToken');
  if (next === '') throw noContinuation();
  return { objects, next };
}

/** Whether they are encoded a server may say after them. */
function decodeKeys(objects: readonly Listed[]): void {
  try {
    for (const object of objects) object.key = decodeListed(object.key);
  } catch {
    throw noListing();
  }
}

function objectOf(entry: string): Listed {
  const owner = entry.includes('<Owner>') ? firstText(entry.slice(entry.indexOf('<Owner>')), 'ID') : '';
  return {
    key: firstText(entry, 'Key'),
    size: Number(firstText(entry, 'Size')),
    etag: plainETag(firstText(entry, 'ETag')),
    modified: Date.parse(firstText(entry, 'LastModified')) || 0,
    isArchived: ARCHIVED.has(firstText(entry, 'StorageClass')),
    owner: owner === '' ? undefined : owner,
  };
}

/** An older server takes the call for the first version of it: https://github.com/taylorfinnell/awscr-s3/issues/71 (Ceph) */
function noContinuation(): Unproven {
  return new Unproven({
    what: 's3:ListBucket was answered with a part of the listing, and not with how it goes on',
    why: 'the server does not know the second version of the call (list-type=2): what lies behind the first page would count as missing',
    fix: 'update the server, or publish below a prefix with fewer than 1,000 objects',
  });
}

function noListing(): Unproven {
  return new Unproven({
    what: 's3:ListBucket was answered with something that is not a listing',
    why: 'a proxy, or a server that is not S3, answered in its place',
    fix: 'check the proxy of the runner, and AWS_ENDPOINT_URL_S3',
  });
}
