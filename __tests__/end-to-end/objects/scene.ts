import { GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ROLE, type Scene, scene } from '../../../harness/scene.ts';
import type { Sandbox } from '../../../sandbox/index.ts';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';

export const PUBLISHER = '111122223333';
export const SITE = '444455556666';
export const OWNER = `arn:aws:iam::${SITE}:role/owner`;

/** Inputs for the publisher's own bucket and distribution: an invalidation cannot be made across accounts. */
export const OWN = { 's3-upload': 'site => s3://shop-artifacts', 'cloudfront-distribution': 'E2ARTIFACTS' };

/** A small site: assets and pages. */
export const FILES: Readonly<Record<string, string>> = {
  'site/index.html': '<h1>Shop</h1>\n',
  'site/about/index.html': '<h1>About</h1>\n',
  'site/assets/app.0a1b2c.js': 'console.log("shop");\n',
  'site/assets/style.css': 'h1 { color: teal }\n',
  'site/robots.txt': 'User-agent: *\n',
};

/** A sandbox in which the bucket `shop-site` differs from the world file's, and a job with files. */
export function siteScene(
  bucket: Partial<BucketWorld> = {},
  {
    files = FILES,
    world = {},
    env = {},
  }: { files?: Record<string, string>; world?: Record<string, unknown>; env?: Record<string, string> } = {},
): Promise<Scene> {
  return scene({ files, env, world: { buckets: { 'shop-site': bucket }, ...world } });
}

export function upload(inputs: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { 'role-to-assume': ROLE, 's3-upload': 'site => s3://shop-site', ...inputs };
}

/** S3 as a role of the world sees it. */
export function s3As({ url, signInAs, world }: Sandbox, role: string): S3Client {
  return new S3Client({
    endpoint: url,
    region: world.region,
    forcePathStyle: true,
    credentials: signInAs(role),
    maxAttempts: 1,
  });
}

/** The text of an object, or the status with which the read was refused. @param at its key in `shop-site`, or where else it is */
export async function read(
  sandbox: Sandbox,
  role: string,
  at: string | { readonly bucket: string; readonly key: string },
): Promise<string | number> {
  const { bucket, key } = typeof at === 'string' ? { bucket: 'shop-site', key: at } : at;
  try {
    const answer = await s3As(sandbox, role).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await answer.Body?.transformToString()) ?? '';
  } catch (error) {
    return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  }
}

/** What S3 says of an object of `shop-site`. */
export async function head(sandbox: Sandbox, key: string, { role = OWNER }: { readonly role?: string } = {}) {
  return s3As(sandbox, role).send(new HeadObjectCommand({ Bucket: 'shop-site', Key: key, ChecksumMode: 'ENABLED' }));
}

/** Tags of an object by name. */
export async function tagsOf(
  sandbox: Sandbox,
  Key: string,
  { role = OWNER, bucket: Bucket = 'shop-site' }: { readonly role?: string; readonly bucket?: string } = {},
): Promise<Record<string, string | undefined>> {
  const { TagSet = [] } = await s3As(sandbox, role).send(new GetObjectTaggingCommand({ Bucket, Key }));
  return Object.fromEntries(TagSet.map(({ Key: name = '', Value }) => [name, Value]));
}

/** What a viewer of a distribution gets: the status, 200 or 403. */
export async function view({ url }: Sandbox, path: string, distribution = 'E1SHOPSITE'): Promise<number> {
  return (await fetch(`${url}/_cloudfront/${distribution}${path}`)).status;
}

/** What somebody without an identity gets. */
export async function readUnsigned({ url }: Sandbox, key: string, bucket = 'shop-site'): Promise<number> {
  return (await fetch(`${url}/${bucket}/${key}`)).status;
}

/** Requests of S3 that write, in order: `PutObject assets/app.js`. */
export function writes({ log }: Sandbox): string[] {
  return log
    .of('s3')
    .filter(({ action }) => /^(Put|Copy|Delete|Create|Upload|Complete|Abort)/.test(action))
    .map(({ action, params }) => [action, params.key].filter(Boolean).join(' '));
}
