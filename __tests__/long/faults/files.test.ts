import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { ROOT } from '../../../harness/action.ts';
import { type Job, type StepResult, startJob } from '../../../harness/runner.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import { atMost } from '../../../src/base/parallel.ts';
import { WHOLE } from './step.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const SOON = { 'action-timeout-s': '4', 'retry-max-attempts': '1' };

const folder = mkdtempSync(join(tmpdir(), 'keyless-opened-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function scene(): Promise<{ job: Job; sandbox: Sandbox }> {
  const sandbox = await startSandbox();
  const job = startJob({ files: await WHOLE.files(), env: sandbox.env(), secrets: sandbox.secrets });
  ends.push(sandbox.stop, job.end);
  return { job, sandbox };
}

/** Everything below the job's folders that a step opens to read, from the workspace and the home. */
async function openedBy(inputs: Readonly<Record<string, string>>): Promise<string[]> {
  const { job } = await scene();
  const list = join(folder, `opened-${ends.length}`);
  writeFileSync(list, '');
  const preload = `--require ${join(ROOT, 'harness/faults/opened.cjs')}`;
  const { errors } = await job.step(inputs, { env: { OPENED_LIST: list, NODE_OPTIONS: preload } });
  expect(errors).toEqual([]);
  const base = join(job.workspace, '..');
  const paths = readFileSync(list, 'utf8').split('\n');
  const below = paths.flatMap((path) => (path.startsWith(base) ? [path.slice(base.length + 1)] : []));
  return [...new Set(below)].filter((path) => /^(workspace|home)\//.test(path));
}

/** A pipe that nobody writes to, in the place of a file. */
function pipe(path: string): void {
  rmSync(path, { force: true });
  execFileSync('mkdir', ['-p', join(path, '..')]);
  execFileSync('mkfifo', [path]);
}

/** Ended by itself: by its own exit, or by what it does to a process whose threads the file system holds. */
function expectEnded({ code, errors }: StepResult, what: string): void {
  expect([what, code === 0 || errors.length > 0 ? 'ended' : `ended with ${code} and no error`]).toEqual([
    what,
    'ended',
  ]);
}

test('a step ends with a pipe in the place of any file that it opens', async () => {
  const paths = await openedBy(WHOLE.inputs);
  expect(paths.length).toBeGreaterThan(8);
  await atMost(4, paths, async (path) => {
    const { job } = await scene();
    pipe(join(job.workspace, '..', path));
    expectEnded(await job.step({ ...WHOLE.inputs, ...SOON }), path);
  });
}, 300_000);

const CONTEXT = createHash('sha256').update('x').digest('hex');
const SHARED = { AWS_SHARED_CREDENTIALS_FILE: 'pipe' };
const CONTAINER = {
  AWS_CONTAINER_CREDENTIALS_FULL_URI: '=http://127.0.0.1:9/',
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: 'pipe',
};

// A path below the workspace, or after `=` a value as it is.
test.each<[string, Record<string, string>, Record<string, string>]>([
  ['a token file', { 'web-identity-token-file': 'pipe' }, {}],
  ['an oci-archive', { images: 'oci-archive:pipe => shop:1' }, {}],
  ['a docker-archive', { images: 'docker-archive:pipe => shop:1' }, {}],
  ['an image without a prefix', { images: 'pipe => shop:1' }, {}],
  ['LOCAL', { 's3-upload': 'pipe => s3://shop-artifacts/x' }, {}],
  ['the env file', { 'ssm-parameters': 'LEVEL=/shop/prod/log-level', 'ssm-env-file': 'pipe' }, {}],
  ["Docker's config", { 'ecr-login': 'true' }, { DOCKER_CONFIG: 'docker' }],
  ["Docker's config, for its daemon", { images: 'docker:shop => shop:1' }, { DOCKER_CONFIG: 'docker' }],
  ["a Docker context's file", { images: 'docker:shop => shop:1' }, { DOCKER_CONFIG: 'docker', DOCKER_CONTEXT: '=x' }],
  [
    'the certificate of a Docker daemon',
    { images: 'docker:shop => shop:1' },
    { DOCKER_CERT_PATH: 'docker', DOCKER_TLS_VERIFY: '=1', DOCKER_HOST: '=tcp://127.0.0.1:9' },
  ],
  ["the token file of the container's agent", { 'role-to-assume': '', 'credentials-source': 'ambient' }, CONTAINER],
  ['the credentials file', { 'role-to-assume': '', 'credentials-source': 'ambient' }, SHARED],
  ['the config file', { 'role-to-assume': '', 'credentials-source': 'ambient' }, { AWS_CONFIG_FILE: 'pipe' }],
  ['the credentials file that a profile is written to', { 'aws-profile': 'shop' }, SHARED],
  [
    "the event's file",
    { 'credentials-source': 'github-oidc' },
    { GITHUB_EVENT_PATH: 'pipe', ACTIONS_ID_TOKEN_REQUEST_URL: '' },
  ],
])(
  'a pipe as %s is told, at once',
  async (_what, inputs, env) => {
    const { job } = await scene();
    pipe(join(job.workspace, 'pipe'));
    for (const name of ['config.json', 'ca.pem', `contexts/meta/${CONTEXT}/meta.json`]) {
      pipe(join(job.workspace, 'docker', name));
    }
    const absolute = Object.entries(env).map(([name, value]) => [
      name,
      value.startsWith('=') ? value.slice(1) : value && join(job.workspace, value),
    ]);
    const result = await job.step({ 'role-to-assume': ROLE, ...inputs }, { env: Object.fromEntries(absolute) });
    expect(result.code).toBe(1);
    expect(result.errors).not.toEqual([]);
    expect(result.log).not.toContain('a bug of the action');
  },
  60_000,
);
