import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';

/** Opening a pipe that nobody writes to would never end, and no signal ends it; so opened, it can be looked at. Windows has no such pipes. */
export const AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Logins, tokens, events, configs: none of them is that large. */
const MAX_BYTES = 64 << 20;

/**
 * The bytes of a small file. The one way in which the action reads what somebody else put at a path.
 * @throws an error of the file system (edge/ makes a Problem of it), also for what is not a regular file or not small
 */
export function readBytes(path: string): Buffer {
  const file = openSync(path, AT_ONCE);
  try {
    mustBeFile(path, fstatSync(file));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** The same as text in UTF-8. @throws the same */
export function readText(path: string): string {
  return readBytes(path).toString('utf8');
}

/** @throws an error of the file system for a folder (EISDIR), a pipe, a socket or a device (ENXIO) */
function mustBeFile(path: string, found: Stats): void {
  if (found.isFile() && found.size <= MAX_BYTES) return;
  const code = found.isFile() ? 'ERR_FS_FILE_TOO_LARGE' : found.isDirectory() ? 'EISDIR' : 'ENXIO';
  throw Object.assign(new Error('not a small regular file'), { code, syscall: 'read', path });
}
