import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../../base/problem.ts';

/** What is done under a lock takes milliseconds: one that is so old was left by a process that was killed. */
const STALE_MS = 10_000;

/** Jobs side by side on one HOME wait for each other no longer than this. */
const WAIT_MS = 30_000;

/**
 * Does something while no other process of this action does so with the same file. The lock is a folder beside it, since
 * making one is atomic on every file system, network ones too.
 */
export function locked<T>(file: string, act: () => T): T {
  const lock = `${file}.keyless-aws-lock`;
  const until = Date.now() + WAIT_MS;
  while (!taken(lock)) {
    if (Date.now() > until) {
      throw new Problem({
        on: file,
        what: `another process has held the lock ${lock} for ${WAIT_MS / 1000} seconds`,
        fix: 'if no other job is running on this machine, remove the lock and run the job again',
      });
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 + Math.random() * 20);
  }
  try {
    return act();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function taken(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    // The last of several jobs may have removed the folder in this moment.
    if (code === 'ENOENT') mkdirSync(dirname(lock), { recursive: true, mode: 0o700 });
    else if (code === 'EEXIST') removeStale(lock);
    else throw thrown;
    return false;
  }
}

/** By way of a name of its own, so that of two processes only one takes a stale lock away. */
function removeStale(lock: string): void {
  try {
    if (Date.now() - statSync(lock).mtimeMs < STALE_MS) return;
    const aside = `${lock}-${process.pid}`;
    renameSync(lock, aside);
    rmSync(aside, { recursive: true, force: true });
  } catch {
    // The other process was faster.
  }
}
