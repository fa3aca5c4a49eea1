import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { type DotenvReader, READERS } from '../../../src/parameters/line.ts';
import { readCommon } from '../../../src/parameters/values/read-dotenv/common.ts';
import { readCompose } from '../../../src/parameters/values/read-dotenv/compose.ts';
import { readDocker } from '../../../src/parameters/values/read-dotenv/docker.ts';
import { readDotenv } from '../../../src/parameters/values/read-dotenv/index.ts';
import { readNode } from '../../../src/parameters/values/read-dotenv/node.ts';
import { readShell } from '../../../src/parameters/values/read-dotenv/shell.ts';
import { type DotenvText, Scanner } from '../../../src/parameters/values/read-dotenv/text.ts';
import { readCompose as asCompose } from '../readers/compose.ts';
import { readDocker as asDocker } from '../readers/docker.ts';
import { anyValue } from './values.ts';

const folder = mkdtempSync(join(tmpdir(), 'keyless-read-'));
afterAll(() => rmSync(folder, { recursive: true }));
const recordOf = ({ entries }: Pick<DotenvText, 'entries'>) =>
  Object.fromEntries(entries.map(({ name, value }) => [name, value]));
const faultLines = ({ faults }: DotenvText) => faults.map(({ line }) => line);

/** Lines as people write them, some of them badly. */
const anyText = fc
  .array(
    fc.oneof(
      fc
        .tuple(fc.constantFrom('A', 'B_1', 'export C', ' D', 'e.f'), fc.constantFrom('=', '=', '= ', ': '), anyValue)
        .map((it) => it.join('')),
      fc
        .tuple(fc.constantFrom('A', 'B_1', 'C'), fc.constantFrom(...`'"`), fc.stringMatching(/^[a-z #$\\'"]{0,6}$/))
        .map(([name, quote, text]) => `${name}=${quote}${text}${quote}`),
      fc.tuple(fc.constantFrom('A', 'B_1', 'C'), fc.stringMatching(/^[\w/:@.+-]{0,8}$/)).map((it) => it.join('=')),
      fc.constantFrom(
        '',
        '# note',
        '  # note',
        'A=1 # note',
        'A=1;B=2',
        'A=1 B=2',
        "A='it'\\''s'",
        'A=a\\ b',
        'A=$B',
        'A="$B"',
        'A=x$',
      ),
    ),
    { maxLength: 4 },
  )
  .map((lines) => lines.join('\n'));

/** What `set -a; . file` gives for many files, in one shell. */
function sourced(shell: string, texts: readonly string[]): Record<string, string>[] {
  for (const [nth, text] of texts.entries()) writeFileSync(join(folder, `${nth}.env`), text);
  const script = `for f in $(seq 0 ${texts.length - 1}); do ( set -a; . "${folder}/$f.env"; env -0 ); printf '\\001\\000'; done`;
  const printed = execFileSync(shell, ['-c', script], {
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return printed
    .toString()
    .split('\x01\0')
    .slice(0, -1)
    .map((part) =>
      Object.fromEntries(
        part
          .split('\0')
          .filter(Boolean)
          .map((it) => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]),
      ),
    );
}

describe('what a reader reads is what the step reads, of any text that it takes', () => {
  const samples = (read: (text: string) => DotenvText) =>
    fc.sample(anyText, { numRuns: 4_000, seed: 20_261_126 }).filter((text) => {
      const { entries, faults } = read(text);
      return faults.length === 0 && entries.length > 0;
    });

  test.each(['sh', 'bash'])('as shell: %s', (shell) => {
    const texts = samples(readShell).slice(0, 400);
    expect(texts.length).toBeGreaterThan(200);
    const env = sourced(shell, texts);
    texts.forEach((text, nth) => {
      expect([text, env[nth]]).toEqual([text, expect.objectContaining(recordOf(readShell(text)))]);
    });
  });

  // What compose-go itself read (dotenv.ParseWithLookup, July 2026, commit e70e961): it cannot be installed here.
  test.each(
    JSON.parse(readFileSync(join(import.meta.dirname, '../readers/compose-go.json'), 'utf8')) as [
      string,
      object | null,
    ][],
  )('compose-go reads %j', (text, read) => {
    const { entries, faults } = readCompose(text);
    if (faults.length === 0) expect(recordOf({ entries })).toEqual(read);
    const reference = () => asCompose(text, {});
    // It does not judge what follows a quote.
    if (read === null || '' in read) expect(faults).not.toEqual([]);
    else expect(reference()).toEqual(read);
  });

  test('as compose', () => {
    const texts = samples(readCompose);
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) expect([text, asCompose(text, {})]).toEqual([text, recordOf(readCompose(text))]);
  });

  test('as docker', () => {
    const texts = samples(readDocker);
    expect(texts.length).toBeGreaterThan(200);
    for (const text of texts) expect([text, asDocker(text)]).toEqual([text, recordOf(readDocker(text))]);
  });

  test('as dotenv: all of them alike', () => {
    const texts = samples(readCommon);
    expect(texts.length).toBeGreaterThan(200);
    const [sh, bash] = ['sh', 'bash'].map((shell) => sourced(shell, texts.slice(0, 200)));
    texts.forEach((text, nth) => {
      const expected = recordOf(readCommon(text));
      const read = {
        npm: parse(text),
        node: parseEnv(text),
        compose: asCompose(text, {}),
        docker: asDocker(text),
        step: recordOf(readNode(text)),
      };
      expect([text, read]).toEqual([
        text,
        { npm: expected, node: expected, compose: expected, docker: expected, step: expected },
      ]);
      if (nth < 200)
        expect([text, sh?.[nth], bash?.[nth]]).toEqual([
          text,
          expect.objectContaining(expected),
          expect.objectContaining(expected),
        ]);
    });
  });
});

describe('as dotenv refuses what its readers read differently, and says who settles it', () => {
  test.each<[string, string, number[], DotenvReader[]]>([
    ['an unquoted #', 'DB_PASSWORD=Tr0ub4dor#3', [1], ['compose', 'docker', 'node', 'shell']],
    ['a comment after a value', 'A=1\nB=2 # note', [2], ['compose', 'docker', 'node', 'shell']],
    ['a variable', 'A=pa$$word\nB=pa$word', [1, 2], ['docker', 'node']],
    ['quotes', 'A="two words"', [1], ['compose', 'docker', 'node', 'shell']],
    ['quotes around a $', `A='pa$word'`, [1], ['compose', 'docker', 'node', 'shell']],
    ['several lines in quotes, told once', 'A="one\ntwo three\nfour"\nB=1\nC=a b', [1, 5], ['compose', 'node']],
    ['export', 'export A=1', [1], ['compose', 'node', 'shell']],
    ['spaces', 'A=two words', [1], ['compose', 'docker', 'node']],
    ['a space at the end', 'A=one ', [1], ['compose', 'docker', 'node', 'shell']],
    ['CRLF', 'A=1\r\nB=2\r\n', [1, 2], ['compose', 'docker', 'node']],
    ['a byte order mark', '\ufeffA=1', [1], ['compose', 'docker', 'node']],
    ['NAME: value', 'A: 1', [1], ['compose', 'node']],
    ['a backslash', 'A=C:\\dir', [1], ['compose', 'docker', 'node', 'shell']],
    ['a home folder', 'A=~/x', [1], ['compose', 'docker', 'node']],
    ['a name alone', 'A=1\nSECRET', [2], []],
  ])('%s', (_, text, lines, able) => {
    expect(faultLines(readCommon(text))).toEqual(lines);
    expect(() => readDotenv(text, 'dotenv')).toThrow(
      able.length > 0
        ? `say which program reads the file: ${able.map((it) => `as ${it}`).join(', ')}`
        : 'correct the value',
    );
    expect(() => readDotenv(text, 'dotenv')).not.toThrow(/Tr0ub4dor|word|SECRET/);
    for (const reader of able) expect(readDotenv(text, reader)).not.toEqual([]);
  });

  test.each<[DotenvReader, string, Record<string, string>]>([
    ['compose', 'DB_PASSWORD=Tr0ub4dor#3\nB=x # note', { DB_PASSWORD: 'Tr0ub4dor#3', B: 'x' }],
    ['compose', `A='pa$word'\nB="a\\$b\\n"\nC=a$$b`, { A: 'pa$word', B: 'a$b\n', C: 'a$b' }],
    ['docker', 'A="quoted"\nB=p#w $x  ', { A: '"quoted"', B: 'p#w $x  ' }],
    ['node', 'A=Tr0ub4dor#3\nB="a # b"', { A: 'Tr0ub4dor', B: 'a # b' }],
    ['shell', `export A='it'\\''s' B=a#b # note\nC="a\\"b\\$"; D=x$`, { A: "it's", B: 'a#b', C: 'a"b$', D: 'x$' }],
  ])('as %s: %j', (reader, text, expected) => {
    expect(recordOf({ entries: readDotenv(text, reader) })).toEqual(expected);
  });

  test.each<[DotenvReader, string, number[]]>([
    ['compose', 'A=$B\nC="${D}"\nE="open\nF=1', [1, 2, 3]],
    ['compose', 'A\nB=1', [1]],
    ['docker', 'export A=1\nB', [1, 2]],
    ['shell', 'A=$(id)\nB=`id`\nC="$D"\nE=1\nrm -rf x\nF=~/x\nG=a&b\nexport H=*', [1, 2, 3, 5, 6, 7, 8]],
  ])('as %s refuses, by line, %j', (reader, text, lines) => {
    const read = { compose: readCompose, docker: readDocker, shell: readShell, node: readNode, dotenv: readCommon }[
      reader
    ];
    expect(faultLines(read(text))).toEqual(lines);
  });
});

test('a name that is set twice: nobody can tell which one is meant', () => {
  expect(() => readDotenv('A=one\nB=2\nA=three', 'dotenv')).toThrow('the value sets A more than once: lines 1, 3');
});

test.each(READERS)('as %s: a line of base64 is not shown as a name', (reader) => {
  for (const line of ['aHVudGVyMnNlY3JldA==', 'aHVudGVyMnNlY3I=', 'QUJDREVGRw==']) {
    expect(() => readDotenv(`A=1\n${line}`, reader)).toThrow('line 2: it looks like a line of base64');
  }
  expect(recordOf({ entries: readDotenv('DB_PASSWORD=\nREDISURL=\ndbHosts=', reader) })).toEqual({
    DB_PASSWORD: '',
    REDISURL: '',
    dbHosts: '',
  });
});

describe('work grows with the text, not with its square', () => {
  /** Steps of all scanners that a reader makes. */
  function stepsOf(read: (text: string) => unknown, text: string): number {
    const { take, next } = Scanner.prototype;
    let steps = 0;
    const count = <A extends unknown[], R>(of: (this: Scanner, ...args: A) => R) =>
      function (this: Scanner, ...args: A): R {
        const before = this.steps;
        const result = of.apply(this, args);
        steps += this.steps - before + 1;
        return result;
      };
    Object.assign(Scanner.prototype, { take: count(take), next: count(next) });
    try {
      read(text);
    } finally {
      Object.assign(Scanner.prototype, { take, next });
    }
    return steps;
  }

  const pieces = [...`'"\`\\$#=: \n`, "A='", 'A="', 'A=\n', "A='\\'", 'export ', '\u2028', 'A:\n', 'x'];
  test.each([
    ['as node', readNode],
    ['as compose', readCompose],
    ['as shell', readShell],
  ])('%s', (_, read) => {
    const repeated = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }).map((it) => it.join(''));
    fc.assert(
      fc.property(repeated, (piece) => {
        const half = stepsOf(read, piece.repeat(400));
        expect(stepsOf(read, piece.repeat(800))).toBeLessThanOrEqual(2.5 * half + 50);
      }),
      { numRuns: 300, seed: 20_261_126 },
    );
  });
});
