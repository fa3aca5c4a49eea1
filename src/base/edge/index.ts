import { Problem, Problems } from '../problem.ts';
import { shapeOf } from '../retryable.ts';
import { fileProblemOf, isOfFiles } from './files.ts';
import { networkProblem } from './network.ts';

// The edge of the action: what the outside world did wrong (network, disk, texts) becomes a Problem in this room, and nowhere else.
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
  if (/^ERR_(INVALID_URL|INVALID_PROTOCOL|SOCKET_BAD_PORT)$/.test(code)) {
    return new Problem({
      what: 'an address that this step was given is not one of HTTP',
      fix: CHECK_ENDPOINTS,
      cause: thrown,
    });
  }
  if (/^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED_CHARACTERS)$/.test(code) || name === 'URIError') {
    return new Problem({
      what: 'a text that this step was given cannot be part of a request',
      why: 'an answer, a file or a variable holds characters that no header and no address may have; it is not quoted, because it may hold a secret',
      fix: CHECK_ENDPOINTS,
      cause: thrown,
    });
  }
  // Node has one code for every argument that it does not take.
  if (code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test((thrown as Error).message)) {
    return new Problem({ what: 'a path has a NUL in it', fix: 'check the file that names it', cause: thrown });
  }
  if (/^Z_|^ZSTD_|^ERR_(PADDING|TRAILING_JUNK)|^ERR__ERROR_FORMAT/.test(code)) {
    return new Problem({ what: `compressed data is damaged (${code})`, fix: 'create the file again', cause: thrown });
  }
  if (/^ERR_OSSL_(PEM|ASN1|X509|DECODER|PKCS12|UNSUPPORTED)/.test(code)) {
    return new Problem({
      what: `a certificate or a key cannot be read (${code})`,
      fix: 'check the files that the step is given: those of DOCKER_CERT_PATH, and the CA of NODE_EXTRA_CA_CERTS',
      cause: thrown,
    });
  }
  if (/^ERR_WORKER_(INIT_FAILED|OUT_OF_MEMORY)$/.test(code)) {
    return new Problem({
      what: `a thread cannot be started (${code})`,
      why: 'the machine, or the container of the job, has no memory left or too many processes',
      fix: 'raise the limits of the container, or use a larger runner',
      cause: thrown,
    });
  }
  if (code === 'ERR_STRING_TOO_LONG') {
    return new Problem({ what: 'a text is longer than 512 MB', fix: 'check the file or the answer', cause: thrown });
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
  'check the endpoints that the step is given (AWS_ENDPOINT_URL and the variables like it) and the proxy of the runner';

function programProblem(thrown: unknown, path: unknown): Problem {
  const { code } = shapeOf(thrown);
  return new Problem({
    on: typeof path === 'string' ? path : undefined,
    what: `the program cannot be started (${code})`,
    fix: 'install it on the runner, or check PATH',
    cause: thrown,
  });
}
