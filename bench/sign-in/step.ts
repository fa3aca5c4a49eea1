import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROLE = 'arn:aws:iam::111122223333:role/publish';

const DIST = resolve(import.meta.dirname, '../../dist/index.js');
const folder = mkdtempSync(join(tmpdir(), 'keyless-bench-'));
const FILES = Object.fromEntries(
  ['ENV', 'OUTPUT', 'STATE', 'STEP_SUMMARY', 'PATH'].map((name) => {
    writeFileSync(join(folder, name), '');
    return [`GITHUB_${name}`, join(folder, name)];
  }),
);

/** Runs the shipped action, or Node with other arguments; milliseconds from the start of the process to its end. */
export async function timed(
  env: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
  args: readonly string[] = [DIST],
): Promise<{ milliseconds: number; code: number | null }> {
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const all = {
    PATH: process.env.PATH,
    HOME: folder,
    RUNNER_TEMP: folder,
    ...FILES,
    ...env,
    ...Object.fromEntries(given),
  };
  const start = performance.now();
  const code = await new Promise<number | null>((done) => {
    spawn(process.execPath, args, { env: all, stdio: 'ignore' }).once('close', done);
  });
  return { milliseconds: performance.now() - start, code };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
