import { Problem } from '../../../base/problem.ts';
import { type DotenvReader, READERS } from '../../line.ts';
import { readCommon } from './common.ts';
import { readCompose } from './compose.ts';
import { readDocker } from './docker.ts';
import { readNode } from './node.ts';
import { readShell } from './shell.ts';
import type { DotenvEntry, DotenvText } from './text.ts';

const READ: Readonly<Record<DotenvReader, (text: string) => DotenvText>> = {
  dotenv: readCommon,
  compose: readCompose,
  docker: readDocker,
  node: readNode,
  shell: readShell,
};

/** How many lines a message names. */
const MAX_TOLD = 10;

/**
 * The entries of a .env file, in its order, as its reader reads them.
 * @throws Problem that tells where it cannot be read so, quotes nothing of it, and names the readers that can
 */
export function readDotenv(text: string, reader: DotenvReader): readonly DotenvEntry[] {
  const read = READ[reader](text);
  const entries = read.entries.filter((entry) => !isEncoded(entry));
  const encoded = read.entries.filter(isEncoded).map(({ line }) => ({ line, why: ENCODED }));
  const faults = [...read.faults, ...encoded].sort((a, b) => a.line - b.line);
  if (faults.length === 0) return withoutDuplicates(entries);
  const able = READERS.filter(
    (other) => other !== 'dotenv' && other !== reader && READ[other](text).faults.length === 0,
  );
  const told = faults.slice(0, MAX_TOLD).map(({ line, why }) => `line ${line}: ${why}`);
  if (faults.length > MAX_TOLD) told.push(`and ${faults.length - MAX_TOLD} lines more`);
  throw new Problem({
    what:
      reader === 'dotenv'
        ? 'the readers of .env files do not agree on what the value says'
        : `the value cannot be read as a .env file for ${reader}`,
    why: told.join('\n'),
    fix:
      able.length > 0
        ? `say which program reads the file: ${able.map((other) => `as ${other}`).join(', ')}`
        : 'correct the value: one NAME=value a line, and quotes that are closed',
  });
}

const ENCODED = 'it looks like a line of base64, and its text would be shown as a name';

/** A line of base64 that ends in `=` is NAME= to every reader, and what it holds would be printed as a name. */
function isEncoded({ name, value }: DotenvEntry): boolean {
  if (!/^=?$/.test(value) || !/^[A-Za-z\d]{7,}$/.test(name) || (name.length + value.length + 1) % 4 !== 0) return false;
  return value === '=' || !/^([A-Z][A-Z\d]*|[a-z]+\d*|[A-Za-z][a-z]+([A-Z][a-z]+)*\d*)$/.test(name);
}

/** Every reader takes the last one. Nobody can tell which one is meant, and no prefix helps. */
function withoutDuplicates(entries: readonly DotenvEntry[]): readonly DotenvEntry[] {
  const twice = [...Map.groupBy(entries, ({ name }) => name)].find(([, group]) => group.length > 1);
  if (!twice) return entries;
  const [name, group] = twice;
  throw new Problem({
    what: `the value sets ${name} more than once: lines ${group.map(({ line }) => line).join(', ')}`,
    fix: 'take all but one of these lines out of the stored value',
  });
}
