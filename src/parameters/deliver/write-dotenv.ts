/** Whose reader the file is for. */
export const DIALECTS = ['portable', 'compose', 'docker', 'node', 'shell'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** No reader needs quotes around these, and none changes them. */
const PLAIN = /^[\w./:@%+,=-]*$/;
const SPACE_AT_AN_END = /^\s|\s$/;
const has = (value: string, characters: string) => [...characters].some((one) => value.includes(one));

/** One way to write a value, or `undefined` when it cannot be written so. */
type Quoting = (value: string) => string | undefined;
const plain: Quoting = (value) => (PLAIN.test(value) ? value : undefined);
const when =
  (fits: (value: string) => boolean, written: (value: string) => string): Quoting =>
  (value) =>
    fits(value) ? written(value) : undefined;

/** A backslash before the closing quote escapes it for compose and for npm's dotenv; a CR is lost or becomes LF. */
const inSingle = when(
  (value) => !has(value, "'\r") && !value.endsWith('\\'),
  (value) => `'${value}'`,
);
const inDouble = when(
  (value) => !has(value, '"\\$`\r'),
  (value) => `"${value}"`,
);
const inBackticks = when(
  (value) => !has(value, '`\r') && !value.endsWith('\\'),
  (value) => `\`${value}\``,
);
/** Without quotes: for JavaScript's readers, which take the rest of the line up to a `#`. */
const bare = when(
  (value) => !has(value, '#\r\n\u2028\u2029') && !SPACE_AT_AN_END.test(value) && !/^['"`]/.test(value),
  (value) => value,
);

/** Compose: https://docs.docker.com/reference/compose-file/services/#env_file-format */
const COMPOSE_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', $: '\\$', '\r': '\\r' };
const inComposeDouble: Quoting = (value) => `"${value.replaceAll(/[\\"$\r]/g, (one) => COMPOSE_ESCAPES[one] ?? one)}"`;

/**
 * What docker-compose 1.29 (Debian 12's, with python-dotenv 0.21) reads like Compose 2: it puts other values in place of `${NAME}` in
 * every quote, takes two backslashes in single quotes for one, keeps the backslash of `\$`, and takes one before the last quote for its escape.
 */
const bothSingle = when(
  (value) => !value.includes('${') && !value.includes('\\\\') && inSingle(value) !== undefined,
  (value) => `'${value}'`,
);
const bothDouble: Quoting = (value) =>
  value.includes('$') || value.endsWith('\\') ? undefined : inComposeDouble(value);

/**
 * `docker run --env-file` takes the rest of a line as it is, up to 64 KiB; whether it strips quotes around the whole
 * differs by version. https://docs.docker.com/reference/cli/docker/container/run/#env
 */
const toTheLineEnd = when(
  (value) => !has(value, '\n\r') && !/^(['"]).*\1$/s.test(value) && Buffer.byteLength(value) < 60_000,
  (value) => value,
);

/** POSIX single quotes take anything. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02 */
const inShellQuotes: Quoting = (value) => `'${value.replaceAll("'", "'\\''")}'`;

const WAYS: Readonly<Record<Dialect, readonly Quoting[]>> = {
  portable: [plain, inSingle, inDouble],
  compose: [plain, bothSingle, bothDouble, inSingle, inComposeDouble],
  docker: [toTheLineEnd],
  node: [plain, inSingle, inDouble, inBackticks, bare],
  shell: [plain, inShellQuotes],
};

/**
 * The value as a dialect writes it, or `undefined` when its readers could not give it back byte for byte.
 * `portable` is what npm's dotenv, Node, compose and a shell all read alike; `node` is for Node and npm's dotenv.
 */
export function writeValue(value: string, dialect: Dialect): string | undefined {
  if (value.includes('\0')) return undefined;
  for (const way of WAYS[dialect]) {
    const written = way(value);
    if (written !== undefined) return written;
  }
  return undefined;
}

/** Whether docker-compose 1 reads a value back that is written for `compose`. */
export function isForCompose1(value: string): boolean {
  return [plain, bothSingle, bothDouble].some((way) => way(value) !== undefined);
}

/**
 * Whether Next, Vite, bun (dotenv-expand 12 and 1000) and python-dotenv read a value back as well: the former expand `$NAME` and `\$` in
 * any quotes, and run `$(…)`; python-dotenv expands `${NAME}`, and takes two backslashes, or one before a quote, for an escape.
 */
export function isForFrameworks(value: string): boolean {
  return !/\$[\w{(]|\\\$|\\\\|\\'/.test(value);
}

/** The dialects that can hold a value. */
export function dialectsFor(value: string): Dialect[] {
  return DIALECTS.filter((dialect) => writeValue(value, dialect) !== undefined);
}

/** A whole file; every value must be one that the dialect can write. */
export function writeDotenv(
  entries: readonly { readonly name: string; readonly value: string }[],
  dialect: Dialect,
): string {
  return entries.map(({ name, value }) => `${name}=${writeValue(value, dialect)}\n`).join('');
}
