import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'dotenv';
import { ROLE } from '../../../harness/scene.ts';
import { scene } from './scene.ts';

const WANTED = '/shop/prod/db-url\n/shop/prod/log-level';
const VALUES = { DB_URL: 'postgres://shop:c0rrect-h0rse&battery@db.internal:5432/shop', LOG_LEVEL: 'info' };

test('the file is whole, 0600, and gone when the job ends', async () => {
  const { read, job } = await scene();
  const step = await read(WANTED, { 'ssm-env-file': '.env', 'ssm-export': 'none' });
  expect(step.errors).toEqual([]);
  const path = join(job.workspace, '.env');
  expect(step.outputs['ssm-env-file']).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(parse(readFileSync(path))).toEqual(VALUES);
  expect(step.exported).toEqual({});
  expect(readdirSync(job.workspace)).toEqual(['.env']);

  const post = await step.post();
  expect(post.code).toBe(0);
  expect(readdirSync(job.workspace)).toEqual([]);
});

test('a file of secrets that git would take along is told, and one that it ignores or without secrets is not', async () => {
  const { read, job } = await scene(
    {},
    { files: { '.git/HEAD': 'ref: refs/heads/main\n', '.gitignore': 'secret/\n' } },
  );
  mkdirSync(join(job.workspace, 'secret'));
  const told: readonly string[][] = [
    (await read(WANTED, { 'ssm-env-file': '.env' })).warnings.slice(),
    (await read(WANTED, { 'ssm-env-file': 'secret/.env' })).warnings.slice(),
    (await read('/shop/prod/log-level', { 'ssm-env-file': 'public.env' })).warnings.slice(),
    (await read(WANTED, { 'ssm-env-file': join(job.temp, '.env') })).warnings.slice(),
  ];
  expect(told).toEqual([[expect.stringContaining('and git does not ignore it')], [], [], []]);
});

test("the repository's own file is put back when the job ends, as it was", async () => {
  const { read, job } = await scene({}, { files: { '.env': 'PORT=3000\n' } });
  const path = join(job.workspace, '.env');
  chmodSync(path, 0o640);
  const first = await read(WANTED, { 'ssm-env-file': '.env', 'ssm-export': 'none' });
  expect(parse(readFileSync(path))).toEqual(VALUES);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const second = await read('ONLY=/shop/prod/log-level', { 'ssm-env-file': '.env', 'ssm-export': 'none' });
  expect(parse(readFileSync(path))).toEqual({ ONLY: 'info' });

  await second.post();
  expect(parse(readFileSync(path))).toEqual(VALUES);
  await first.post();
  expect(readFileSync(path, 'utf8')).toBe('PORT=3000\n');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(job.workspace)).toEqual(['.env']);
  expect(readdirSync(job.temp)).toEqual([]);
});

test("names with dots, as Spring's are, go into a docker file: spelled by a line, or by a stored file", async () => {
  const parameters = {
    '/s/url': 'jdbc:postgresql://db/shop',
    '/s/more': 'spring.datasource.password=p#1 $x\nserver.port=8443\n',
  };
  const { read, job } = await scene({ parameters });
  const inputs = { 'ssm-export': 'none', 'ssm-env-file': 'app.env' };
  const lines = 'spring.datasource.url=/s/url\n/s/more as docker';
  const step = await read(lines, { ...inputs, 'ssm-env-file-format': 'docker' });
  expect(step.errors).toEqual([]);
  expect(readFileSync(join(job.workspace, 'app.env'), 'utf8')).toBe(
    'spring.datasource.url=jdbc:postgresql://db/shop\nspring.datasource.password=p#1 $x\nserver.port=8443\n',
  );
  expect((await read(lines, { ...inputs, 'ssm-env-file-format': 'shell' })).errors).toEqual(
    Array(3).fill(expect.stringContaining('names with dots go into a file alone')),
  );
});

