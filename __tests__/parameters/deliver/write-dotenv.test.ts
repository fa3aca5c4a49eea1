import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadEnvConfig } from '@next/env';
import { parse } from 'dotenv';
import { expand } from 'dotenv-expand';
import fc from 'fast-check';
import {
  DIALECTS,
  type Dialect,
  dialectsFor,
  isForFrameworks,
  writeDotenv,
  writeValue,
} from '../../../src/parameters/deliver/write-dotenv.ts';
import { readCompose } from '../readers/compose.ts';
import { readDocker } from '../readers/docker.ts';
import { anyValue } from '../values/values.ts';

type Read = (file: string) => Record<string, string | undefined>;

const folder = mkdtempSync(join(tmpdir(), 'keyless-dotenv-'));
afterAll(() => rmSync(folder, { recursive: true }));
/** Bash that is given a socket as its input takes itself for a remote shell, and reads ~/.bashrc. */
const STDIO = ['ignore', 'pipe', 'inherit'] as const;
const PRINT = 'process.stdout.write(JSON.stringify(process.env))';

/** `node --env-file`, in a process that has no other environment. */
const nodeEnvFile: Read = (file) => {
  writeFileSync(join(folder, 'node.env'), file);
  return JSON.parse(
    execFileSync(process.execPath, ['--env-file', join(folder, 'node.env'), '-e', PRINT], {
      env: {},
      stdio: [...STDIO],
    }).toString(),
  );
};

/** `set -a; . file` in a shell. */
const sourced =
  (shell: string): Read =>
  (file) => {
    writeFileSync(join(folder, 'shell.env'), file);
    const script = `set -a; . '${join(folder, 'shell.env')}'; exec '${process.execPath}' -e '${PRINT}'`;
    return JSON.parse(
      execFileSync(shell, ['-c', script], { env: { LC_ALL: 'C.UTF-8' }, stdio: [...STDIO] }).toString(),
    );
  };

const IN_PROCESS: Readonly<Record<string, Read>> = {
  'npm dotenv': (file) => parse(file),
  'npm dotenv, fast': (file) => parse(file, { fast: true }),
  'util.parseEnv': (file) => parseEnv(file),
  compose: (file) => readCompose(file, { HOME: '/home/host', A: 'host' }),
  'docker run': (file) => readDocker(file),
  'docker run that strips quotes': (file) => readDocker(file, { stripsQuotes: true }),
};
const PROCESSES: Readonly<Record<string, Read>> = {
  'node --env-file': nodeEnvFile,
  sh: sourced('sh'),
  bash: sourced('bash'),
};

const READERS: Readonly<Record<Dialect, readonly string[]>> = {
  portable: ['npm dotenv', 'npm dotenv, fast', 'util.parseEnv', 'compose', 'node --env-file', 'sh', 'bash'],
  compose: ['compose'],
  docker: ['docker run', 'docker run that strips quotes'],
  node: ['npm dotenv', 'npm dotenv, fast', 'util.parseEnv', 'node --env-file'],
  shell: ['sh', 'bash'],
};

/** The entries that a dialect can hold, of many values. */
function entriesOf(values: readonly string[], dialect: Dialect) {
  return values
    .filter((value) => writeValue(value, dialect) !== undefined)
    .map((value, nth) => ({ name: `V${nth}`, value }));
}

const asRecord = (entries: readonly { name: string; value: string }[]) =>
  Object.fromEntries(entries.map(({ name, value }) => [name, value]));

describe.each(DIALECTS)('%s', (dialect) => {
  const inProcess = READERS[dialect].filter((name) => name in IN_PROCESS);
  const processes = READERS[dialect].filter((name) => name in PROCESSES);

  for (const reader of inProcess)
    test(`${reader} reads back every value, byte for byte`, () => {
      fc.assert(
        fc.property(fc.array(anyValue, { maxLength: 8 }), (values) => {
          const entries = entriesOf(values, dialect);
          expect(IN_PROCESS[reader]?.(writeDotenv(entries, dialect))).toEqual(asRecord(entries));
        }),
        { numRuns: 1_500, seed: 20_261_122 },
      );
    });

  for (const reader of processes)
    test(`${reader} reads back every value, byte for byte`, () => {
      for (const seed of [1, 2, 3, 4, 5]) {
        const entries = entriesOf(fc.sample(anyValue, { numRuns: 500, seed }), dialect);
        const read = PROCESSES[reader]?.(writeDotenv(entries, dialect)) ?? {};
        expect(Object.fromEntries(entries.map(({ name }) => [name, read[name]]))).toEqual(asRecord(entries));
      }
    });
});

/** They expand by the environment that they are in; none of these names is in it. */
const FRAMEWORKS: Readonly<Record<string, Read>> = {
  Next: (file) => {
    writeFileSync(join(folder, '.env'), file);
    return loadEnvConfig(folder, false, { info: () => {}, error: () => {} }, true).parsedEnv ?? {};
  },
  'dotenv-expand, as Vite and bun have it': (file) => expand({ parsed: parse(file), processEnv: {} }).parsed ?? {},
};

describe.each(['portable', 'node'] as const)('what a framework reads of a %s file', (dialect) => {
  test.each(Object.entries(FRAMEWORKS))('%s reads back what the step tells nothing of', (_, read) => {
    const entries = entriesOf(fc.sample(anyValue, { numRuns: 600, seed: 20_261_127 }), dialect);
    const file = read(writeDotenv(entries, dialect));
    const able = entries.filter(({ value }) => isForFrameworks(value));
    expect(able.length).toBeGreaterThan(400);
    for (const { name, value } of able) expect([value, file[name]]).toEqual([value, value]);
  });
});

describe('what can be written', () => {
  test('the shell takes everything but NUL, compose too', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(dialectsFor(value)).toEqual(expect.arrayContaining(['shell', 'compose']));
      }),
    );
    expect(dialectsFor('a\0b')).toEqual([]);
  });

  test.each<[string, string, Dialect[]]>([
    ['a word', 'info', ['portable', 'compose', 'docker', 'node', 'shell']],
    ['nothing', '', ['portable', 'compose', 'docker', 'node', 'shell']],
    ['a URL with a password', 'postgres://u:p@h:5432/db?ssl=1', ['portable', 'compose', 'docker', 'node', 'shell']],
    ['lines', 'a\nb', ['portable', 'compose', 'node', 'shell']],
    ['an apostrophe', "it's", ['portable', 'compose', 'docker', 'node', 'shell']],
    ['an apostrophe and a dollar', "it's $5", ['compose', 'docker', 'node', 'shell']],
    ['both quotes', `it's "q"`, ['compose', 'docker', 'node', 'shell']],
    ['both quotes and a line break', `it's\n"q"`, ['compose', 'node', 'shell']],
    ['all three quotes and a line break', `'"\n\``, ['compose', 'shell']],
    ['a backslash at the end', 'C:\\dir\\', ['compose', 'docker', 'node', 'shell']],
    ['a carriage return', 'a\rb', ['compose', 'shell']],
    ['quotes around the whole', '"quoted"', ['portable', 'compose', 'node', 'shell']],
  ])('%s', (_, value, able) => {
    expect(dialectsFor(value)).toEqual(able);
  });
});

test('a file reads well: no quotes where none are needed', () => {
  const entries = [
    { name: 'LEVEL', value: 'info' },
    { name: 'TITLE', value: 'The shop' },
    { name: 'QUOTE', value: "it's" },
  ];
  expect(writeDotenv(entries, 'portable')).toBe("LEVEL=info\nTITLE='The shop'\nQUOTE=\"it's\"\n");
});
