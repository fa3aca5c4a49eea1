import { closeSync, fstatSync, openSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Problem } from './problem.ts';
import { AT_ONCE } from './read-text.ts';

/** Which file the plan looked at, and how it was then. What is published is that file in that state. */
export interface FileState {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;
}

export function stateOf(path: string, { size, mtimeMs, dev, ino }: Stats): FileState {
  return { path, size, mtimeMs, dev, ino };
}

/**
 * Opens a file of the plan for reading, whatever lies at its path by now: a link that was put there since, on it or on a folder above, leads
 * to another file, and a pipe would never answer.
 * @throws Problem when it is another file, or was written to
 */
export function openSameSync(file: FileState): number {
  const handle = openSync(file.path, AT_ONCE);
  try {
    mustBeSame(fstatSync(handle), file);
    return handle;
  } catch (thrown) {
    closeSync(handle);
    throw thrown;
  }
}

/** The same, without holding up the thread. */
export async function openSame(file: FileState): Promise<FileHandle> {
  const handle = await open(file.path, AT_ONCE);
  try {
    mustBeSame(await handle.stat(), file);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** @throws Problem when what is open is not the file of the plan, or was written to since: its bytes may be a mixture */
export function mustBeSame({ size, mtimeMs, dev, ino }: Stats, file: FileState): void {
  if (size === file.size && mtimeMs === file.mtimeMs && dev === file.dev && ino === file.ino) return;
  throw changedFile(file);
}

export function changedFile({ path }: Pick<FileState, 'path'>): Problem {
  return new Problem({
    what: 'the file changed while the step ran',
    on: path,
    why: 'something still writes to it, or put another in its place: what is published would be neither the old nor the new file',
    fix: 'let the step that writes it end before this one begins',
  });
}
