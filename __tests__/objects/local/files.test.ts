import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeBuffers } from '../../../src/objects/local/buffers.ts';
import { digestsOf, readWhole } from '../../../src/objects/local/digest.ts';
import { exclusionsOf } from '../../../src/objects/local/exclusions.ts';
import { findFiles } from '../../../src/objects/local/files.ts';
import type { WalkRules } from '../../../src/objects/local/walk.ts';
import { folderFinder } from '../../../src/objects/rules/globs.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'keyless-files-'));
  for (const path of [
    'site/index.html',
    'site/a/b.js',
    'site/a/b.js.map',
    'site/.well-known/x',
    'site/.git/config',
    'site/[id].html',
    'other.txt',
  ]) {
    mkdirSync(join(workspace, path, '..'), { recursive: true });
    writeFileSync(join(workspace, path), path);
  }
});
afterEach(() => rmSync(workspace, { recursive: true }));

type Rules = Partial<Omit<WalkRules, 'exclusions'>> & { readonly excludes?: readonly string[] };

const find = (local: string, { excludes = [], ...rules }: Rules = {}) =>
  findFiles(
    { local },
    {
      workspace,
      exclusions: exclusionsOf(excludes),
      hiddenFiles: false,
      followSymlinks: false,
      secretFiles: [],
      ...rules,
    },
  );
const names = async (local: string, rules: Rules = {}) => (await find(local, rules)).files.map(({ name }) => name);

test('what a glob cannot match is not looked at: links, hidden files and closed folders elsewhere', async () => {
  symlinkSync('other.txt', join(workspace, 'app.zip'));
  for (const folder of ['node_modules/.bin', 'site/a/deep']) {
    mkdirSync(join(workspace, folder), { recursive: true });
    symlinkSync('nowhere', join(workspace, folder, 'x.txt'));
  }
  const nothing = { hidden: [], links: [], special: [], folders: [] };
  const all = { hiddenFiles: true, followSymlinks: true };
  for (const rules of [{}, all]) {
    const found = await find('*.txt', rules);
    expect([found.files.map(({ name }) => name), found.skipped]).toEqual([['other.txt'], nothing]);
    expect((await find('site/*/*.js', rules)).skipped.links).toEqual([]);
  }
  expect((await find('*.zip')).skipped.links).toEqual(['app.zip']);
  expect((await find('site/**/*.js')).skipped.links).toEqual(['a/deep/x.txt']);
});

test.each([
  ['*.zip', [], ['a', 'a/b']],
  ['*/*.js', ['a'], ['a/b']],
  ['app-*/dist/**', ['app-1', 'app-1/dist', 'app-1/dist/x/y'], ['lib', 'app-1/src', 'lib/dist']],
  ['**/*.js', ['a', 'a/b/c'], []],
  ['a/**/b/*.js', ['a', 'a/x', 'a/x/b'], ['b']],
  ['{a,b/c}/*.js', ['a', 'b/c', 'x'], []],
])('folders that may hold what %s matches', (glob, may, mayNot) => {
  const mayHold = folderFinder(glob);
  for (const folder of may) expect([folder, mayHold(folder)]).toEqual([folder, true]);
  for (const folder of mayNot) expect([folder, mayHold(folder)]).toEqual([folder, false]);
});

test('folders that a glob matches, and none of their files, are told', async () => {
  expect((await find('site/*')).skipped.folders).toEqual(['a']);
  expect((await find('site/**')).skipped.folders).toEqual([]);
  expect((await find('site/*.html')).skipped.folders).toEqual([]);
});

describe('what LOCAL names', () => {
  test.each<[string, string, Rules, string[]]>([
    ['a folder: its content, without what is hidden', 'site', {}, ['[id].html', 'a/b.js', 'a/b.js.map', 'index.html']],
    [
      'hidden files, but never .git',
      'site',
      { hiddenFiles: true },
      ['.well-known/x', '[id].html', 'a/b.js', 'a/b.js.map', 'index.html'],
    ],
    ['a file', 'site/index.html', {}, ['index.html']],
    ['a file whose name looks like a glob', 'site/[id].html', {}, ['[id].html']],
    ['a glob: below its fixed part', 'site/**/*.js', {}, ['a/b.js']],
    ['excluded below LOCAL', 'site', { excludes: ['**/*.map'] }, ['[id].html', 'a/b.js', 'index.html']],
    ['excluded in the workspace', 'site', { excludes: ['site/a/**'] }, ['[id].html', 'index.html']],
    ['nothing', 'nothing/**', {}, []],
    ...['a/', '/a', './a', 'a', '/a/**', './a/', 'a/**', 'site/a', '/site/a/', '\\a', 'a\\**', 'site\\a'].map(
      (glob): [string, string, Rules, string[]] => [
        `a folder, excluded as ${glob}`,
        'site',
        { excludes: [glob] },
        ['[id].html', 'index.html'],
      ],
    ),
  ])('%s', async (_what, local, rules, found) => {
    expect(await names(local, rules)).toEqual(found);
  });

  test('two names that differ by case are two files', async () => {
    writeFileSync(join(workspace, 'site/INDEX.html'), '');
    expect(await names('site')).toContain('INDEX.html');
  });
});

