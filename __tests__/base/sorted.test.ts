import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { placeFinder } from '../../src/base/sorted.ts';

test.each([
  ['in order', ['a', 'b', 'c']],
  ['backwards', ['c', 'b', 'a']],
  ['the same twice', ['b', 'b']],
  ['none of them', ['', 'aa', 'd', 'bb']],
])('finds the places of names that are asked for %s', (_how, asked) => {
  const sorted = ['a', 'b', 'c'];
  const placeOf = placeFinder(sorted, (name) => name);
  expect(asked.map(placeOf)).toEqual(asked.map((name) => (sorted.includes(name) ? sorted.indexOf(name) : undefined)));
});

test('finds what a map finds, whatever the names and the order of the questions', () => {
  // S3 lists in the order of UTF-8, which is another one for characters beyond the first plane.
  const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 20 });
  const asked = fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 20 });
  fc.assert(
    fc.property(names, asked, (some, others) => {
      const sorted = some.toSorted((a, b) => (a < b ? -1 : 1));
      const places = new Map(sorted.map((name, place) => [name, place]));
      const placeOf = placeFinder(sorted, (name) => name);
      const questions = [
        ...some.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        ...others,
        ...some,
      ];
      expect(questions.map(placeOf)).toEqual(questions.map((name) => places.get(name)));
    }),
  );
});
