import { describe, expect, test } from '@jest/globals';
import { type InputReader, inputReader } from '../../src/base/inputs.ts';
import { Problem, Problems } from '../../src/base/problem.ts';
import { quote } from '../../src/base/quote.ts';

function reading(inputs: Record<string, string>) {
  return inputReader({ env: {}, input: (name) => inputs[name] ?? '' });
}

function problemsOf(read: (inputs: InputReader) => unknown, inputs: Record<string, string>): string[] {
  const reader = reading(inputs);
  read(reader);
  try {
    reader.throwProblems();
  } catch (thrown) {
    if (thrown instanceof Problems) return thrown.all.map((problem) => problem.message);
  }
  return [];
}

describe('what is accepted', () => {
  test.each<[string, (inputs: InputReader) => unknown, string, unknown]>([
    ['no text is absent', (it) => it.text('x'), '  ', undefined],
    ['text is trimmed', (it) => it.text('x'), ' a ', 'a'],
    ['a boolean', (it) => it.boolean('x', false), 'True', true],
    ['an absent boolean', (it) => it.boolean('x', true), '', true],
    ['a number', (it) => it.integer('x', { min: 900, max: 43_200 }), '900', 900],
    ['one of', (it) => it.oneOf('x', ['env', 'none'], 'env'), 'none', 'none'],
    [
      'a list without comments and empty lines, with the lines of the input',
      (it) => it.lines('x'),
      '\n a => b\r\n\n# comment\nc\n',
      [
        { text: 'a => b', line: 2 },
        { text: 'c', line: 5 },
      ],
    ],
  ])('%s', (_, read, given, expected) => {
    const reader = reading({ x: given });
    expect(read(reader)).toEqual(expected);
    reader.throwProblems();
  });
});

describe('what is not', () => {
  test.each<[string, (inputs: InputReader) => unknown, string, string[]]>([
    ['yes', (it) => it.boolean('x', false), 'yes', ['Input x: "yes" is not a boolean.\n  Fix: write true or false']],
    [
      'a unit',
      (it) => it.integer('x', { min: 900, max: 43_200 }),
      '1h',
      ['Input x: "1h" is not accepted.\n  Fix: write a whole number from 900 to 43200'],
    ],
    [
      'too much',
      (it) => it.integer('x', { min: 1, max: 2 }),
      '3',
      ['Input x: "3" is not accepted.\n  Fix: write a whole number from 1 to 2'],
    ],
    [
      'another word',
      (it) => it.oneOf('x', ['env', 'none'], 'env'),
      'all',
      ['Input x: "all" is not accepted.\n  Fix: write one of env, none'],
    ],
    [
      'every bad line, by its number',
      (it) =>
        it.parsed('x', (text) => {
          if (text !== 'good') throw new Problem({ what: `${quote(text)} is bad`, fix: 'write good' });
          return text;
        }),
      'bad\n# note\ngood\nworse',
      ['Input x, line 1: "bad" is bad.\n  Fix: write good', 'Input x, line 4: "worse" is bad.\n  Fix: write good'],
    ],
  ])('%s', (_, read, given, expected) => {
    expect(problemsOf(read, { x: given })).toEqual(expected);
  });

  test('a quoted value is short and on one line', () => {
    expect(quote(`a\n::error::b${'c'.repeat(200)}`)).toBe(`"a ::error::b${'c'.repeat(105)}…"`);
  });
});
