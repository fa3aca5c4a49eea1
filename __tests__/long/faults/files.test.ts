import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { ROOT } from '../../../harness/action.ts';
import { gzipDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { below, type Files, LayoutBuilder, tarOf } from '../../../harness/image.ts';
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

const listFile = () => join(folder, `opened-${ends.length}`);

/** The environment with which the files that the action opens are listed. */
function preloaded(): Record<string, string> {
  writeFileSync(listFile(), '');
  return { OPENED_LIST: listFile(), NODE_OPTIONS: `--require ${join(ROOT, 'harness/faults/opened.cjs')}` };
}

async function scene(files?: Files): Promise<{ job: Job; sandbox: Sandbox }> {
  const sandbox = await startSandbox();
  const job = startJob({ files: files ?? (await WHOLE.files()), env: sandbox.env(), secrets: sandbox.secrets });
  ends.push(sandbox.stop, job.end);
  return { job, sandbox };
}

/** What a step opens to read in the workspace and the home, as often as it does, below the folder of the job. */
async function openedBy(inputs: Readonly<Record<string, string>>, files?: Files): Promise<string[]> {
  const { job } = await scene(files);
  const { errors } = await job.step(inputs, { env: preloaded() });
  expect(errors).toEqual([]);
  const list = listFile();
  const base = join(job.workspace, '..');
  const paths = readFileSync(list, 'utf8').split('\n');
  const below = paths.flatMap((path) => (path.startsWith(base) ? [path.slice(base.length + 1)] : []));
  return below.filter((path) => /^(workspace|home)\//.test(path));
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
  const paths = [...new Set(await openedBy(WHOLE.inputs))];
  expect(paths.length).toBeGreaterThan(8);
  await atMost(4, paths, async (path) => {
    const { job } = await scene();
    pipe(join(job.workspace, '..', path));
    expectEnded(await job.step({ ...WHOLE.inputs, ...SOON }), path);
  });
}, 300_000);

const SWAPPED = {
  'role-to-assume': ROLE,
  images: 'oci:image => shop:1\ndocker-archive:saved.tar => shop:2\noci-archive:packed.tar.gz => shop:3',
  's3-upload': 'site => s3://shop-artifacts',
  's3-compress': '*.css => br\n*.txt => gzip',
  's3-content-encoding': '*.svgz => gzip',
};

test('what a link brings into the place of a file after the plan has looked at it is not read', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one layer', 'and another'], { compressed: false });
  const parts = layout.layout(image);
  const files: Files = {
    ...below('image', parts),
    'saved.tar': await gzipDockerSave(await savedImage(['a layer'])),
    'packed.tar.gz': gzipSync(await tarOf(parts)),
    'site/film.html': Buffer.alloc((16 << 20) + 1, 'film'),
    'site/page.html': Buffer.from('<p>page'),
    'site/style.css': Buffer.alloc(2_000, 'h1 { color: teal }\n'),
    'site/robots.txt': Buffer.alloc(2_000, 'User-agent: *\n'),
    'site/map.svgz': gzipSync('<svg/>'),
  };
  // The workflow's own file is looked for as well, and is not there.
  const paths = (await openedBy(SWAPPED, files)).filter((path) => path.replace(/^workspace\//, '') in files);
  expect(new Set(paths).size).toBeGreaterThan(9);
  const runs = paths.map((path, at) => ({ path, nth: paths.slice(0, at + 1).filter((it) => it === path).length }));
  const swapped = await atMost(4, runs, async ({ path, nth }) => {
    const { job } = await scene(files);
    const file = join(job.workspace, '..', path);
    const secret = join(job.env.HOME ?? '', 'secret');
    writeFileSync(secret, readFileSync(file));
    // As alike as a build makes them that sets the times of all its files; the time of a read is noted in an old one.
    for (const each of [file, secret]) utimesSync(each, 1_000, 1_600_000_000);
    const swap = { SWAP_FILE: file, SWAP_NTH: String(nth), SWAP_TO: secret };
    const { code, errors } = await job.step(SWAPPED, { env: { ...preloaded(), ...swap } });
    const wasRead = statSync(secret).atimeMs !== 1_000_000;
    if (lstatSync(file).isSymbolicLink()) expect([path, nth, code, errors.length > 0]).toEqual([path, nth, 1, true]);
    expect([path, nth, wasRead]).toEqual([path, nth, false]);
    readFileSync(secret);
    // Or the disk does not keep the times of reads, and nothing was tested.
    expect(statSync(secret).atimeMs).not.toBe(1_000_000);
    return lstatSync(file).isSymbolicLink();
  });
  // A file that threads of their own open, or one that another open has closed, may not be opened so often again.
  expect(swapped.filter(Boolean).length).toBeGreaterThan(paths.length / 2);
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
  ['a token file of the environment', { 'credentials-source': 'token-file' }, { AWS_WEB_IDENTITY_TOKEN_FILE: 'pipe' }],
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
