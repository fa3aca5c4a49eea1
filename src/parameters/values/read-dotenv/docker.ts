import { type DotenvEntry, type DotenvFault, type DotenvText, GO_BLANKS } from './text.ts';

/**
 * Reads a file as `docker run --env-file` does: line by line, everything after the `=` as it is, quotes too.
 * https://docs.docker.com/reference/cli/docker/container/run/#env
 */
export function readDocker(text: string): DotenvText {
  const entries: DotenvEntry[] = [];
  const faults: DotenvFault[] = [];
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  lines.forEach((whole, index) => {
    const line = index + 1;
    const entry = whole.replace(/\r$/, '').replace(new RegExp(`^${GO_BLANKS.source}`), '');
    if (entry === '' || entry.startsWith('#')) return;
    const equals = entry.indexOf('=');
    const name = equals < 0 ? entry : entry.slice(0, equals);
    if (equals < 0)
      faults.push({ line, why: 'it has no =: docker would take the value of the machine that it runs on' });
    else if (name === '' || /\s/.test(name))
      faults.push({ line, why: 'docker takes no name that is empty or has spaces, nor export' });
    else entries.push({ name, value: entry.slice(equals + 1), line });
  });
  return { entries, faults };
}
