// Runs inside the bed (bed.sh): steps of the shipped action on machines that are told by their addresses. Prints one line of JSON.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { type Job, type StepResult, startJob } from '../../../harness/runner.ts';
import { startSandbox } from '../../../sandbox/index.ts';

const DEPLOY = 'arn:aws:iam::444455556666:role/deploy';
const sandbox = await startSandbox();
const { AWS_EC2_METADATA_SERVICE_ENDPOINT: _, ...env } = sandbox.env('no-permission');
const { AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken = '' } = sandbox.containerEnv();

/** What stands before the sandbox at an address: it may be down, late, or say something else for a while. */
type Mood = { kind: 'well' } | { kind: 'late'; ms: number } | { kind: 'says'; status: number; body: string };
let mood: Mood = { kind: 'well' };

function front(address: string, port: number, path: (asked: string) => string): Promise<http.Server> {
  const server = http.createServer((from, to) => {
    if (mood.kind === 'says') return to.writeHead(mood.status).end(mood.body);
    const onward = () => {
      const url = new URL(path(from.url ?? '/'), sandbox.url);
      const ask = http.request(url, { method: from.method, headers: from.headers }, (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      });
      from.pipe(ask);
    };
    setTimeout(onward, mood.kind === 'late' ? mood.ms : 0);
    return undefined;
  });
  return new Promise((resolve) => server.listen(port, address, () => resolve(server)));
}

const same = (path: string) => path;
const servers = [
  await front('169.254.169.254', 80, same),
  await front('169.254.170.2', 80, () => '/container/v1/credentials'),
  await front('169.254.170.23', 80, () => '/container/v1/credentials'),
  await front('fd00:ec2::23', 80, () => '/container/v1/credentials'),
  await front('127.0.0.90', 4430, same),
];

async function machine(
  variables: Record<string, string>,
  inputs: Record<string, string>,
  during: (job: Job) => void = () => {},
) {
  const job = startJob({ env: { ...env, AWS_EC2_METADATA_DISABLED: 'false', ...variables }, secrets: sandbox.secrets });
  try {
    writeFileSync(join(job.workspace, 'token'), containerToken);
    during(job);
    return told(await job.step(inputs), job);
  } finally {
    mood = { kind: 'well' };
    job.end();
  }
}

function told({ code, outputs, exported, errors, log }: StepResult, job: Job) {
  const seen = errors.join('\n').replaceAll(job.workspace, '.');
  return { code, arn: outputs['authenticated-arn'] ?? '', exported: Object.keys(exported), errors: seen, log };
}

/** Pod Identity's variables, as EKS sets them. */
const pod = (host: string, file = 'token') => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${host}/v1/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
});

const results = {
  outage: await machine({}, {}, () => {
    mood = { kind: 'says', status: 500, body: '' };
    setTimeout(() => {
      mood = { kind: 'well' };
    }, 8_000);
  }),
  late: await machine({}, {}, () => {
    mood = { kind: 'late', ms: 1_600 };
  }),
  podIdentity: await machine(pod('169.254.170.23'), {}),
  podIdentityIpv6: await machine(pod('[fd00:ec2::23]'), { 'role-to-assume': DEPLOY }),
  ecs: await machine(
    { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x', AWS_CONTAINER_AUTHORIZATION_TOKEN: containerToken },
    {},
  ),
  podIdentityRefuses: await machine(pod('169.254.170.23'), { 'role-to-assume': DEPLOY }, () => {
    mood = { kind: 'says', status: 400, body: '{"code":"InvalidParameter","message":"no association for this pod"}' };
  }),
  tokenFileMissing: await machine(pod('169.254.170.23', 'absent'), { 'role-to-assume': DEPLOY }),
  far: await machine(pod('169.254.170.23'), {
    'role-to-assume': DEPLOY,
    'sts-endpoint': 'http://far.example:4430',
    'plain-http-hosts': 'far.example:4430',
    'disable-retry': 'true',
  }),
  mounted: await mountedConfig(),
};

/** A config file that is a mount of its own cannot be replaced, only written. */
async function mountedConfig() {
  const job = startJob({ env: { ...env, ...pod('169.254.170.23'), AWS_EC2_METADATA_DISABLED: 'true' } });
  const config = join(job.env.HOME ?? '', '.aws/config');
  mkdirSync(join(config, '..'));
  writeFileSync(join(job.workspace, 'token'), containerToken);
  writeFileSync(join(job.workspace, 'mounted'), '[default]\noutput = json\n');
  writeFileSync(config, '');
  execFileSync('mount', ['--bind', join(job.workspace, 'mounted'), config]);
  try {
    const step = await job.step({ 'role-to-assume': DEPLOY, 'aws-profile': 'shop' });
    const during = readFileSync(config, 'utf8').includes('[profile shop]');
    await step.post();
    return { ...told(step, job), during, after: readFileSync(config, 'utf8') };
  } finally {
    execFileSync('umount', [config]);
    job.end();
  }
}

for (const server of servers) server.close();
await sandbox.stop();
process.stdout.write(`${JSON.stringify(results)}\n`);
