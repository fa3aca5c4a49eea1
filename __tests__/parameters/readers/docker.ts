/**
 * Reads a file as `docker run --env-file` does: line by line, values as they are.
 * https://docs.docker.com/reference/cli/docker/container/run/#env
 * @param stripsQuotes a proposed change of the CLI takes quotes off that are around the whole value
 * @throws Error where docker ends with one
 */
export function readDocker(
  file: string,
  { stripsQuotes = false }: { readonly stripsQuotes?: boolean } = {},
): Record<string, string> {
  const read: Record<string, string> = {};
  for (const line of file
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((it) => it.replace(/\r$/, ''))) {
    if (Buffer.byteLength(line) > 64 * 1024) throw new Error('token too long');
    const text = line.trimStart();
    if (text === '' || text.startsWith('#')) continue;
    const [name = '', ...value] = text.split('=');
    if (/[ \t]/.test(name)) throw new Error(`variable ${name} contains whitespaces`);
    if (value.length === 0) continue;
    const raw = value.join('=');
    read[name] = stripsQuotes ? raw.replace(/^(['"])(.*)\1$/s, '$2') : raw;
  }
  return read;
}
