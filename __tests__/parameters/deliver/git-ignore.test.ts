import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isSeenByGit } from '../../../src/parameters/deliver/git-ignore.ts';

let root = '';
const env = { PATH: process.env.PATH, HOME: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'git-ignore-'));
  execFileSync('git', ['init', '-q', root], { env });
  mkdirSync(join(root, 'apps', 'web'), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true }));

const FILES = ['.env', '.env.production', 'prod.env', 'apps/.env', 'apps/web/.env', 'apps/web/a.env'];

test.each([
  '',
  '.env',
  '/.env',
  '.env*\n!.env.production',
  '*.env\r\n# comment\n',
  'apps/',
  'apps\n!apps/web/.env',
  '/apps/web',
  'apps/*/.env',
  '**/web/**',
  '.env/',
  '\\.env',
  '*.e[n]v',
  '.en?\n!apps/web/.env',
  '.env   \n!/.env',
  '**/.env',
  'a(b+\n.env',
])('a file is seen by git or not, as git itself says: %j', (rules) => {
  writeFileSync(join(root, '.gitignore'), rules);
  writeFileSync(join(root, 'apps', 'web', '.gitignore'), rules.includes('comment') ? '!a.env' : '');
  const { stdout } = spawnSync('git', ['-C', root, 'check-ignore', '--stdin'], { env, input: FILES.join('\n') });
  const ignored = stdout.toString().split('\n');
  const seen = FILES.filter((file) => isSeenByGit(join(root, file)));
  expect(seen).toEqual(FILES.filter((file) => !ignored.includes(file)));
});

test('outside of a work tree no git sees it', () => {
  expect(isSeenByGit(join(tmpdir(), '.env'))).toBe(false);
});
