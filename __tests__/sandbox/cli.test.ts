import { spawn, spawnSync } from 'node:child_process';
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, test } from '@jest/globals';

test('npm run sandbox prints what to export, serves, and ends on SIGINT', async () => {
  const root = new URL('../../', import.meta.url).pathname;
  const child = spawn(process.execPath, ['sandbox/cli.ts', 'production'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('close', done));
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await new Promise<void>((listening) =>
    child.stderr.on('data', (text) => String(text).includes('listens') && listening()),
  );
  const env = Object.fromEntries(
    [...printed.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]),
  );
  expect(env).toMatchObject({ AWS_REGION: 'eu-west-1', GITHUB_JOB: 'production' });
  const headers = { authorization: `Bearer ${env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` };
  const answer = await fetch(`${env.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=a`, { headers });
  expect(answer.status).toBe(200);
  expect(env).toMatchObject({ AWS_DEFAULT_REGION: 'eu-west-1' });
  const credentials = {
    accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: env.AWS_SESSION_TOKEN ?? '',
  };
  const how = { endpoint: env.AWS_ENDPOINT_URL ?? '', region: 'eu-west-1', credentials };
  // What a newcomer looks at with the aws CLI.
  const s3 = new S3Client({ ...how, forcePathStyle: true });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.length).toBeGreaterThan(0);
  await s3.send(new PutObjectCommand({ Bucket: 'shop-artifacts', Key: 'a', Body: 'a' }));
  await s3.send(new PutObjectCommand({ Bucket: 'shop-artifacts', Key: 'folder/b', Body: 'b' }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'shop-artifacts', Delimiter: '/' }));
  expect(listed.CommonPrefixes).toEqual([{ Prefix: 'folder/' }]);
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['a']);
  const ssm = new SSMClient(how);
  const Name = '/shop/prod/new';
  await ssm.send(new PutParameterCommand({ Name, Value: 'x', Type: 'String' }));
  await ssm.send(new PutParameterCommand({ Name, Value: 'y', Overwrite: true }));
  expect((await ssm.send(new GetParameterCommand({ Name }))).Parameter).toMatchObject({ Value: 'y', Version: 2 });
  const ecr = new ECRClient(how);
  expect((await ecr.send(new DescribeImagesCommand({ repositoryName: 'shop' }))).imageDetails).toEqual([]);
  for (const client of [s3, ssm, ecr]) client.destroy();
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test("npm run sandbox:step runs a step of one's own", () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/step.ts', ...args], {
      cwd: new URL('../../', import.meta.url).pathname,
      encoding: 'utf8',
    });
  const { status, stdout } = run('--with', 'ssm-parameters=/shop/prod/db-url');
  expect(stdout).toContain('DB_URL');
  expect(stdout).toContain('## ✅ Keyless AWS');
  expect(status).toBe(0);
  const wrong = run('--with', 'ssm-parameter=/shop/prod/db-url');
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('action.yml has no input ssm-parameter\nusage:'),
  ]);
});