test('what is private in RUNNER_TEMP is not walked into from above, also by a link', async () => {
  const temp = join(workspace, 'temp');
  for (const path of ['build/a', '_runner_file_commands/set_env', 'keyless-aws-undo-1/x', 'build/_site/b']) {
    mkdirSync(join(temp, path, '..'), { recursive: true });
    writeFileSync(join(temp, path), path);
  }
  const open = { temp, followSymlinks: true };
  const found = await find('temp', open);
  expect(found.files.map(({ name }) => name)).toEqual(['build/_site/b', 'build/a']);
  expect(found.leavesOut('_runner_file_commands/set_env')).toBe(true);
  expect(await names('.', open)).not.toContain('temp/_runner_file_commands/set_env');
  expect(await names('temp/**', open)).toEqual(['build/_site/b', 'build/a']);
  expect(await names('temp/_runner_file_commands', open)).toEqual(['set_env']);
  symlinkSync('../temp', join(workspace, 'site/t'));
  await expect(find('site', open)).rejects.toThrow('leads out of the workspace');
});

test('what an excluded folder holds is left out in the bucket as well', async () => {
  const { leavesOut } = await find('site', { excludes: ['a'] });
  expect(['a/b.js', 'a/x/y', 'b/a', 'index.html'].map(leavesOut)).toEqual([true, true, false, false]);
});

test('a glob that leaves nothing out is known, but not one whose folder was left out whole', async () => {
  const exclusions = exclusionsOf(['a', '**/*.map', 'privat/**', 'a/b.js', '*.txt']);
  await findFiles(
    { local: 'site' },
    { workspace, exclusions, hiddenFiles: false, followSymlinks: false, secretFiles: [] },
  );
  expect(exclusions.unmatched()).toEqual(['privat/**', '*.txt']);
});

describe('a file with secrets that a step of this action writes, there or not yet', () => {
  const secretFiles = () => [join(workspace, 'site/a/prod.env'), join(workspace, 'site/.env')];

  test.each<[string, string, Rules]>([
    ['a folder above it', 'site', {}],
    ['the workspace', '.', {}],
    ['a glob that matches it', 'site/**/*.env', {}],
    ['its folder by a link', 'site', { followSymlinks: true, excludes: ['a'] }],
    ['hidden files', 'site', { hiddenFiles: true, excludes: ['a'] }],
  ])('%s is refused', async (_, local, rules) => {
    if (rules.followSymlinks) symlinkSync('a', join(workspace, 'site/b'));
    await expect(names(local, { ...rules, secretFiles: secretFiles() })).rejects.toThrow('has a file in it');
  });

  test('a link to it is refused', async () => {
    writeFileSync(join(workspace, 'prod.env'), 'secret');
    symlinkSync('../prod.env', join(workspace, 'site/b'));
    const rules = { followSymlinks: true, secretFiles: [join(workspace, 'prod.env')] };
    await expect(names('site', rules)).rejects.toThrow('has a file in it');
  });

  test.each<[string, string, Rules]>([
    ['itself', 'site/a/prod.env', {}],
    ['a glob that does not match it', 'site/**/*.html', {}],
    ['without it', 'site', { excludes: ['**/*.env'] }],
    ['without its folder', 'site', { excludes: ['/a'] }],
  ])('%s is published', async (_, local, rules) => {
    writeFileSync(join(workspace, 'site/a/prod.env'), 'secret');
    expect(await names(local, { ...rules, secretFiles: secretFiles() })).not.toEqual([]);
  });
});

test('a LOCAL that leads out of the workspace by a link is refused', async () => {
  symlinkSync(tmpdir(), join(workspace, 'out'));
  await expect(names('out')).rejects.toThrow('leads out of the workspace');
  await expect(names('out/**')).rejects.toThrow('leads out of the workspace');
});

test('files that the user may not read are found before anything is sent, and named', async () => {
  chmodSync(workspace, 0o755);
  chmodSync(join(workspace, 'site/a/b.js'), 0);
  // Root may read everything: somebody else looks.
  const script = `
    const { findFiles } = await import(${JSON.stringify(join(import.meta.dirname, '../../../src/objects/local/files.ts'))});
    const exclusions = { has: () => false, prune: () => {}, unmatched: () => [] };
    const rules = { workspace: ${JSON.stringify(workspace)}, exclusions, hiddenFiles: false, followSymlinks: false, secretFiles: [] };
    const { files, unreadable } = await findFiles({ local: 'site' }, rules);
    console.log(JSON.stringify([files.map(({ name }) => name), unreadable]));`;
  const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
  const shown = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: '/', ...nobody });
  expect(JSON.parse(shown.toString())).toEqual([['[id].html', 'a/b.js.map', 'index.html'], ['a/b.js']]);
});

