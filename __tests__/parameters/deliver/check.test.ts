import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkEntries } from '../../../src/parameters/deliver/check.ts';
import { environmentLimits, sizeInEnvironment, sizeOfEnvironment } from '../../../src/parameters/deliver/limits.ts';
import { DIALECTS } from '../../../src/parameters/deliver/write-dotenv.ts';
import { parseLine } from '../../../src/parameters/line.ts';
import type { Fetched } from '../../../src/parameters/read/answers.ts';
import type { Answers } from '../../../src/parameters/read/fetch.ts';
import { type Entry, entriesFor } from '../../../src/parameters/values/entries.ts';
import { anyValue } from '../values/values.ts';

const place = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333', caller: 'arn' };
const runs = { numRuns: 2_000, seed: 20_261_122 };

const fetched = (name: string, value: string): Fetched => ({
  name,
  value,
  arn: `arn:aws:ssm:eu-west-1:111122223333:parameter${name}`,
  selector: '',
  version: 1,
  type: 'SecureString',
  secret: true,
  reference: false,
});

/** What one request for /a answers. */
const answersOf = (value: string): Answers => ({
  named: [{ source: { kind: 'parameter', name: '/a', selector: '' }, found: fetched('/a', value) }],
  below: [],
  refused: [],
});

test('no problem of a value quotes the value, whatever it is', () => {
  const canary = fc.tuple(anyValue, anyValue).map(([before, after]) => `${before}c4n4ry${after}`);
  const lines = ['A=/a', 'B=/a as json', '*=/a as dotenv', 'LD_PRELOAD=/a', 'a=/a'].map((line) => parseLine(line));
  fc.assert(
    fc.property(canary, fc.constantFrom(...DIALECTS), fc.constantFrom('env', 'outputs'), (value, dialect, exportTo) => {
      const { entries, problems } = entriesFor({ lines, nameCase: 'upper' }, answersOf(value), place);
      const unfit = checkEntries(entries, { exportTo, dialect, allowedNames: [], env: { RUNNER_OS: 'Windows' } });
      const told = [...problems, ...unfit].map(({ message }) => message);
      expect(told.length).toBeGreaterThan(0);
      // The name of an entry is not a value, and has to be told.
      const names = entries.map(({ name }) => name).join('\n');
      if (!/c4n4ry/i.test(names)) expect(told.join('\n')).not.toMatch(/c4n4ry/i);
    }),
    runs,
  );
});

describe('limits', () => {
  const entry = (name: string, value: string): Entry => ({ name, value, from: '/x', whole: true, spelled: true });
  const problems = (entries: Entry[], env: Record<string, string>) =>
    checkEntries(entries, { exportTo: 'env', allowedNames: [], env }).map(({ details }) => details.what);

  test.each<[string, number, RegExp | undefined]>([
    ['Linux', 131_072 - 3, undefined],
    ['Linux', 131_072 - 2, /has 131070 bytes; later steps cannot start with a variable over 131072/],
    ['macOS', 131_072 - 3, undefined],
    ['Windows', 32_767 - 3, undefined],
    ['Windows', 32_767 - 2, /over 32767/],
    ['', 131_072 - 2, /over 131072/],
  ])('one variable, %s, %i bytes', (system, bytes, message) => {
    const found = problems([entry('A', 'x'.repeat(bytes))], { RUNNER_OS: system });
    expect(found).toEqual(message ? [expect.stringMatching(message)] : []);
  });

  test('all variables together, with those that the job has', () => {
    const large = Array.from({ length: 12 }, (_, n) => entry(`V${n}`, 'x'.repeat(100_000)));
    expect(problems(large, { RUNNER_OS: 'Linux' })).toEqual([]);
    expect(problems(large, { RUNNER_OS: 'Linux', BEFORE: 'x'.repeat(900_000) })).toEqual([
      expect.stringMatching(/the environment would have/),
    ]);
    expect(problems(large, { RUNNER_OS: 'macOS' })).toEqual([expect.stringMatching(/the environment would have/)]);
  });

  test('sizes count bytes, the = and the NUL', () => {
    expect(sizeInEnvironment('A', 'é')).toBe(5);
    expect(sizeOfEnvironment({ A: 'é', B: undefined })).toBe(5 + 8 + 3 + 8);
    expect(environmentLimits(undefined)).toEqual(environmentLimits('Linux'));
  });
});

test.each([
  ['a\0b', 'its value has a NUL, which no variable can hold'],
  ['a\ud800b', 'its value has half of a surrogate pair, which no variable and no file can hold'],
])('%j is told, once', (value, what) => {
  const entries = [{ name: 'A', value, from: '/a', whole: true, spelled: true }];
  const options = { exportTo: 'none' as const, dialect: 'portable' as const, allowedNames: [], env: {} };
  expect(checkEntries(entries, options).map(({ details }) => details.what)).toEqual([what]);
});
