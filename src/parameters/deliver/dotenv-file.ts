import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, parse, relative, sep } from 'node:path';
import { isWithin } from '../../base/path-fence.ts';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';
import type { Runner } from '../../base/runner.ts';
import { fileBefore } from '../../base/undo.ts';

/** A file to write. `path` is absolute. */
export interface EnvFile {
  readonly path: string;
  /** Whether it outlives the job. */
  readonly keep: boolean;
}

/**
 * The workspace and the runner's temporary folder are trusted: their own paths may go through symlinks.
 * @throws Problem when the file cannot be written there, or would be written somewhere else through a symlink
 */
export function checkEnvFile(path: string, { GITHUB_WORKSPACE, RUNNER_TEMP }: Runner['env']): void {
  const on = `Input ssm-env-file: ${path}`;
  const folder = dirname(path);
  const trusted = [GITHUB_WORKSPACE, RUNNER_TEMP].filter((root) => root !== undefined);
  let step = trusted.find((root) => path !== root && isWithin(path, root)) ?? parse(path).root;
  for (const name of relative(step, path).split(sep)) {
    step = join(step, name);
    const found = lstatSync(step, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) {
      throw new Problem({ on, what: `${step} is a symlink, which is not followed`, fix: 'write to the real path' });
    }
    if (step === path && found && !found.isFile()) {
      throw new Problem({ on, what: 'something that is not a file is there already', fix: 'choose another name' });
    }
    if (step !== path && !found?.isDirectory()) {
      throw new Problem({
        on,
        what: `${step} is not a folder`,
        fix: 'create it in an earlier step, or choose another one',
      });
    }
  }
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    throw new Problem({ on, what: `${folder} cannot be written to`, fix: 'choose another folder' });
  }
}

/** The names of a file that is there already and that a new one with `names` would not have. Other actions add to a file; this one writes it. */
export function namesLost(path: string, names: readonly string[]): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > MAX_LOOKED_AT) return [];
  const there = readText(path).matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:]/gm);
  return [...new Set([...there].map(([, name = '']) => name))].filter((name) => !names.includes(name));
}

const MAX_LOOKED_AT = 1 << 20;

/**
 * Written beside, 0600, and renamed: there is never half a file. What undoes it is saved before it is there. The folders may have
 * become links since the plan, so they are looked at again, and once more before a value is in the file.
 */
export function writeEnvFile({ path, keep }: EnvFile, content: string, { env, undoLater }: Runner): void {
  checkEnvFile(path, env);
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`);
  undoLater({ kind: 'file', path: beside });
  if (!keep) undoLater({ kind: 'file', path, before: fileBefore(path) });
  try {
    const file = openSync(
      beside,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0),
      0o600,
    );
    try {
      checkEnvFile(path, env);
      // Where a link led it elsewhere, its name is not here.
      lstatSync(beside);
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (thrown) {
    rmSync(beside, { force: true });
    if (thrown instanceof Problem) throw thrown;
    const { code = 'unknown error' } = thrown as NodeJS.ErrnoException;
    throw new Problem({
      on: path,
      what: `the file could not be written (${code})`,
      fix: 'check the disk and the folder',
    });
  }
}
