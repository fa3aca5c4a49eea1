import { readFileSync, type Stats, statSync } from 'node:fs';

/**
 * The text of a small file. Reading a pipe that nobody writes to would never end, and no signal ends it either.
 * @throws an error of the file system (edge.ts makes a Problem of it), also for what is not a regular file
 */
export function readText(path: string): string {
  mustBeFile(path, statSync(path));
  return readFileSync(path, 'utf8');
}

/** @throws an error of the file system for a folder (EISDIR), a pipe, a socket or a device (ENXIO) */
export function mustBeFile(path: string, found: Stats): void {
  if (found.isFile()) return;
  const code = found.isDirectory() ? 'EISDIR' : 'ENXIO';
  throw Object.assign(new Error('not a regular file'), { code, syscall: 'read', path });
}
