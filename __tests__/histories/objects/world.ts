import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type Job, type StepResult, startJob } from '../../../harness/runner.ts';
import { ROLE } from '../../../harness/scene.ts';
import type { PolicyDocument } from '../../../sandbox/iam/policy.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import type { BucketWorld } from '../../../sandbox/s3/model.ts';

/** The publisher's bucket behind its own distribution, one of which a distribution serves a folder, and another account's. */
export const PLACES = {
  own: { bucket: 'shop-artifacts', account: '111122223333', distribution: 'E2ARTIFACTS', prefix: '' },
  deep: { bucket: 'shop-pages', account: '111122223333', distribution: 'E3PAGES', prefix: 'v2/' },
  cross: { bucket: 'shop-site', account: '444455556666', distribution: 'E1SHOPSITE', prefix: '' },
} as const;
export type Place = keyof typeof PLACES;

/** Whether it is the publisher's own. */
export const isOwn = (place: Place) => place !== 'cross';

export interface World {
  readonly sandbox: Sandbox;
  readonly job: Job;
  /** S3 as an account's administrator. */
  readonly as: Readonly<Record<Place, S3Client>>;
}

const ADMIN = { all: { Statement: [{ Effect: 'Allow' as const, Action: '*', Resource: '*' }] } };

export async function makeWorld(files: Readonly<Record<string, string>>): Promise<World> {
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const serve = (bucket: string) => ({
    Statement: [
      {
        Effect: 'Allow' as const,
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ],
  });
  const { account, bucket } = PLACES.deep;
  const sandbox = await startSandbox({
    world: {
      accounts: { '111122223333': { roles: { owner: { trust, policies: ADMIN } } } },
      buckets: { 'shop-artifacts': { policy: serve('shop-artifacts') }, [bucket]: { account, policy: serve(bucket) } },
      distributions: {
        // Whether the bucket's policy reaches an object, and not what was cached before.
        E1SHOPSITE: { caches: false },
        E3PAGES: { account, bucket, identity: 'oac', originPath: '/v2' },
      },
    },
  });
  // What V8 compiled is kept from run to run: a history is many starts of the same program.
  const env = { ...sandbox.env(), NODE_COMPILE_CACHE: join(tmpdir(), 'keyless-histories-cache') };
  const job = startJob({
    env,
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [`site/${name}`, text])),
  });
  const client = (account: string) =>
    new S3Client({
      endpoint: sandbox.url,
      region: sandbox.world.region,
      forcePathStyle: true,
      credentials: sandbox.signInAs(`arn:aws:iam::${account}:role/owner`),
      maxAttempts: 1,
    });
  const own = client(PLACES.own.account);
  return { sandbox, job, as: { own, deep: own, cross: client(PLACES.cross.account) } };
}

export async function endWorld({ sandbox, job, as }: World): Promise<void> {
  job.end();
  for (const client of Object.values(as)) client.destroy();
  await sandbox.stop();
}

export function writeLocal({ job }: World, name: string, text: string): void {
  const path = join(job.workspace, 'site', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytesOf(name, text));
}

/** A file of an older editor is not UTF-8. */
const isLatin = (name: string) => name.endsWith('.txt');

function bytesOf(name: string, text: string): Buffer {
  return Buffer.from(text, isLatin(name) ? 'latin1' : 'utf8');
}

export function removeLocal({ job }: World, name: string): void {
  rmSync(join(job.workspace, 'site', name), { force: true });
}

/** The bucket's settings, live. */
export function settings({ sandbox }: World, place: Place): { -readonly [K in keyof BucketWorld]: BucketWorld[K] } {
  const { buckets } = sandbox.world as unknown as { buckets: Record<string, BucketWorld> };
  return buckets[PLACES[place].bucket]!;
}

