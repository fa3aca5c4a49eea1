import { NoAnswer } from '../deadline.ts';
import { Problem, type ProblemDetails, Problems, Unproven } from '../problem.ts';
import { isGarbled, isLostConnection, isNoTunnel, isUntrusted, shapeOf } from '../retryable.ts';

// The edge of the action: what the outside world did wrong (network, disk, texts) becomes a Problem here, and nowhere else.
// What is left is a programming error.

/** The problems in anything thrown; `undefined` when it is a bug. */
export function problemsIn(thrown: unknown): readonly Problem[] | undefined {
  if (thrown instanceof Problem) return [thrown];
  if (thrown instanceof Problems) return thrown.all;
  const problem = problemOf(thrown);
  return problem && [problem];
}

/**
 * A raw error of the outside world as a Problem. It knows less than the place where it arose: `fileProblem`, `networkProblem` and
 * `parseJson` say more there.
 */
function problemOf(thrown: unknown): Problem | undefined {
  const { name, code } = shapeOf(thrown);
  const { cause, path, syscall } = (thrown ?? {}) as { cause?: unknown; path?: unknown; syscall?: unknown };
  if (name === 'AbortError' && cause instanceof Problem) return cause;
  const network = networkProblem(thrown, { what: 'a request' });
  if (network) return network;
  if (typeof syscall === 'string' && syscall.startsWith('spawn')) return programProblem(thrown, path);
  if (isOfFiles(thrown)) return fileProblemOf(thrown, { doing: syscall === 'open' ? 'opened' : 'used' });
  if (code === 'ERR_INVALID_URL') {
    return new Problem({
      what: 'an address that this step was given is not a URL',
      fix: CHECK_ENDPOINTS,
      cause: thrown,
    });
  }
  if (/^Z_|^ZSTD_|^ERR_(PADDING|TRAILING_JUNK)|^ERR__ERROR_FORMAT/.test(code)) {
    return new Problem({ what: `compressed data is damaged (${code})`, fix: 'create the file again', cause: thrown });
  }
  if (name === 'SyntaxError') {
    return new Problem({
      what: 'a text that should be JSON is not',
      why: 'a file or an answer is damaged, cut short, or of another kind; it is not quoted, because it may hold a secret',
      fix: CHECK_ENDPOINTS,
      cause: thrown,
    });
  }
  return undefined;
}

const CHECK_ENDPOINTS =
  'check the endpoints that the step is given (AWS_ENDPOINT_URL and its kind) and the proxy of the runner';

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
  EACCES: ['the user of the runner may not', 'check the permissions of the file and of the folders above it'],
  EPERM: ['the user of the runner may not', 'check the permissions of the file and of the folders above it'],
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
  ERR_FS_FILE_TOO_LARGE: ['it is larger than 2 GiB', 'give a smaller file'],
  ERR_FS_EISDIR: ['it is a folder, not a file', 'check the path'],
};

function isOfFiles(thrown: unknown): boolean {
  const { syscall, path } = (thrown ?? {}) as { syscall?: unknown; path?: unknown };
  return shapeOf(thrown).code in FILE_ERRORS || (typeof syscall === 'string' && typeof path === 'string');
}

/**
 * An error of the file system as a Problem that names the file and what was done to it; anything else as it is:
 * `catch (thrown) { throw fileProblem(thrown, { on: path, doing: 'written' }); }`.
 */
export function fileProblem(thrown: unknown, act: FileAct): unknown {
  return isOfFiles(thrown) && !(thrown instanceof Problem) ? fileProblemOf(thrown, act) : thrown;
}

function fileProblemOf(thrown: unknown, { on, doing, fix }: FileAct): Problem {
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
export async function onFile<T>(act: FileAct, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw fileProblem(thrown, act);
  }
}

/** The same for what is done at once. */
export function onFileSync<T>(act: FileAct, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw fileProblem(thrown, act);
  }
}

function programProblem(thrown: unknown, path: unknown): Problem {
  const { code } = shapeOf(thrown);
  return new Problem({
    on: typeof path === 'string' ? path : undefined,
    what: `the program cannot be started (${code})`,
    fix: 'install it on the runner, or check PATH',
    cause: thrown,
  });
}

/**
 * Reads JSON that the outside world wrote.
 * @throws Problem that does not quote it: it may hold a secret
 */
export function parseJson(text: string, problem: Pick<ProblemDetails, 'what' | 'on' | 'why' | 'fix'>): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(problem);
  }
}

/** A connection that failed, as a Problem; `undefined` for any other error. `what` names the call: `ssm:GetParameters`. */
export function networkProblem(error: unknown, { what, why }: { what: string; why?: string }): Problem | undefined {
  const fix = networkFix(error);
  return fix === undefined
    ? undefined
    : new Problem({ what: `${what} got no answer: ${shortly(error)}`, why, fix, cause: error });
}

function networkFix(error: unknown): string | undefined {
  if (isLostConnection(error)) {
    return "check the network of the runner, its proxy, and the service's endpoint; run the job again if it was an outage";
  }
  if (isNoTunnel(error)) {
    return 'the proxy does not let this host through: check its rules and password, or give the host in NO_PROXY';
  }
  if (isUntrusted(error)) {
    return 'the certificate of the server, or of a proxy that opens TLS, is not trusted: give its CA in NODE_EXTRA_CA_CERTS';
  }
  if (!isGarbled(error)) return undefined;
  return 'something else than the service answers there: check the endpoint, its scheme (http or https) and port, and the proxy of the runner';
}

/** An error in few words that hold no value: its code, its name and status. */
export function shortly(error: unknown): string {
  const { name, code, status } = shapeOf(error);
  if (error instanceof NoAnswer) return error.message;
  if (error instanceof Unproven) return 'the answer proves nothing';
  if (isNoTunnel(error)) return `the proxy answered HTTP ${status}`;
  if (isLostConnection(error) || isUntrusted(error)) return `connection failed (${code})`;
  if (isGarbled(error)) return `the answer was not ${code.startsWith('HPE_') ? 'HTTP' : 'TLS'} (${code})`;
  return `${name && name !== 'Error' ? name : code || 'error'}${status ? ` (HTTP ${status})` : ''}`;
}
