import { readFileSync, statSync } from 'node:fs';

/**
 * The text of a small file. Reading a pipe that nobody writes to would never end, and no signal ends it either.
 * @throws an error of the file system (edge.ts makes a Problem of it), also for what is not a regular file
 */
export function readText(path: string): string {
  if (statSync(path).isFile()) return readFileSync(path, 'utf8');
  throw Object.assign(new Error('not a regular file'), { code: 'ENXIO', syscall: 'read', path });
}
