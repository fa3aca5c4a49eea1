import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An S3 that throws bodies away: `node null-server.ts DELAY_MS LISTING AGE_MS`. Answers after DELAY_MS; LISTING is a file with
 * `[key, size, md5]` entries that it pretends to hold, written AGE_MS ago, or in a day. Counts the requests. Prints its port. It answers for CloudFront too: no invalidation was made before.
 */
const [delay = '0', listing = '', age = '-86400000'] = process.argv.slice(2);
const held: [string, number, string][] = listing ? JSON.parse(readFileSync(listing, 'utf8')) : [];
const stored = new Map<string, { size: number; etag: string }>(
  held.map(([name, size, etag]) => [name, { size, etag }]),
);
const names = [...stored.keys()].sort();
/** Requests by method, for who asks `GET /_requests`. */
const counts = new Map<string, number>();
const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const DATE = new Date(Date.now() - Number(age));

function handle(request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const name = decodeURIComponent(path.replace(/^\/[^/]*\/?/, ''));
  // Who sends a checksum gets it back, with an ETag that is not an MD5, as with a KMS key: hashing would make the server the limit.
  const isSummed = request.headers['x-amz-checksum-crc32'] !== undefined;
  const sums = request.method === 'PUT' && !isSummed && request.headers['content-md5'] === undefined;
  counts.set(request.method ?? '', (counts.get(request.method ?? '') ?? 0) + 1);
  const md5 = sums ? createHash('md5') : undefined;
  const isDelete = request.method === 'POST' && query === 'delete=';
  let [size, text] = [0, ''];
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    md5?.update(chunk);
    if (isDelete) text += chunk.toString();
  });
  request.on('end', () => {
    const given = request.headers['content-md5'];
    const etag = isSummed
      ? 'null-server'
      : given
        ? Buffer.from(String(given), 'base64').toString('hex')
        : (md5?.digest('hex') ?? 'd41d8cd98f00b204e9800998ecf8427e');
    const answer = () => reply(request, response, { name, query: new URLSearchParams(query), size, etag, text });
    if (Number(delay) > 0) setTimeout(answer, Number(delay));
    else answer();
  });
}

function reply(
  { method, headers, url }: IncomingMessage,
  response: ServerResponse,
  { name, query, size, etag, text }: { name: string; query: URLSearchParams; size: number; etag: string; text: string },
): void {
  const xml = (body: string, status = 200) => {
    response
      .writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(XML + body) })
      .end(XML + body);
  };
  if (url === '/_requests') {
    response.end(JSON.stringify(Object.fromEntries(counts)));
  } else if (url?.startsWith('/2020-05-31/')) {
    if (method === 'POST') xml('<Invalidation><Id>I1</Id><Status>Completed</Status></Invalidation>', 201);
    else if (url.includes('/invalidation'))
      xml('<InvalidationList><IsTruncated>false</IsTruncated></InvalidationList>');
    else xml('<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>', 403);
  } else if (method === 'POST' && query.has('delete')) {
    const keys = text.match(/<Key>.*?<\/Key>/g) ?? [];
    for (const one of keys) stored.delete(one.slice('<Key>'.length, -'</Key>'.length));
    xml(`<DeleteResult>${keys.map((one) => `<Deleted>${one}</Deleted>`).join('')}</DeleteResult>`);
  } else if (method === 'PUT' && headers['x-amz-copy-source']) {
    xml('<CopyObjectResult><ETag>&quot;null-server&quot;</ETag></CopyObjectResult>');
  } else if (method === 'PUT') {
    // Parts add up: rclone asks for the size of what it has uploaded.
    const before = query.has('uploadId') ? (stored.get(name)?.size ?? 0) : 0;
    // An ETag of parts is not an MD5: rclone would compare one.
    stored.set(name, { size: before + size, etag: query.has('uploadId') ? `${etag}-2` : etag });
    const crc = headers['x-amz-checksum-crc32'];
    response
      .writeHead(200, { etag: `"${etag}"`, 'content-length': 0, ...(crc ? { 'x-amz-checksum-crc32': crc } : {}) })
      .end();
  } else if (method === 'HEAD') {
    const object = stored.get(name);
    response.writeHead(name === '' || object ? 200 : 404, {
      'x-amz-request-id': 'null',
      'content-length': object?.size ?? 0,
      etag: `"${object?.etag ?? ''}"`,
      'last-modified': DATE.toUTCString(),
      'x-amz-bucket-region': 'us-east-1',
    });
    response.end();
  } else if (method === 'POST' && query.has('uploads')) {
    stored.set(name, { size: 0, etag });
    xml(
      '<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>',
    );
  } else if (method === 'POST' && query.has('uploadId')) {
    xml(
      `<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>"null-1"</ETag></CompleteMultipartUploadResult>`,
    );
  } else if (method === 'POST') {
    xml(
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/bench</Arn><UserId>u</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    );
  } else if (query.has('acl')) xml('<AccessControlPolicy><Owner><ID>bench</ID></Owner></AccessControlPolicy>');
  else if (name === '' && query.size === 1 && query.has('x-id')) {
    xml('<ListAllMyBucketsResult><Owner><ID>bench</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>');
  } else if (query.has('ownershipControls')) {
    xml('<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>');
  } else if (query.has('encryption')) xml('<Error><Code>NoSuchConfiguration</Code></Error>', 404);
  else if (query.has('location')) xml('<LocationConstraint/>');
  else if (name === '') xml(list(query));
  else xml('<Error><Code>NoSuchKey</Code></Error>', 404);
}

function list(query: URLSearchParams): string {
  const after = query.get('continuation-token') ?? query.get('marker') ?? '';
  const prefix = query.get('prefix') ?? '';
  const own = prefix === '' ? names : names.filter((one) => one.startsWith(prefix));
  const from = after === '' ? 0 : own.indexOf(after) + 1;
  const page = own.slice(from, from + Number(query.get('max-keys') ?? 1_000));
  const last = page.at(-1) ?? '';
  const more = from + page.length < own.length && page.length > 0;
  const contents = page.map((one) => {
    const { size, etag } = stored.get(one)!;
    return `<Contents><Key>${one}</Key><LastModified>${DATE.toISOString()}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
  });
  const next = more ? `<NextContinuationToken>${last}</NextContinuationToken><NextMarker>${last}</NextMarker>` : '';
  return `<ListBucketResult><Name>b</Name><Prefix>${prefix}</Prefix><KeyCount>${page.length}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
}

const options = { highWaterMark: 1 << 20, keepAliveTimeout: 60_000 };
const server = createServer(options, handle);
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
