import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { Refused } from '../../aws/client.ts';
import { allowing } from '../../aws/denied.ts';
import type { Statement } from '../../aws/policy.ts';
import { s3Client } from '../../aws/s3-client.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { ObjectSource } from '../line.ts';
import { isUploaded, ownFile, type Published } from '../published.ts';

/** An object that is there. */
export interface StoredObject {
  /** Without its quotes. */
  readonly etag: string;
  /** undefined in a bucket without versions. */
  readonly version: string | undefined;
  readonly bytes: number;
}

export interface FoundObject {
  /** What is there now; undefined: nothing yet, and this step uploads it. */
  readonly now: StoredObject | undefined;
  /** Whether this step uploads it, and has not yet. */
  readonly isLater: boolean;
}

/** @param isLater what this step uploads may not be there yet */
export async function findObject(
  { bucket, key }: ObjectSource,
  access: Access,
  { published, isLater }: { readonly published: Published; readonly isLater: boolean },
): Promise<FoundObject> {
  const comes = isLater && isUploaded(published, bucket, key);
  const s3 = s3Client(access);
  const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
  try {
    const head = await access.aws.call('s3:GetObject', (abortSignal) => s3.send(command, { abortSignal }));
    const version = head.VersionId && head.VersionId !== 'null' ? head.VersionId : undefined;
    const etag = (head.ETag ?? '').replaceAll('"', '');
    return { now: { etag, version, bytes: head.ContentLength ?? 0 }, isLater: comes };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    // Who may not list the bucket gets 403 for a key that is not there.
    if (comes && [403, 404].includes(thrown.status)) return { now: undefined, isLater: true };
    throw notFound(thrown, { bucket, key }, access);
  }
}

/** SHA-256 of an object in base64, as Lambda names the code that it got; read as a stream. */
export async function sha256Of(
  { bucket, key }: ObjectSource,
  access: Access,
  { version }: Pick<StoredObject, 'version'>,
): Promise<string> {
  const s3 = s3Client(access);
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(version ? { VersionId: version } : {}) });
  const action = version ? 's3:GetObjectVersion' : 's3:GetObject';
  const { sum } = await access.aws.call(
    action,
    async (abortSignal) => {
      const answer = await s3.send(command, { abortSignal });
      const hash = createHash('sha256');
      for await (const chunk of answer.Body as Readable) hash.update(chunk as Buffer);
      return { ...answer, sum: hash.digest('base64') };
    },
    { rules: { callMs: DOWNLOAD_MS } },
  );
  return sum;
}

/**
 * Another run may have written an object since this step uploaded it: what would be rolled out is not this step's.
 * @param sum of the object, where it is known
 * @throws Problem
 */
export async function checkOwn(
  source: ObjectSource,
  access: Access,
  { now, sum, published }: { readonly now: StoredObject; readonly sum?: string; readonly published: Published },
): Promise<void> {
  const file = ownFile(published, source.bucket, source.key);
  if (file === undefined) return;
  if (statSync(file).size === now.bytes) {
    if ((await hashOf(file, 'md5')).toString('hex') === now.etag) return;
    // Of what was uploaded in parts, or encrypted with a key of KMS, the ETag is something else.
    const there = sum ?? (await sha256Of(source, access, { version: undefined }));
    if ((await hashOf(file, 'sha256')).toString('base64') === there) return;
  }
  throw new Problem({
    what: 'the object is not what this step uploaded: somebody else has written it since',
    on: `s3://${source.bucket}/${source.key}`,
    why: 'two runs that upload to one key roll out whatever comes last',
    fix: 'run the job again; give each run a key of its own (github.sha), or a concurrency group',
  });
}

async function hashOf(file: string, algorithm: 'md5' | 'sha256'): Promise<Buffer> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest();
}

/** For a zip of 250 MB, the largest that Lambda takes, on a slow network. */
const DOWNLOAD_MS = 120_000;

export function objectPermissions(
  { bucket, key }: Pick<ObjectSource, 'bucket' | 'key'>,
  { partition }: Access['session'],
  { versions = false } = {},
): Statement {
  const actions = ['s3:GetObject', ...(versions ? ['s3:GetObjectVersion'] : [])];
  return { actions, resources: [`arn:${partition}:s3:::${bucket}/${key}`] };
}

function notFound(
  { status, details }: Refused,
  source: Pick<ObjectSource, 'bucket' | 'key'>,
  { session }: Access,
): Problem {
  const on = `s3://${source.bucket}/${source.key}`;
  if (status === 301 || status === 400) {
    return new Problem({
      what: 'the bucket is in another region',
      on,
      why: 'Lambda and CodeDeploy take what they roll out from a bucket of their own region',
      fix: "put the object into a bucket of the step's region, or set aws-region",
    });
  }
  return new Problem({
    what: status === 404 ? 'there is no such object' : details.what,
    on,
    // The answer to a HEAD has no body: for a 404 there is no more to say.
    why:
      status === 403
        ? 'it may not be there: without s3:ListBucket S3 answers 403 for that, too'
        : status === 404
          ? undefined
          : details.why,
    fix: `look at the bucket and the key; to upload it in this step, give it in s3-upload${status === 403 ? `; or ${allowing({ said: details.why, needed: [objectPermissions(source, session)] })}` : ''}`,
  });
}