test('readers that understand a value otherwise are told by name, and no value is', async () => {
  const parameters = { '/p/one': 'pa$$word-$HOME', '/p/two': 'plain-w0rd', '/p/three': "it's 5$ \\\\ {x}" };
  const { read } = await scene({ parameters });
  const inputs = { 'ssm-env-file': 'x.env' };
  const compose = await read('/p/', { ...inputs, 'ssm-env-file-format': 'compose' });
  expect([compose.errors, compose.notices]).toEqual([[], []]);
  expect(compose.warnings).toEqual([
    expect.stringMatching(/^Compose 2 reads THREE right from .*x\.env, but docker-compose 1 does not/),
  ]);
  const portable = await read('/p/one\n/p/two', { 'ssm-env-file': 'y.env' });
  expect([portable.errors, portable.warnings]).toEqual([[], []]);
  expect(portable.notices).toEqual([
    expect.stringMatching(/^Next, Vite, bun and python-dotenv would read ONE otherwise from .*y\.env/),
  ]);
});

test('the home folder is what ~ means', async () => {
  const { read, job } = await scene();
  const step = await read(WANTED, { 'ssm-env-file': '~/shop.env', 'ssm-export': 'none' });
  expect(step.outputs['ssm-env-file']).toBe(join(job.env.HOME ?? '', 'shop.env'));
});

test('the file is kept when asked to be', async () => {
  const { read, job } = await scene();
  const step = await read(WANTED, { 'ssm-env-file': 'shop.env', 'ssm-env-file-keep': 'true' });
  expect(step.exported).toEqual(VALUES);
  await step.post();
  expect(parse(readFileSync(join(job.workspace, 'shop.env')))).toEqual(VALUES);
});

test('no folder is published with the file in it, in the same step or a later one; the file itself is', async () => {
  const { step, sandbox } = await scene({}, { files: { 'site/index.html': 'x' } });
  const writing = { 'role-to-assume': ROLE, 'ssm-parameters': WANTED, 'ssm-env-file': 'site/prod.txt' };
  const uploading = { 'role-to-assume': ROLE, 's3-upload': 'site => s3://shop-site' };
  const both = await step({ ...writing, ...uploading });
  expect(both.errors.join()).toContain('site/prod.txt: the folder has a file in it that ssm-env-file writes');
  const first = await step(writing);
  expect(first.errors).toEqual([]);
  expect((await step(uploading)).errors.join()).toContain('the folder has a file in it that ssm-env-file writes');
  expect(sandbox.log.of('s3', 'PutObject')).toEqual([]);
  const named = await step({
    ...uploading,
    's3-upload': 'site => s3://shop-site\n!prod.txt\nsite/prod.txt => s3://shop-site/',
  });
  expect([named.code, sandbox.log.of('s3', 'PutObject').length]).toEqual([0, 2]);
  await first.post();
  expect((await step(uploading)).errors).toEqual([]);
});

test('a shell reads what is written for it, and the file can be anywhere', async () => {
  const { read, job } = await scene({ parameters: { '/x': 'it\'s $HOME "and" more\n' } });
  const path = join(job.temp, 'shell.env');
  const step = await read('X=/x', { 'ssm-env-file': path, 'ssm-env-file-format': 'shell', 'ssm-export': 'none' });
  expect(step.errors).toEqual([]);
  const { stdout } = await job.run('sh', ['-c', `set -a; . "${path}"; printf '%s|' "$X"`]);
  expect(stdout).toBe('it\'s $HOME "and" more\n|');
});

