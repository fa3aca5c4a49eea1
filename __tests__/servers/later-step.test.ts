import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from '@jest/globals';
import { type Job, startJob } from '../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/publish/gha-7000000001-1-shop';

let open: { sandbox: Sandbox; job: Job } | undefined;

afterEach(async () => {
  open?.job.end();
  await open?.sandbox.stop();
});

async function signedIn(inputs: Record<string, string>) {
  const sandbox = await startSandbox();
  const job = startJob({ env: sandbox.env(), secrets: sandbox.secrets });
  open = { sandbox, job };
  const { code, errors } = await job.step({ 'role-to-assume': ROLE, ...inputs });
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  return { sandbox, job };
}

const CALLER = 'import boto3; print(boto3.client("sts").get_caller_identity()["Arn"])';
const UPLOAD = 'import boto3; boto3.client("s3").put_object(Bucket="shop-artifacts", Key="a", Body=b"x")';

/** Programs that a machine may lack: .ci/run's has them all. */
const lacks = (command: string, ...args: string[]) => spawnSync(command, args).status !== 0;
const LACKING = { aws: lacks('aws', '--version'), boto3: lacks('python3', '-c', 'import boto3') };

/** How the credentials reach the step, and who uses them there. */
test.each<[keyof typeof LACKING, Record<string, string>, string, string[]]>([
  ['aws', {}, 'aws', ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text']],
  [
    'aws',
    { 'refresh-credentials': 'true' },
    'aws',
    ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'],
  ],
  ['boto3', {}, 'python3', ['-c', CALLER]],
  ['boto3', { 'refresh-credentials': 'true' }, 'python3', ['-c', CALLER]],
  ['boto3', { 'aws-profile': 'shop', 'output-env-credentials': 'true' }, 'python3', ['-c', CALLER]],
])('%s in a later step with %j', async (who, inputs, command, args) => {
  if (LACKING[who]) return;
  const { job } = await signedIn(inputs);
  const { code, stdout, stderr } = await job.run(command, args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim()).toBe(SESSION);
});

test('the JavaScript SDK in a later step renews by the profile once the session has ended', async () => {
  const { sandbox, job } = await signedIn({ 'refresh-credentials': 'true' });
  const root = new URL('../../', import.meta.url).pathname;
  const script = `import { STSClient, GetCallerIdentityCommand } from '${root}node_modules/@aws-sdk/client-sts/dist-cjs/index.js';
    console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);`;
  const node = [process.execPath, ['--input-type=module', '-e', script]] as const;
  expect((await job.run(...node)).stdout.trim()).toBe(SESSION);
  sandbox.clock.advance(2 * 3600_000);
  expect((await job.run(...node)).stdout.trim()).toBe(SESSION);
});

test('s3cmd uploads in a later step, as the role', async () => {
  const { sandbox, job } = await signedIn({});
  const host = new URL(sandbox.url).host;
  // s3cmd reads AWS_ACCESS_KEY_ID and its fellows itself.
  const s3cmd = ['--config=/dev/null', `--host=${host}`, `--host-bucket=${host}`, '--no-ssl', '--region=eu-west-1'];
  await job.run('sh', ['-c', 'printf hello > page']);
  const { code, stderr } = await job.run('s3cmd', [...s3cmd, 'put', 'page', 's3://shop-artifacts/page']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(sandbox.log.of('s3', 'PutObject')[0]).toMatchObject({ caller: SESSION, status: 200 });
});

test('boto3 uploads in a later step, as the role', async () => {
  if (LACKING.boto3) return;
  const { sandbox, job } = await signedIn({});
  expect((await job.run('python3', ['-c', UPLOAD])).stderr).toBe('');
  expect(sandbox.log.of('s3', 'PutObject')[0]).toMatchObject({ caller: SESSION, status: 200 });
});
