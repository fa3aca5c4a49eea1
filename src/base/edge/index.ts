import { CHECK_ENDPOINTS, Problem, type ProblemDetails, Problems } from '../problem.ts';
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

/** Any of it may be missing, or something else. */
interface NodeError {
  readonly message?: string;
  readonly cause?: unknown;
  readonly path?: unknown;
  readonly syscall?: unknown;
}

/**
 * A raw error of the outside world as a Problem. It knows less than the place where it arose: `fileProblem`, `networkProblem` and
 * `parseJson` say more there.
 */
function problemOf(thrown: unknown): Problem | undefined {
  const { name, code } = shapeOf(thrown);
  const { message = '', cause, path, syscall } = (thrown ?? {}) as NodeError;
  if (name === 'AbortError' && cause instanceof Problem) return cause;
  const network = networkProblem(thrown, { what: 'a request' });
  if (network) return network;
  if (typeof syscall === 'string' && syscall.startsWith('spawn')) return programProblem(thrown, path);
  if (isOfFiles(thrown)) return fileProblemOf(thrown, { doing: syscall === 'open' ? 'opened' : 'used' });
  const meaning = MEANINGS.find(({ of }) => of({ name, code, message }));
  return meaning && new Problem({ ...meaning.told(code), cause: thrown });
}

interface Meaning {
  readonly of: (error: { readonly name: string; readonly code: string; readonly message: string }) => boolean;
  readonly told: (code: string) => ProblemDetails;
}

/** What the outside world did wrong when Node throws such an error: https://nodejs.org/api/errors.html#nodejs-error-codes */
const MEANINGS: readonly Meaning[] = [
  {
    of: ({ code }) => /^ERR_(INVALID_URL|INVALID_PROTOCOL|SOCKET_BAD_PORT)$/.test(code),
    told: () => ({ what: 'an address that this step was given is not one of HTTP', fix: CHECK_ENDPOINTS }),
  },
  {
    of: ({ name, code }) =>
      /^ERR_(INVALID_CHAR|INVALID_HTTP_TOKEN|UNESCAPED_CHARACTERS)$/.test(code) || name === 'URIError',
    told: () => ({
      what: 'a text that this step was given cannot be part of a request',
      why: 'an answer, a file or a variable holds characters that no header and no address may have; it is not quoted, because it may hold a secret',
      fix: CHECK_ENDPOINTS,
    }),
  },
  {
    // Node has one code for every argument that it does not take.
    of: ({ code, message }) => code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test(message),
    told: () => ({ what: 'a path has a NUL in it', fix: 'check the file that names it' }),
  },
  {
    of: ({ code }) => /^Z_|^ZSTD_|^ERR_(PADDING|TRAILING_JUNK)|^ERR__ERROR_FORMAT/.test(code),
    told: (code) => ({ what: `compressed data is damaged (${code})`, fix: 'create the file again' }),
  },
  {
    of: ({ code }) => /^ERR_OSSL_(PEM|ASN1|X509|DECODER|PKCS12|UNSUPPORTED)/.test(code),
    told: (code) => ({
      what: `a certificate or a key cannot be read (${code})`,
      fix: 'check the files that the step is given: those of DOCKER_CERT_PATH, and the CA of NODE_EXTRA_CA_CERTS',
    }),
  },
  {
    of: ({ code }) => /^ERR_WORKER_(INIT_FAILED|OUT_OF_MEMORY)$/.test(code),
    told: (code) => ({
      what: `a thread cannot be started (${code})`,
      why: 'the machine, or the container of the job, has no memory left or too many processes',
      fix: 'raise the limits of the container, or use a larger runner',
    }),
  },
  {
    of: ({ code }) => code === 'ERR_STRING_TOO_LONG',
    told: () => ({ what: 'a text is longer than 512 MB', fix: 'check the file or the answer' }),
  },
  {
    of: ({ name }) => name === 'SyntaxError',
    told: () => ({
      what: 'a text that should be JSON is not',
      why: 'a file or an answer is damaged, cut short, or of another kind; it is not quoted, because it may hold a secret',
      fix: CHECK_ENDPOINTS,
    }),
  },
];

function programProblem(thrown: unknown, path: unknown): Problem {
  const { code } = shapeOf(thrown);
  return new Problem({
    on: typeof path === 'string' ? path : undefined,
    what: `the program cannot be started (${code})`,
    fix: 'install it on the runner, or check PATH',
    cause: thrown,
  });
}
