import { Problem } from '../problem.ts';
import { shapeOf } from '../retryable.ts';

/** What was done to a file when it failed. */
export interface FileAct {
  /** The file, or what the reader calls it; left out, the error's own path. */
  readonly on?: string | undefined;
  /** `read`, `written`, `removed`: completes "it cannot be …". */
  readonly doing: string;
  /** In place of what usually helps with such an error. */
  readonly fix?: string | undefined;
}

/** Of the file system and the limits of a process, by errno: the cause, and what usually helps. */
const FILE_ERRORS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOENT: ['it does not exist, or a folder above it does not', 'check the path, and that an earlier step made it'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'check the path'],
  EISDIR: ['it is a folder, not a file', 'check the path'],
  EEXIST: ['something is there already', 'remove it, or choose another path'],
  ENOTEMPTY: ['the folder is not empty', 'choose another path'],
  EACCES: ["the runner's user is not allowed to", 'check the permissions of the file and of the folders above it'],
  EPERM: ["the runner's user is not allowed to", 'check the permissions of the file and of the folders above it'],
  EROFS: ['the file system is read-only', 'mount it for writing, or choose a path that is writable'],
  ENOSPC: [
    'the disk is full',
    'free space on the runner, for example by removing images and caches that the job does not need',
  ],
  EDQUOT: ["the user's quota is used up", 'free space on the runner'],
  EFBIG: [
    'the file would be larger than the file system or the limit of the process allows',
    'check ulimit -f and the file system',
  ],
  EMFILE: ['this process has too many files open', 'raise the limit of open files on the runner (ulimit -n)'],
  ENFILE: ['the machine has too many files open', 'raise the limit of open files on the runner'],
  ELOOP: ['its symbolic links lead in a circle', 'check the links'],
  ENAMETOOLONG: ['its name is too long for the file system', 'choose a shorter name'],
  EIO: ['the disk failed', 'use another runner'],
  EBUSY: ['another program is using it', 'end the other program first'],
  ETXTBSY: ['another program is using it', 'end the other program first'],
  EXDEV: ['source and target are on different file systems', 'choose a path on the same file system'],
  ENXIO: ['it is a pipe, a socket or a device, not a file', 'give a regular file'],
  ENODEV: ['the device is gone', 'check what is mounted there'],
  ESTALE: ['the network file system has lost it', 'check what is mounted there'],
  ENOMEM: ['the machine has no memory left', 'use a larger runner'],
  EINVAL: ['the file system does not support this', 'choose another path'],
  ENOSYS: ['the file system does not support this', 'choose another path'],
  ENOTSUP: ['the file system does not support this', 'choose another path'],
  ERR_FS_FILE_TOO_LARGE: ['it is larger than this action reads', 'give a smaller file'],
  ERR_FS_EISDIR: ['it is a folder, not a file', 'check the path'],
};

export function isOfFiles(thrown: unknown): boolean {
  const { syscall, errno, path } = (thrown ?? {}) as { syscall?: unknown; errno?: unknown; path?: unknown };
  // What Node's own library answers is of the network, which was looked at before, or of the file system.
  return (
    shapeOf(thrown).code in FILE_ERRORS ||
    (typeof syscall === 'string' && (typeof errno === 'number' || typeof path === 'string'))
  );
}

/**
 * An error of the file system as a Problem that names the file and what was done to it; anything else as it is:
 * `catch (thrown) { throw fileProblem(thrown, { on: path, doing: 'written' }); }`.
 */
export function fileProblem(thrown: unknown, act: FileAct): unknown {
  return isOfFiles(thrown) && !(thrown instanceof Problem) ? fileProblemOf(thrown, act) : thrown;
}

/** The same for what is known to be one. */
export function fileProblemOf(thrown: unknown, { on, doing, fix }: FileAct): Problem {
  const { code } = shapeOf(thrown);
  const { path } = thrown as { path?: unknown };
  const [why, usual] = FILE_ERRORS[code] ?? ['the file system refused', 'check the path and the disk'];
  return new Problem({
    on: on ?? (typeof path === 'string' ? path : undefined),
    what: (on ?? path) ? `it cannot be ${doing}` : `a file cannot be ${doing}`,
    why: `${why} (${code})`,
    fix: fix ?? usual,
    cause: thrown,
  });
}

/** Does what touches a file; an error of the file system becomes a Problem that names it. */
export function onFileSync<T>(act: FileAct, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw fileProblem(thrown, act);
  }
}
