// Runs inside the bed (bed.sh): a step of the shipped action with no endpoint set, and what it left. Prints one line of JSON.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { CloudFrontClient, CreateDistributionCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import { startJob } from '../../../harness/runner.ts';
import { startSandbox } from '../../../sandbox/index.ts';

// The hosts are far, from this program too.
net.setDefaultAutoSelectFamilyAttemptTimeout(2_500);
const region = 'eu-west-1';
const RoleArn = 'arn:aws:iam::111122223333:role/publish';

/** GitHub's token endpoint under its own name: TLS in front of the sandbox's. */
async function frontGithub(target: string): Promise<https.Server> {
  const front = https.createServer({ cert: readFileSync('host.pem'), key: readFileSync('host.key') }, (from, to) => {
    const onward = http.request(
      new URL(from.url ?? '/', target),
      { method: from.method, headers: from.headers },
      (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      },
    );
    from.pipe(onward);
  });
  await new Promise<void>((done) => front.listen(443, '127.0.0.82', done));
  return front;
}

/** moto tells accounts apart by the keys that its STS gave for a role of the account. */
async function motoAccount() {
  const sts = new STSClient({ region, credentials: { accessKeyId: 'any', secretAccessKey: 'any' } });
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'set-up' }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  const s3 = new S3Client({ region, credentials });
  await s3.send(
    new CreateBucketCommand({ Bucket: 'shop-site', CreateBucketConfiguration: { LocationConstraint: region } }),
  );
  await new ECRClient({ region, credentials }).send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
  await new SSMClient({ region, credentials }).send(
    new PutParameterCommand({ Name: '/shop/prod/db-url', Value: 'postgres://db.example', Type: 'SecureString' }),
  );
  const cloudfront = new CloudFrontClient({ region: 'us-east-1', credentials });
  const { Distribution } = await cloudfront.send(
    new CreateDistributionCommand({
      DistributionConfig: {
        CallerReference: 'bed',
        Comment: '',
        Enabled: true,
        DefaultCacheBehavior: { TargetOriginId: 'site', ViewerProtocolPolicy: 'redirect-to-https' },
        Origins: { Quantity: 1, Items: [{ Id: 'site', DomainName: `shop-site.s3.${region}.amazonaws.com` }] },
      },
    }),
  );
  return { s3, cloudfront, distribution: Distribution?.Id ?? '' };
}

const sandbox = await startSandbox();
const front = await frontGithub(sandbox.url);
const { s3, cloudfront, distribution } = await motoAccount();
const { AWS_ENDPOINT_URL: _, ...env } = sandbox.env('publish');
const layout = new LayoutBuilder();
const image = await layout.image(['one layer', 'and another']);
const job = startJob({
  env: {
    ...env,
    ACTIONS_ID_TOKEN_REQUEST_URL: env.ACTIONS_ID_TOKEN_REQUEST_URL!.replace(
      sandbox.url,
      'https://pipelines.actions.githubusercontent.com',
    ),
    NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS ?? '',
    SSL_CERT_FILE: process.env.SSL_CERT_FILE ?? '',
  },
  files: {
    ...below('image', layout.layout(image)),
    'site/index.html': '<title>Shop</title>',
    'site/app.4f2a.js': 'let shop;',
  },
  secrets: ['postgres://db.example'],
});
try {
  const step = await job.step({
    'role-to-assume': RoleArn,
    images: 'oci:image => shop/web:1.0',
    's3-upload': 'site => s3://shop-site/',
    's3-verify-owner': 'off',
    'cloudfront-distribution': distribution,
    'cloudfront-paths': '/*',
    'ssm-parameters': '/shop/prod/db-url',
  });
  const read = async (Key: string) =>
    s3.send(new GetObjectCommand({ Bucket: 'shop-site', Key })).then(
      async ({ Body, ContentType }) => ({ type: ContentType, text: await Body?.transformToString() }),
      (error: Error) => error.name,
    );
  const pulled = await job.run('skopeo', [
    'inspect',
    '--format',
    '{{.Digest}}',
    `docker://${step.outputs.registry}/shop/web:1.0`,
  ]);
  const { InvalidationList } = await cloudfront.send(new ListInvalidationsCommand({ DistributionId: distribution }));
  const result = {
    code: step.code,
    log: step.log,
    exported: Object.keys(step.exported),
    page: await read('index.html'),
    script: await read('app.4f2a.js'),
    digest: { pushed: image.digest, pulled: pulled.stdout.trim() || pulled.stderr },
    invalidations: InvalidationList?.Items?.length ?? 0,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  job.end();
  front.closeAllConnections();
  front.close();
  await sandbox.stop();
}
