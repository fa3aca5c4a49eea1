import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { EOL } from 'node:os';
import { join } from 'node:path';
import { fileProblem, onFileSync } from './edge/files.ts';
import type { Environment } from './environment.ts';
import { Problem } from './problem.ts';

/** What a file of the runner is for, by the variable that names it. */
const FILES = {
  GITHUB_ENV: 'variables for later steps',
  GITHUB_OUTPUT: 'outputs',
  GITHUB_STATE: 'what the post step needs',
  GITHUB_STEP_SUMMARY: 'the job summary',
} as const;

export type RunnerFile = keyof typeof FILES;

/** What is tried before the first write of the step: more than most steps write. */
const PROBE = Buffer.alloc(64 << 10, '\n');

/**
 * Tries the files of the runner before the step has done anything: each takes a block of empty lines, which the runner skips, and
 * gives it back.
 * @throws Problem where one is missing, may not be written, or has no space
 */
export function tryRunnerFiles(env: Environment): void {
  for (const file of ['GITHUB_ENV', 'GITHUB_OUTPUT', 'GITHUB_STATE'] as const) {
    append(file, PROBE, { env, keep: false });
  }
}

/**
 * Hands values to the runner, all of them or none: a write that fails half-way is taken back.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions#multiline-strings
 * @throws Problem when they cannot be written
 */
export function writeValues(file: RunnerFile, values: Readonly<Record<string, string>>, env: Environment): void {
  const blocks = Object.entries(values).map(([name, value]) => block(name, value));
  if (blocks.length > 0) append(file, Buffer.from(blocks.join('')), { env, keep: true });
}

/** Appends text, whole or not at all. @throws Problem */
export function writeText(file: RunnerFile, text: string, env: Environment): void {
  append(file, Buffer.from(text), { env, keep: true });
}

function block(name: string, value: string): string {
  if (/[\r\n=]|<</.test(name)) throw new Error('a name that the runner would read as something else');
  const delimiter = `ghadelimiter_${randomUUID()}`;
  return `${name}<<${delimiter}${EOL}${value}${EOL}${delimiter}${EOL}`;
}

function pathOf(file: RunnerFile, env: Environment): string {
  const path = env[file];
  if (!path) throw notSet(file, FILES[file]);
  return path;
}

function append(
  file: RunnerFile,
  bytes: Buffer,
  { env, keep }: { readonly env: Environment; readonly keep: boolean },
): void {
  const path = pathOf(file, env);
  try {
    appendWhole(path, bytes, { keep });
  } catch (thrown) {
    throw fileProblem(thrown, { on: `${file}, the runner's file for ${FILES[file]}`, doing: 'written to' });
  }
}

/** Makes a file of the step's own below RUNNER_TEMP, and tries whether there is space for more. @throws Problem */
export function makeOwnFile(env: Environment, name: string): string {
  const temp = env.RUNNER_TEMP;
  if (!temp) throw notSet('RUNNER_TEMP', 'temporary files');
  const path = join(temp, name);
  onFileSync({ on: `RUNNER_TEMP, ${temp}`, doing: 'written to' }, () =>
    appendWhole(path, PROBE, { keep: false, create: true }),
  );
  return path;
}

/** Appends to a file, all or nothing; without `keep` it is only tried. With `create`, the file is made, for the user alone. */
export function appendWhole(
  path: string,
  bytes: Buffer,
  { keep, create = false }: { readonly keep: boolean; readonly create?: boolean },
): void {
  const handle = openSync(path, constants.O_WRONLY | constants.O_APPEND | (create ? constants.O_CREAT : 0), 0o600);
  try {
    const before = fstatSync(handle).size;
    try {
      writeAll(handle, bytes);
    } catch (thrown) {
      takeBack(handle, before);
      throw thrown;
    }
    if (!keep) ftruncateSync(handle, before);
  } finally {
    closeSync(handle);
  }
}

/** After a failed write, whose error is the one to report. */
function takeBack(handle: number, size: number): void {
  try {
    ftruncateSync(handle, size);
  } catch {
    // A device has no size.
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function notSet(name: string, purpose: string): Problem {
  return new Problem({
    on: `Variable ${name}`,
    what: 'it is not set',
    why: `the runner of GitHub Actions names the place for ${purpose} there`,
    fix: 'run the action as a step of a job, and do not unset the variable',
  });
}
