import { describe, expect, test } from '@jest/globals';
import { together } from '../../src/base/parallel.ts';
import { Problem, Problems } from '../../src/base/problem.ts';
import { inert } from '../../src/base/runner.ts';

const first = new Problem({ what: 'The tag is immutable', on: 'shop:1', why: 'it has\ntwo lines', fix: 'use another' });
const second = new Problem({ what: 'Nothing is there' });

test('a problem says what failed, on which thing, why and what to do', () => {
  expect(first.message).toBe('shop:1: The tag is immutable.\n  Why: it has\n       two lines\n  Fix: use another');
});

describe('work side by side', () => {
  test('gives results in order', async () => {
    await expect(together([Promise.resolve(1), Promise.resolve(2)])).resolves.toEqual([1, 2]);
  });
  test('waits for all and gives all problems', async () => {
    const failed = together([Promise.reject(new Problems([first])), Promise.resolve(1), Promise.reject(second)]);
    await expect(failed).rejects.toEqual(new Problems([first, second]));
  });
  test('a bug among problems stays a bug', async () => {
    const bug = new TypeError('x is undefined');
    await expect(together([Promise.reject(first), Promise.reject(bug)])).rejects.toBe(bug);
  });
});

test.each([
  ['plain', 'plain'],
  ['::add-mask::a', ': :add-mask::a'],
  ['name\n  ::error::made up', 'name\n  : :error::made up'],
  ['##[error]made up', '## [error]made up'],
  ['a::b', 'a::b'],
])('what is printed is not a command: %j', (text, shown) => {
  expect(inert(text)).toBe(shown);
});

test('what several jobs meet is one problem', () => {
  const cancelled = () => new Problem({ what: 'the step was cancelled' });
  const { all, message } = new Problems([cancelled(), new Problem({ what: 'the disk is full' }), cancelled()]);
  expect(all.map(({ details }) => details.what)).toEqual(['the step was cancelled', 'the disk is full']);
  expect(message).toBe('the step was cancelled.\nthe disk is full.');
});
