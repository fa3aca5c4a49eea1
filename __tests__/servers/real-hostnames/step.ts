// Runs inside the bed (bed.sh): a step of the shipped action with no endpoint set, and what it left. Prints one line of JSON.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net, { type Socket } from 'node:net';
import { resolve } from 'node:path';
import { CloudFrontClient, CreateDistributionCommand, ListInvalidationsCommand } from '@aws-sdk/client-cloudfront';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import { startJob } from '../../../harness/runner.ts';
import { startSandbox } from '../../../sandbox/index.ts';

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

/** A company's proxy: the hosts that it was asked for. */
async function corporateProxy(): Promise<{ readonly asked: Set<string>; close(): void }> {
  const asked = new Set<string>();
  const sockets: Socket[] = [];
  const proxy = http.createServer().on('connect', ({ url = '' }, client: Socket) => {
    const [host = '', port] = url.split(':');
    asked.add(host);
    const onward = net.connect({ host, port: Number(port), family: 4 }, () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [client, onward]) socket.on('error', () => socket.destroy());
    sockets.push(client, onward);
  });
  await new Promise<void>((done) => proxy.listen(3128, '127.0.0.83', done));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  };
  return { asked, close };
}

/** Meanwhile what listens at a port is far: the first SYN of each connection is lost, and sent again after a second. */
async function far<T>(port: number, work: () => Promise<T>): Promise<T> {
  const rule =
    `INPUT -p tcp --syn -d 127.0.0.80/28 --dport ${port} -m hashlimit --hashlimit-name syn --hashlimit-mode srcport
    --hashlimit-upto 1/hour --hashlimit-burst 1 -j DROP`.split(/\s+/);
  execFileSync('iptables', ['-A', ...rule]);
  try {
    return await work();
  } finally {
    execFileSync('iptables', ['-D', ...rule]);
  }
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
  const step = await far(443, () =>
    job.step({
      'role-to-assume': RoleArn,
      images: 'oci:image => shop/web:1.0',
      's3-upload': 'site => s3://shop-site/',
      's3-verify-owner': 'off',
      'cloudfront-distribution': distribution,
      'cloudfront-paths': '/*',
      'ssm-parameters': '/shop/prod/db-url',
    }),
  );
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
  const proxy = await corporateProxy();
  const renewed = await far(3128, async () => {
    const signIn = await job.step(
      {
        'role-to-assume': RoleArn,
        'refresh-credentials': 'true',
        'http-proxy': 'http://proxy.corp.example:3128',
      },
      { env: { AWS_CA_BUNDLE: resolve('ca.pem'), NODE_EXTRA_CA_CERTS: '' } },
    );
    if (signIn.code !== 0) return signIn.log;
    const config = readFileSync(signIn.exported.AWS_CONFIG_FILE ?? '', 'utf8');
    const program = await job.run('sh', ['-c', /credential_process = (.*)/.exec(config)?.[1] ?? 'false']);
    return program.code === 0 ? Object.keys(JSON.parse(program.stdout)) : program.stderr;
  });
  proxy.close();
  const { InvalidationList } = await cloudfront.send(new ListInvalidationsCommand({ DistributionId: distribution }));
  const result = {
    code: step.code,
    log: step.log,
    exported: Object.keys(step.exported),
    page: await read('index.html'),
    script: await read('app.4f2a.js'),
    digest: { pushed: image.digest, pulled: pulled.stdout.trim() || pulled.stderr },
    proxied: { asked: [...proxy.asked].sort(), renewed },
    invalidations: InvalidationList?.Items?.length ?? 0,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
} finally {
  job.end();
  front.closeAllConnections();
  front.close();
  await sandbox.stop();
}
