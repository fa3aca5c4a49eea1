import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * An S3 that throws bodies away: `node null-server.ts DELAY_MS LISTING AGE_MS`. Answers after DELAY_MS; LISTING is a file with
 * `[key, size, md5]` entries that it pretends to hold, written AGE_MS ago, or in a day. Counts the requests. Prints its port.
 * It answers for CloudFront too: no invalidation was made before.
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

interface Asked {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly size: number;
  readonly etag: string;
  readonly text: string;
}

function reply(request: IncomingMessage, response: ServerResponse, asked: Asked): void {
  const { method, url } = request;
  if (url === '/_requests') response.end(JSON.stringify(Object.fromEntries(counts)));
  else if (url?.startsWith('/2020-05-31/')) replyAsCloudFront(request, response);
  else if (method === 'PUT') put(request, response, asked);
  else if (method === 'HEAD') head(response, asked.name);
  else if (method === 'POST') post(response, asked);
  else get(response, asked);
}

function xml(response: ServerResponse, body: string, status = 200): void {
  response
    .writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(XML + body) })
    .end(XML + body);
}

function replyAsCloudFront({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
  if (method === 'POST') xml(response, '<Invalidation><Id>I1</Id><Status>Completed</Status></Invalidation>', 201);
  else if (url.includes('/invalidation'))
    xml(response, '<InvalidationList><IsTruncated>false</IsTruncated></InvalidationList>');
  else xml(response, '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>', 403);
}

function put({ headers }: IncomingMessage, response: ServerResponse, { name, query, size, etag }: Asked): void {
  if (headers['x-amz-copy-source']) {
    xml(response, '<CopyObjectResult><ETag>&quot;null-server&quot;</ETag></CopyObjectResult>');
    return;
  }
  // Parts add up: rclone asks for the size of what it has uploaded.
  const before = query.has('uploadId') ? (stored.get(name)?.size ?? 0) : 0;
  // An ETag of parts is not an MD5: rclone would compare one.
  stored.set(name, { size: before + size, etag: query.has('uploadId') ? `${etag}-2` : etag });
  const crc = headers['x-amz-checksum-crc32'];
  response
    .writeHead(200, { etag: `"${etag}"`, 'content-length': 0, ...(crc ? { 'x-amz-checksum-crc32': crc } : {}) })
    .end();
}

function head(response: ServerResponse, name: string): void {
  const object = stored.get(name);
  response.writeHead(name === '' || object ? 200 : 404, {
    'x-amz-request-id': 'null',
    'content-length': object?.size ?? 0,
    etag: `"${object?.etag ?? ''}"`,
    'last-modified': DATE.toUTCString(),
    'x-amz-bucket-region': 'us-east-1',
  });
  response.end();
}

function post(response: ServerResponse, { name, query, etag, text }: Asked): void {
  if (query.has('delete')) {
    const keys = text.match(/<Key>.*?<\/Key>/g) ?? [];
    for (const one of keys) stored.delete(one.slice('<Key>'.length, -'</Key>'.length));
    xml(response, `<DeleteResult>${keys.map((one) => `<Deleted>${one}</Deleted>`).join('')}</DeleteResult>`);
  } else if (query.has('uploads')) {
    stored.set(name, { size: 0, etag });
    const upload = '<Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId>';
    xml(response, `<InitiateMultipartUploadResult>${upload}</InitiateMultipartUploadResult>`);
  } else if (query.has('uploadId')) {
    const object = '<Bucket>b</Bucket><Key>k</Key><ETag>"null-1"</ETag>';
    xml(response, `<CompleteMultipartUploadResult>${object}</CompleteMultipartUploadResult>`);
  } else {
    const caller = '<Arn>arn:aws:iam::111122223333:user/bench</Arn><UserId>u</UserId><Account>111122223333</Account>';
    const result = `<GetCallerIdentityResult>${caller}</GetCallerIdentityResult>`;
    xml(response, `<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
  }
}

function get(response: ServerResponse, { name, query }: Asked): void {
  if (query.has('acl')) xml(response, '<AccessControlPolicy><Owner><ID>bench</ID></Owner></AccessControlPolicy>');
  else if (name === '' && query.size === 1 && query.has('x-id')) {
    xml(response, '<ListAllMyBucketsResult><Owner><ID>bench</ID></Owner><Buckets></Buckets></ListAllMyBucketsResult>');
  } else if (query.has('ownershipControls')) {
    const rule = '<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>';
    xml(response, `<OwnershipControls>${rule}</OwnershipControls>`);
  } else if (query.has('encryption')) xml(response, '<Error><Code>NoSuchConfiguration</Code></Error>', 404);
  else if (query.has('location')) xml(response, '<LocationConstraint/>');
  else if (name === '') xml(response, list(query));
  else xml(response, '<Error><Code>NoSuchKey</Code></Error>', 404);
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
