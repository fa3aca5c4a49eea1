import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../harness/action.ts';

/**
 * Each benchmark runs as its documentation has it, small, and prints its rows (that of the matrix has a test of its own). On the machine's own
 * Node, which may be older.
 */
const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);

const rowsOf = (printed: string) => printed.split('\n').filter((line) => line.startsWith('|')).length - 2;

test.each<[string, readonly string[], number]>([
  ['bench:images', ['--layers', '2', '--megabytes', '1', '--runs', '1'], 12],
  ['bench:objects', ['--case', 'small', '--peer', 'this action', '--runs', '1', '--delay', '0'], 1],
  ['bench:growth', ['--files', '100,200', '--kind', 'new'], 2],
  ['bench:masks', [], 3],
  ['bench:sign-in', ['1'], 3],
])(
  'npm run %s -- %j',
  async (script, args, least) => {
    const { stdout } = await promisify(execFile)('npm', ['run', '-s', script, '--', ...args], {
      cwd: ROOT,
      env: { ...process.env, PATH, BENCH_RUNS: '1' },
      maxBuffer: 16 << 20,
    });
    expect(stdout).not.toContain('NaN');
    expect(rowsOf(stdout)).toBeGreaterThanOrEqual(least);
  },
  300_000,
);
