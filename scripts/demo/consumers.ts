// What those who need the result of a step do with it: with the SDK and plain HTTP, never with the action's own code.
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { puller } from '../../harness/puller.ts';
import type { Job, StepResult } from '../../harness/runner.ts';
import type { Sandbox } from '../../sandbox/index.ts';

type Say = (line: string) => void;

/** Lists the bucket and reads every object, as a role of the account that owns the bucket. */
export async function readAsOwner(
  sandbox: Sandbox,
  { bucket, expected }: { bucket: string; expected: Readonly<Record<string, Buffer>> },
  say: Say,
): Promise<void> {
  const credentials = sandbox.signInAs('arn:aws:iam::444455556666:role/owner');
  const s3 = new S3Client({ endpoint: sandbox.url, region: 'eu-west-1', credentials, forcePathStyle: true });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  for (const { Key = '' } of Contents) {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const content = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    if (!expected[Key]?.equals(content)) throw new Error(`${Key} is not what was uploaded`);
    say(`${Key.padEnd(26)} ${String(content.length).padStart(5)} B  ${object.ContentType}; ${object.CacheControl}`);
  }
  if (Contents.length !== Object.keys(expected).length) throw new Error('an object is missing');
}

/** Pulls the image as a container engine does: token, manifest, config and layers, each compared with its digest. */
export async function pull(
  sandbox: Sandbox,
  { repository, tag, reference }: { repository: string; tag: string; reference: string },
  say: Say,
): Promise<void> {
  const [digest] = await (await puller(sandbox)).pull(repository, tag);
  if (!reference.endsWith(`@${digest}`)) throw new Error(`${tag} is ${digest}, and image-reference ${reference}`);
  say(`${repository}:${tag} is ${digest}; every blob has the digest that it should have`);
}

/** Runs a program with the environment that a `run:` step gets after the step. */
export async function runLaterStep(job: Job, step: StepResult, say: Say): Promise<void> {
  const names = Object.keys(step.exported).sort();
  const script = 'for (const n of process.argv.slice(1)) console.log(n + ": " + process.env[n].length + " characters")';
  const { stdout } = await job.run(process.execPath, ['-e', script, ...names]);
  for (const line of stdout.trim().split('\n')) say(line);
}