test.each<[string, string[], Rules]>([
  ['a bare clone', ['site/mirror/HEAD', 'site/mirror/config', 'site/mirror/objects/x', 'site/mirror/refs/x'], {}],
  [
    'what a gitdir: names',
    ['site/w/.git', 'site/.bare/HEAD', 'site/.bare/config', 'site/.bare/objects/x', 'site/.bare/refs/x'],
    { hiddenFiles: true },
  ],
  ['a key of Google Cloud', ['site/gha-creds-0a1b2c3d4e5f6a7b.json'], { hiddenFiles: true }],
  ["git's credentials", ['site/git-credentials-8d2b.config'], { hiddenFiles: true }],
])('%s is never published by way of a folder, nor deleted there', async (_what, paths, rules) => {
  for (const path of paths) {
    mkdirSync(join(workspace, path, '..'), { recursive: true });
    writeFileSync(join(workspace, path), 'secret');
  }
  const before = ['[id].html', 'a/b.js', 'a/b.js.map', 'index.html'];
  const { files, leavesOut } = await find('site', rules);
  expect(files.map(({ name }) => name).filter((name) => name !== '.well-known/x')).toEqual(before);
  for (const path of paths) expect([path, leavesOut(path.slice('site/'.length))]).toEqual([path, true]);
  // Beside is not below.
  expect(leavesOut('mirror.html')).toBe(false);
});

describe('symbolic links', () => {
  test('are left out', async () => {
    symlinkSync('index.html', join(workspace, 'site/link.html'));
    symlinkSync('nowhere', join(workspace, 'site/broken'));
    expect(await names('site')).not.toContain('link.html');
  });

  test.each([
    ['out of the workspace', '/etc', 'leads out of the workspace'],
    ['nowhere', 'nowhere', 'leads nowhere'],
    ['to credentials of another action', '../gha-creds-1.json', 'leads to the credentials of another action'],
    ['in a circle', '.', 'leads to a folder above itself'],
  ])('that lead %s are refused when they are followed', async (_what, target, message) => {
    writeFileSync(join(workspace, 'gha-creds-1.json'), 'secret');
    symlinkSync(target, join(workspace, 'site/link'));
    await expect(names('site', { followSymlinks: true })).rejects.toThrow(message);
    expect(await names('site', { followSymlinks: true, excludes: ['link'] })).toContain('index.html');
  });

  test('within the workspace are followed', async () => {
    symlinkSync('../other.txt', join(workspace, 'site/other.txt'));
    expect(await names('site', { followSymlinks: true })).toContain('other.txt');
  });
});

describe('reading', () => {
  const state = async () => {
    for (const path of ['other.txt', 'site/twin']) {
      writeFileSync(join(workspace, path), 'other.txt');
      utimesSync(join(workspace, path), 1_000, 1_000);
    }
    return (await find('other.txt')).files[0]!;
  };
  const replace = (make: (path: string) => void) => {
    const path = join(workspace, 'other.txt');
    renameSync(path, join(workspace, 'before'));
    make(path);
    if (statSync(path).isFile()) utimesSync(path, 1_000, 1_000);
  };

  test('gives the ETag and the CRC-32 that S3 computes', async () => {
    writeFileSync(join(workspace, 'hello.txt'), 'hello world');
    const state = (await find('hello.txt')).files[0]!;
    expect(await digestsOf(state, { inParts: false, buffers: makeBuffers(0) })).toEqual({
      etag: '5eb63bbbe01eeed093cb22bb8f5acdc3',
      crc: 0x0d4a1185,
    });
    expect(await digestsOf(state, { inParts: true, buffers: makeBuffers(0) })).toEqual({
      etag: '241d8a27c836427bd7f04461b60e7359-1',
      crc: 0x0d4a1185,
    });
  });

  test.each([
    ['grows', () => writeFileSync(join(workspace, 'other.txt'), 'much longer than it was')],
    ['shrinks', () => writeFileSync(join(workspace, 'other.txt'), '')],
    ['is written again', () => utimesSync(join(workspace, 'other.txt'), 1, 1)],
    ['is replaced by one that looks the same', () => replace((path) => writeFileSync(path, 'other.txt'))],
    ['is replaced by a link', () => replace((path) => symlinkSync('site/twin', path))],
    ['is replaced by a pipe', () => replace((path) => execFileSync('mkfifo', [path]))],
  ])('fails for a file that %s in the meantime', async (_what, change) => {
    const file = await state();
    change();
    await expect(readWhole(file, makeBuffers(0))).rejects.toThrow('the file changed while the step ran');
  });
});
