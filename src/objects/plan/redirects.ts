import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refused } from '../../aws/client.ts';
import { onFileSync } from '../../base/edge/files.ts';
import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { type FileState, stateOf } from '../../base/same-file.ts';
import type { Access } from '../../job.ts';
import type { ObjectsRequest } from '../request.ts';
import { fixedHeaders } from '../rules/headers.ts';
import { headObject, listOne } from '../s3/listing.ts';
import type { PlannedBucket, PlannedObject } from './plan.ts';
import { PlannedFile } from './planned-file.ts';

const HEADS_AT_ONCE = 32;

export interface PlannedRedirect {
  readonly object: PlannedFile;
  /** Milliseconds since 1970; 0 where it is not there, or cannot be seen. */
  readonly modified: number;
  /** Canonical id, where others than the bucket's owner may own objects. */
  readonly owner: string | undefined;
}

/**
 * Objects without content that a website of S3 answers with a redirect.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html
 * @throws Problem when a file of the release has the same key
 */
export async function planRedirects(
  request: ObjectsRequest,
  { aws, runner }: Access,
  {
    buckets,
    files,
  }: { readonly buckets: ReadonlyMap<string, PlannedBucket>; readonly files: readonly PlannedObject[] },
): Promise<readonly PlannedRedirect[]> {
  const { redirects } = request;
  if (redirects.length === 0) return [];
  const fixed = fixedHeaders(request);
  const file = emptyFile(runner);
  const wanted = new Map(redirects.map((redirect) => [`${redirect.bucket}/${redirect.key}`, redirect]));
  for (const { bucket, key } of files) {
    const same = wanted.get(`${bucket}/${key}`);
    if (!same) continue;
    throw new Problem({
      what: 'a file of s3-upload has the key of this redirect',
      on: `Input s3-redirects, line ${same.line}`,
      why: `s3://${bucket}/${key} can be only one of them`,
      fix: 'remove the redirect, or exclude the file',
    });
  }
  const planned: PlannedRedirect[] = [];
  await eachOf(redirects.entries(), HEADS_AT_ONCE, async ([at, { bucket: name, key, location }]) => {
    const bucket = buckets.get(name)!;
    const head = await headObject(aws, bucket, { key }).catch(unseen);
    const there = typeof head === 'object' && head.headers['x-amz-website-redirect-location'] === location;
    const isSame = there && head.size === 0;
    const listed =
      isSame && bucket.looksAtOwners ? await listOne(aws, bucket, { prefix: key, key, fetchOwner: true }) : undefined;
    const object = new PlannedFile(
      { place: { bucket: name, kind: 'file', prefix: key }, local: { ...file, name: key }, file },
      {
        headers: { ...fixed, 'content-type': 'text/html', 'x-amz-website-redirect-location': location },
        // What cannot be seen viewers may have been given.
        action: isSame ? 'unchanged' : head === 'missing' ? 'new' : 'changed',
        last: true,
      },
    );
    planned[at] = { object, modified: typeof head === 'object' ? head.modified : 0, owner: listed?.owner };
  });
  return planned;
}

function unseen(thrown: unknown): 'missing' | 'refused' {
  if (!(thrown instanceof Refused) || thrown.status >= 500) throw thrown;
  return thrown.status === 404 ? 'missing' : 'refused';
}

function emptyFile(runner: Access['runner']): FileState {
  const base = runner.env.RUNNER_TEMP ?? tmpdir();
  return onFileSync({ on: base, doing: 'written' }, () => {
    const folder = mkdtempSync(join(base, 'keyless-aws-redirects-'));
    runner.undoLater({ kind: 'folder', path: folder });
    const path = join(folder, 'empty');
    writeFileSync(path, '');
    return stateOf(path, statSync(path));
  });
}
