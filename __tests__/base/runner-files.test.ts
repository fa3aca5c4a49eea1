import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { inert } from '../../src/base/runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'runner-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

// A limit on the size of files stops a write in its middle, as a full disk does.
test('a write that fails half-way leaves what was there', () => {
  const env = join(folder, 'env');
  writeFileSync(env, 'BEFORE=1\n');
  const module = JSON.stringify(join(import.meta.dirname, '../../src/base/runner-files.ts'));
  const script = `
    const { writeValues } = await import(${module});
    const values = { A: 'a'.repeat(60_000), B: 'b'.repeat(60_000) };
    try { writeValues('GITHUB_ENV', values, process.env); } catch (error) { console.log(error.message); }
    writeValues('GITHUB_ENV', { C: 'small' }, process.env);`;
  const command = 'ulimit -f 64; exec "$0" --no-warnings --input-type=module -e "$1"';
  const { stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, script], {
    env: { ...process.env, GITHUB_ENV: env },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(stdout).toMatch(
    /^GITHUB_ENV, the runner's file for variables for later steps: it cannot be written to\.\n.*EFBIG/,
  );
  expect(readFileSync(env, 'utf8')).toMatch(/^BEFORE=1\nC<<(\S+)\nsmall\n\1\n$/);
});

test.each([
  ['::add-mask::x', ': :add-mask::x'],
  ['a\n  ::error::x', 'a\n  : :error::x'],
  ['\x85::error::x', ' : :error::x'],
  ['a\u2028::error::x', 'a ::error::x'],
  ['a\r::error::x', 'a ::error::x'],
  ['\u00a0\u3000::error::x', '\u00a0\u3000: :error::x'],
  ['##[add-mask]x', '## [add-mask]x'],
  ['a::b', 'a::b'],
])('%j is not a command of the runner', (text, printed) => {
  expect(inert(text)).toBe(printed);
});

// What .NET's TrimStart takes away before the runner looks for a command, and where its reader ends a line.
test('no character before a command makes it one', () => {
  for (let code = 0; code < 0x3100; code++) {
    const printed = inert(`a\n${String.fromCharCode(code)}::add-mask::x`);
    for (const line of printed.split(/\r\n|\r|\n/)) expect(line.replace(/^[\s\x85]+/, '')).not.toMatch(/^::/);
  }
});
