import { expect, test } from '@jest/globals';
import type { Json } from '../../src/aws/api.ts';
import { changedKeys } from '../../src/deploy/changed-keys.ts';

test.each<[string, Json, Json, string[]]>([
  ['another value', { cpu: '256' }, { cpu: '512' }, ['cpu']],
  ['a key that one has', { cpu: '256' }, { cpu: '256', memory: '512' }, ['memory']],
  ['a key that the other lacks', { pidMode: 'task' }, {}, ['pidMode']],
  ['what is left out', { name: 'a', cpu: 1 }, { name: 'b', cpu: 2 }, ['cpu']],
  [
    'what AWS fills in itself',
    {},
    { environment: [], cpu: 0, enableFaultInjection: false, linux: { devices: [] }, note: null },
    [],
  ],
  [
    'the order of names and values',
    {
      env: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
    },
    {
      env: [
        { value: '2', name: 'B' },
        { value: '1', name: 'A' },
      ],
    },
    [],
  ],
  ['the order of words, which is one', { command: ['a', 'b'] }, { command: ['b', 'a'] }, ['command']],
  ['true and false', { essential: true }, { essential: false }, ['essential']],
])('settings that differ: %s', (_, one, other, expected) => {
  expect(changedKeys(one, other, { without: ['name'] })).toEqual(expected);
});