/** Whether the bucket's policy lets the publisher write only what is its owner's. */
export function demandAcl(world: World, place: Place, { demands }: { readonly demands: boolean }): void {
  const bucket = settings(world, place);
  const others = [bucket.policy?.Statement ?? []].flat().filter(({ Effect }) => Effect !== 'Deny');
  const deny = {
    Effect: 'Deny' as const,
    Principal: { AWS: ROLE },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${PLACES[place].bucket}/*`,
    Condition: { StringNotEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } },
  };
  bucket.policy = { Statement: demands ? [...others, deny] : others };
}

/** What the publisher's role may do; everything when left out. */
export function setRole({ sandbox }: World, policy?: PolicyDocument): void {
  const publish = sandbox.world.accounts['111122223333']?.roles?.publish;
  if (publish) publish.policies = (policy ? { least: policy } : structuredClone(ADMIN)) as never;
}

/** Names below the prefix of a place, whoever owns the objects, each with its ETag. */
export async function keysOf({ as }: World, place: Place): Promise<Map<string, string>> {
  const { bucket, prefix } = PLACES[place];
  const answer = await as[place].send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
  return new Map((answer.Contents ?? []).map(({ Key = '', ETag = '' }) => [Key.slice(prefix.length), ETag]));
}

function addressOf(place: Place, key: string): { Bucket: string; Key: string } {
  const { bucket, prefix } = PLACES[place];
  return { Bucket: bucket, Key: `${prefix}${key}` };
}

export interface Read {
  /** As a browser understands it. */
  readonly text: string;
  readonly cacheControl: string | undefined;
  readonly language: string | undefined;
}

function decoded(bytes: Buffer, encoding: string | undefined): Buffer {
  try {
    if (encoding === 'gzip') return gunzipSync(bytes);
    return encoding === 'br' ? brotliDecompressSync(bytes) : bytes;
  } catch {
    return Buffer.from(`what is not ${encoding}`);
  }
}

/** What a browser makes of a text: without a charset it looks at the bytes. */
function shown(name: string, bytes: Buffer, type: string | undefined): string {
  const states = /charset=utf-8/i.test(type ?? '');
  return bytes.toString(isLatin(name) && !states ? 'latin1' : 'utf8');
}

/** An object as the bucket's administrator reads it; `undefined` when it may not, or there is none. */
export async function readAs({ as }: World, place: Place, key: string): Promise<Read | undefined> {
  try {
    const answer = await as[place].send(new GetObjectCommand(addressOf(place, key)));
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
    const {
      CacheControl: cacheControl,
      ContentLanguage: language,
      ContentEncoding: encoding,
      ContentType: type,
    } = answer;
    return { text: shown(key, decoded(bytes, encoding), type), cacheControl, language };
  } catch {
    return undefined;
  }
}

/** The value of an object's tag; `undefined` when the bucket's administrator may not see it. */
export async function tagOf({ as }: World, place: Place, { key, tag }: { key: string; tag: string }) {
  try {
    const { TagSet = [] } = await as[place].send(new GetObjectTaggingCommand(addressOf(place, key)));
    return TagSet.find(({ Key }) => Key === tag)?.Value ?? 'none';
  } catch {
    return undefined;
  }
}

/** What a viewer is given: text, or nothing. */
export async function viewed({ sandbox }: World, place: Place, path: string): Promise<string | undefined> {
  const answer = await fetch(`${sandbox.url}/_cloudfront/${PLACES[place].distribution}${path}`);
  const text = await answer.text();
  return answer.status === 200 ? text : undefined;
}

interface Put {
  readonly writer: 'uploader' | 'owner';
  readonly key: string;
  readonly text: string;
  readonly language?: string | undefined;
}

/** Another writer: an older tool of the uploader that sends no ACL, or the bucket's owner. */
export async function putAs(world: World, place: Place, { writer, key, text, language }: Put): Promise<void> {
  // S3 tells whole seconds.
  world.sandbox.clock.advance(1_000);
  const s3 = writer === 'uploader' ? world.as.own : world.as[place];
  // The older tool's role is the publisher's, which the bucket's policy lets in.
  const client =
    writer === 'uploader'
      ? new S3Client({
          endpoint: world.sandbox.url,
          region: world.sandbox.world.region,
          forcePathStyle: true,
          credentials: world.sandbox.signInAs(ROLE),
          maxAttempts: 1,
        })
      : s3;
  const put = { ...addressOf(place, key), Body: bytesOf(key, text), ContentLanguage: language };
  await client.send(new PutObjectCommand(put)).catch(() => {});
  if (client !== s3) client.destroy();
}

export async function deleteAs({ as }: World, place: Place, key: string): Promise<void> {
  await as[place].send(new DeleteObjectCommand(addressOf(place, key)));
}

/** Runs the step, and kills it at a call of an action, which the server still carries out. */
export async function runKilled(
  { sandbox, job }: World,
  inputs: Readonly<Record<string, string>>,
  { action, nth, before }: { readonly action: string; readonly nth: number; readonly before: () => Promise<void> },
): Promise<StepResult> {
  let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
  const does = async () => {
    await before();
    child?.kill('SIGKILL');
  };
  sandbox.faults.add({ kind: 'meanwhile', action, nth, does });
  return job.step(inputs, {
    started: (step) => {
      child = step;
    },
  });
}
