import { expect, test } from '@jest/globals';
import { groupByScope } from '../../../src/objects/plan/scopes.ts';

const leavesOut = () => false;
const at = (prefix: string, bucket = 'site') => ({ bucket, prefix, isKey: false, leavesOut });
const key = (prefix: string) => ({ bucket: 'site', prefix, isKey: true, leavesOut });

test.each([
  ['the whole bucket', at(''), ['a.txt', 'app/a.txt', 'app/js/a.js', 'apple/a.txt']],
  ['a prefix', at('app/'), ['app/a.txt', 'app/js/a.js']],
  ['a prefix below another one', at('app/js/'), ['app/js/a.js']],
  ['a key, and not what begins with it', key('app/a.txt'), ['app/a.txt']],
  ['a key that is the name of a folder', key('app'), []],
  ['another bucket', at('', 'other'), []],
])('%s holds its own objects', (_, scope, expected) => {
  const others = [at(''), at('app/'), at('app/'), at('app/js/'), key('app/a.txt'), key('app'), at('', 'other')];
  const objects = ['a.txt', 'app/a.txt', 'app/js/a.js', 'apple/a.txt'].map((one) => ({ bucket: 'site', key: one }));
  const found = groupByScope([...others, scope], objects);
  expect(found.get(scope)?.map((one) => one.key)).toEqual(expected);
});
