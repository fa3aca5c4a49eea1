import { describe, expect, test } from '@jest/globals';
import { parse } from 'dotenv';
import fc from 'fast-check';
import type { DotenvReader } from '../../../src/parameters/line.ts';
import { expand as expandTo } from '../../../src/parameters/values/expand.ts';
import { readNode } from '../../../src/parameters/values/read-dotenv/node.ts';
import { anyValue } from './values.ts';

const expand = (value: string, kind: 'json' | DotenvReader, prefix: string) =>
  expandTo(value, kind === 'json' ? { kind } : { kind: 'dotenv', reader: kind }, { prefix, nameCase: 'upper' });

describe('as json', () => {
  test.each<[string, string, [string, string][]]>([
    [
      'fields',
      '{"user":"app","password":"p"}',
      [
        ['DB_USER', 'app'],
        ['DB_PASSWORD', 'p'],
      ],
    ],
    [
      'numbers keep their text',
      '{"a":1.10,"b":12345678901234567890,"c":1e5,"d":-0}',
      [
        ['DB_A', '1.10'],
        ['DB_B', '12345678901234567890'],
        ['DB_C', '1e5'],
        ['DB_D', '-0'],
      ],
    ],
    [
      'true, false and null',
      '{"a":true,"b":false,"c":null}',
      [
        ['DB_A', 'true'],
        ['DB_B', 'false'],
        ['DB_C', 'null'],
      ],
    ],
    [
      'nested names',
      '{"pool":{"max":5,"idle-time":{"s":1}}}',
      [
        ['DB_POOL_MAX', '5'],
        ['DB_POOL_IDLE_TIME_S', '1'],
      ],
    ],
    ['lists are JSON, their numbers too', '{"hosts":["a", {"b": 1.50}]}', [['DB_HOSTS', '["a",{"b":1.50}]']]],
    [
      'an empty object, an empty list',
      '{"a":{},"b":[]}',
      [
        ['DB_A', '{}'],
        ['DB_B', '[]'],
      ],
    ],
    ['text that looks like JSON stays text', '{"a":"{\\"b\\": 1}"}', [['DB_A', '{"b": 1}']]],
    ['a key named __proto__', '{"__proto__":"x"}', [['DB___PROTO__', 'x']]],
    ['nothing', '{}', []],
    ['a byte order mark', '\ufeff{"a":"x"}', [['DB_A', 'x']]],
    [
      'a field that only looks as if it were twice',
      '{"a":"a","b":{"a":"\\"a\\":"}}',
      [
        ['DB_A', 'a'],
        ['DB_B_A', '"a":'],
      ],
    ],
    ['a whole surrogate pair', '{"a":"\\ud83d\\ude00"}', [['DB_A', '😀']]],
  ])('%s', (_, value, expected) => {
    expect(expand(value, 'json', 'DB_')).toEqual(expected);
  });

  test.each<[string, string, string]>([
    ['no JSON', 'hunter2-secret', 'the value is not JSON'],
    ['half of it', '{"password": "hunter2-secret"', 'the value is not JSON'],
    ['a field twice', '{"a":{"hunter2-x":1},"b":[{"password":1,"user":2,"password":3}]}', 'the field "password" twice'],
    ['a field twice, escaped', '{"pass":1,"p\\u0061ss":2}', 'the field "pass" twice'],
    ['half of a surrogate pair', '{"a":{"key":"hunter2-\\ud800"}}', 'the field "a.key" holds half of a surrogate pair'],
    ['a list', '["hunter2-secret"]', 'not an object with fields'],
    ['a text', '"hunter2-secret"', 'not an object with fields'],
    ['encoded twice', JSON.stringify('{"password":"hunter2-secret"}'), 'encoded twice'],
    ['a number', '12345678', 'not an object with fields'],
    ['an abyss', `${'{"hunter2":'.repeat(2_000)}1${'}'.repeat(2_000)}`, 'nested deeper than 64 levels'],
  ])('%s is a problem that quotes nothing of it', (_, value, message) => {
    expect(() => expand(value, 'json', '')).toThrow(message);
    expect(() => expand(value, 'json', '')).not.toThrow(/hunter2|secret|1234/);
  });
});

describe('as node', () => {
  test.each<[string, string, [string, string][]]>([
    [
      'entries, comments, empty lines',
      '# x\n\nA=1\nB=two words # note\n',
      [
        ['A', '1'],
        ['B', 'two words'],
      ],
    ],
    [
      'export, YAML style, spaces',
      'export A=1\nB: 2\n  C = 3',
      [
        ['A', '1'],
        ['B', '2'],
        ['C', '3'],
      ],
    ],
    [
      'a byte order mark and CRLF',
      '\uFEFFA=1\r\nB="2"\r\n',
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ],
    ['a comment without a space', 'A=p@ss#word', [['A', 'p@ss']]],
    [
      'quotes of three kinds',
      `A='a # "b"'\nB="it's"\nC=\`'"\``,
      [
        ['A', 'a # "b"'],
        ['B', "it's"],
        ['C', `'"`],
      ],
    ],
    [
      'several lines',
      'KEY="-----BEGIN\nabc=\n-----END"\nB=1',
      [
        ['KEY', '-----BEGIN\nabc=\n-----END'],
        ['B', '1'],
      ],
    ],
    [
      'escapes in double quotes alone',
      `A="a\\nb"\nB='a\\nb'\nC=a\\nb`,
      [
        ['A', 'a\nb'],
        ['B', 'a\\nb'],
        ['C', 'a\\nb'],
      ],
    ],
    [
      'a name without a value',
      'A=\nB=""',
      [
        ['A', ''],
        ['B', ''],
      ],
    ],
    [
      'nothing is expanded',
      'A=$HOME\nB="${A}"',
      [
        ['A', '$HOME'],
        ['B', '${A}'],
      ],
    ],
  ])('%s', (_, value, expected) => {
    expect(expand(value, 'node', '')).toEqual(expected);
  });

  test('names get a prefix', () => {
    expect(expand('A=1', 'node', 'PRE_')).toEqual([['PRE_A', '1']]);
  });

  test.each<[string, string, string]>([
    ['a line that is not an entry', 'A=1\nhunter2-secret\nB=2\n', 'line 2'],
    ['the last of them', 'hunter2-secret\nA=1\nhunter2-secret', 'line 3'],
    ['a quote that is never closed', 'KEY="-----BEGIN\nhunter2-secret\n-----END\nB=1', 'line 2'],
  ])('%s is a problem that says where, and quotes nothing', (_, value, where) => {
    expect(() => expand(value, 'node', '')).toThrow(`${where}: it is neither NAME=value nor a comment`);
    expect(() => expand(value, 'node', '')).not.toThrow(/hunter2/);
  });

  test("reads what npm's dotenv reads, of any text", () => {
    const entry = fc.tuple(
      fc.constantFrom('A', 'export B', ' C.d', 'E-f'),
      fc.constantFrom('=', ' = ', ': '),
      anyValue,
    );
    const text = fc
      .array(
        fc.oneof(
          entry.map((it) => it.join('')),
          anyValue,
        ),
      )
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, (file) => {
        expect(Object.fromEntries(readNode(file).entries.map(({ name, value }) => [name, value]))).toEqual(parse(file));
      }),
      { numRuns: 3_000, seed: 20_261_122 },
    );
  });
});