describe('a failure leaves what was there', () => {
  test('an earlier file, when a parameter is missing', async () => {
    const { read, job } = await scene({}, { files: { '.env': 'OLD=1\n' } });
    const step = await read(`${WANTED}\n/shop/none`, { 'ssm-env-file': '.env' });
    expect(step.code).toBe(1);
    await step.post();
    expect(readFileSync(join(job.workspace, '.env'), 'utf8')).toBe('OLD=1\n');
  });

  test('nothing, when a value cannot be written in the dialect', async () => {
    const { read, job } = await scene({ parameters: { '/x': `it's "q"\nand more`, '/y': 'C:\\dir\\' } });
    const step = await read('X=/x\nY=/y', { 'ssm-env-file': '.env' });
    expect(step.errors).toEqual([
      expect.stringMatching(
        /^X \(from \/x\): its value cannot be written in a portable file.*one that can: compose, node, shell$/s,
      ),
      expect.stringMatching(/^Y \(from \/y\): .*one that can: compose, docker, node, shell$/s),
    ]);
    expect(step.exported).toEqual({});
    expect(existsSync(join(job.workspace, '.env'))).toBe(false);
  });

  test('nothing, when a folder on its way became a link after the plan', async () => {
    const { read, job } = await scene();
    const [folder, elsewhere] = [join(job.workspace, 'out'), join(job.temp, 'elsewhere')];
    mkdirSync(folder);
    mkdirSync(elsewhere);
    const swap = () => {
      if (lstatSync(folder).isSymbolicLink()) return;
      rmdirSync(folder);
      symlinkSync(elsewhere, folder);
    };
    const step = await read(WANTED, { 'ssm-env-file': 'out/.env' }, { printed: swap });
    expect(step.errors).toEqual([expect.stringContaining(`${folder} is a symlink, which is not followed`)]);
    expect(step.exported).toEqual({});
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('nothing half, when the file cannot be put in its place', async () => {
    const { read, job } = await scene();
    const folder = join(job.workspace, 'out');
    mkdirSync(folder);
    // A folder at the file's place appears after the check: the rename fails.
    const step = await read(
      WANTED,
      { 'ssm-env-file': 'out/.env' },
      { printed: () => mkdirSync(join(folder, '.env'), { recursive: true }) },
    );
    expect(step.code).toBe(1);
    expect(step.exported).toEqual({});
    expect(readdirSync(folder)).toEqual(['.env']);
    expect(lstatSync(join(folder, '.env')).isDirectory()).toBe(true);
  });
});

describe('a place that is refused before anything is read', () => {
  test.each<[string, string, (workspace: string) => void, string]>([
    ['no folder', 'none/.env', () => {}, 'none is not a folder'],
    ['a file for a folder', 'file/.env', (at) => writeFileSync(join(at, 'file'), ''), 'file is not a folder'],
    [
      'a symlink at its place',
      '.env',
      (at) => symlinkSync('/tmp/elsewhere', join(at, '.env')),
      '.env is a symlink, which is not followed',
    ],
    [
      'a folder that is a symlink',
      'config/.env',
      (at) => symlinkSync('/tmp', join(at, 'config')),
      'config is a symlink',
    ],
    [
      'a folder at its place',
      '.env',
      (at) => mkdirSync(join(at, '.env')),
      'something that is not a file is there already',
    ],
  ])('%s', async (_, path, prepare, message) => {
    const { read, job, sandbox } = await scene();
    prepare(job.workspace);
    const step = await read(WANTED, { 'ssm-env-file': path });
    expect(step.errors).toEqual([expect.stringContaining(message)]);
    expect(step.errors[0]).toMatch(/^Input ssm-env-file: /);
    expect(step.exported).toEqual({});
    expect(sandbox.log.of('ssm')).toEqual([]);
  });

  // Root may write anywhere.
  (process.getuid?.() === 0 ? test.skip : test)('a folder that cannot be written to', async () => {
    const { read, job } = await scene();
    mkdirSync(join(job.workspace, 'locked'));
    chmodSync(join(job.workspace, 'locked'), 0o500);
    const step = await read(WANTED, { 'ssm-env-file': 'locked/.env' });
    expect(step.errors).toEqual([expect.stringContaining('locked cannot be written to')]);
  });
});
