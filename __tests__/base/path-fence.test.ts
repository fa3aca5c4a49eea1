import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Fence, fenced, wayOf } from '../../src/base/path-fence.ts';

let base: string;
let fence: Fence;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'keyless-fence-'));
  const folders = [
    'work/site/img',
    'work/.git',
    'work/sub/.git',
    'work/upper/.GIT',
    'temp/build',
    'temp/_runner_file_commands',
    'home/.aws',
    'bazel/bin',
    'work2',
  ];
  for (const folder of folders) mkdirSync(join(base, folder), { recursive: true });
  for (const file of [
    'work/site/a.html',
    'work/.git/config',
    'work/sub/.git/config',
    'home/.aws/credentials',
    'temp/build/b',
    'bazel/bin/i.tar',
    'work2/x',
  ]) {
    writeFileSync(join(base, file), 'x');
  }
  const links: Record<string, string> = {
    'work/home': '../home',
    'work/file': '../home/.aws/credentials',
    'work/again': 'home',
    'work/beside': '../work2',
    'work/git': '.git',
    'work/config': 'sub/.git/config',
    'work/good': 'site',
    'work/out': '../temp/build',
    'work/commands': '../temp/_runner_file_commands',
    'work/temp': '../temp',
    'work/to-temp': 'temp',
    'work/git-in-capitals': 'upper/.GIT',
    'work/circle': 'circle',
    'work/nowhere': 'none',
    'work/bazel-bin': '../bazel/bin',
    entry: 'work',
  };
  for (const [link, to] of Object.entries(links)) symlinkSync(to, join(base, link));
  execFileSync('mkfifo', [join(base, 'work/pipe')]);
  fence = { workspace: join(base, 'work'), temp: join(base, 'temp') };
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

test.each<[string, string]>([
  ['site', 'inside'],
  ['site/../site/a.html', 'inside'],
  ['.', 'inside'],
  ['good', 'inside'],
  ['good/img', 'inside'],
  ['out', 'inside'],
  ['out/b', 'inside'],
  ['home', 'outside'],
  ['home/.aws', 'outside'],
  ['file', 'outside'],
  ['again/.aws/credentials', 'outside'],
  ['beside', 'outside'],
  ['commands', 'outside'],
  ['temp', 'outside'],
  ['to-temp', 'outside'],
  ['temp/build', 'inside'],
  ['temp/_runner_file_commands', 'outside'],
  ['git-in-capitals', 'git'],
  ['bazel-bin/i.tar', 'outside'],
  ['.git', 'git'],
  ['.git/config', 'git'],
  ['git', 'git'],
  ['git/config', 'git'],
  ['config', 'git'],
  ['none', 'missing'],
  ['nowhere', 'missing'],
  ['circle', 'missing'],
  ['../home/.aws', 'named'],
  ['../work2', 'named'],
])('%s is %s', (given, kind) => {
  expect(wayOf(given, fence).kind).toBe(kind);
});

test('a workspace that is itself behind a link is not a way out', () => {
  const behind = { workspace: join(base, 'entry') };
  expect(wayOf('site', behind).kind).toBe('inside');
  expect(wayOf('home', behind).kind).toBe('outside');
  expect(wayOf(join(base, 'work/home'), behind).kind).toBe('outside');
});

test('a folder that the caller allows is inside', () => {
  expect(wayOf('bazel-bin/i.tar', { ...fence, also: [join(base, 'bazel')] }).kind).toBe('inside');
});

test('fenced gives what may be read, and names what may not', () => {
  expect(fenced('site', fence)?.stats.isDirectory()).toBe(true);
  expect(fenced('../work2/x', fence)?.stats.isFile()).toBe(true);
  expect(fenced('none', fence)).toBeUndefined();
  expect(() => fenced('home/.aws', fence)).toThrow('leads out of the workspace');
  expect(() => fenced('git', fence)).toThrow('leads into .git');
  expect(() => fenced('pipe', fence)).toThrow('neither a file nor a folder');
});
