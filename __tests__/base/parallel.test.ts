import { expect, test } from '@jest/globals';
import { atMost, eachOf } from '../../src/base/parallel.ts';
import { Problem, Problems } from '../../src/base/problem.ts';

test('as many at a time as allowed, with the results in order', async () => {
  let running = 0;
  let most = 0;
  const results = await atMost(3, [5, 1, 4, 2, 3, 0], async (item) => {
    most = Math.max(most, ++running);
    for (let turns = 0; turns < item; turns++) await Promise.resolve();
    running--;
    return item * 2;
  });
  expect(results).toEqual([10, 2, 8, 4, 6, 0]);
  expect(most).toBe(3);
  expect(await atMost(3, [], async () => 1)).toEqual([]);
});

test('a failure stops no other, and all problems are thrown together', async () => {
  const done: number[] = [];
  const work = atMost(1, [1, 2, 3, 4], async (item) => {
    if (item % 2 === 0) throw new Problem({ what: `no ${item}` });
    done.push(item);
  });
  await expect(work).rejects.toThrow(new Problems([new Problem({ what: 'no 2' }), new Problem({ what: 'no 4' })]));
  expect(done).toEqual([1, 3]);
});

test('the first failure of each-of keeps further items from being begun', async () => {
  const begun: number[] = [];
  const work = eachOf([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 2) throw new Problem({ what: 'no 2' });
  });
  await expect(work).rejects.toThrow('no 2');
  expect(begun).not.toContain(5);
});
