import { expect, jest, test } from '@jest/globals';
import { grow, type Kind } from '../../bench/growth/sweep.ts';
import { pathsToInvalidate } from '../../src/objects/rules/viewer-paths.ts';

jest.setTimeout(300_000);

/** Requests that do not depend on the number of files: who am I, the bucket's region, owner, settings, the first listing. */
const FIXED = 12;

test.each<[Kind, number, number, string, number]>([
  ['new', 300, 1_200, 'PUT', 1],
  ['unchanged', 1_000, 4_000, 'GET', 1 / 1_000],
  ['one in a hundred changed', 1_000, 4_000, 'PUT', 1 / 100],
  ['one header rule', 300, 1_200, 'HEAD', 1],
  ['dry run', 300, 1_200, 'GET', 0],
  ['deletion', 2_000, 6_000, 'POST', 1 / 2_000],
  ['folders with CloudFront', 1_000, 3_000, 'GET', 1 / 1_000],
  ['header rules', 500, 2_000, 'GET', 0],
  ['excludes', 500, 2_000, 'GET', 0],
  ['a thousand excludes', 1_000, 2_000, 'GET', 1 / 1_000],
  ['lines', 500, 2_000, 'GET', 1 / 100],
])('%s: the requests grow with the files and no faster (%d to %d)', async (kind, few, many, method, each) => {
  const grown = [await grow(kind, few), await grow(kind, many)];
  expect(grown.map(({ code, log }) => [code, code === 0 ? '' : log])).toEqual([
    [0, ''],
    [0, ''],
  ]);
  const [less = 0, more = 0] = grown.map(({ requests }) => requests[method] ?? 0);
  expect(more - less).toBe(Math.round(each * (many - few)));
  expect(less).toBeLessThanOrEqual(Math.ceil(each * few) + FIXED);
});

test('more files in one line than a call of a function takes arguments', async () => {
  const { code, log } = await grow('dry run', 130_000);
  expect([code, log.includes('bug of the action')]).toEqual([0, false]);
});

test('paths to invalidate of many folders: one look at each key', () => {
  const looks = [2_000, 20_000].map((folders) => {
    let seen = 0;
    // An object that counts how often its text is asked for.
    const keys = Array.from({ length: folders }, (_, n) => `d${n}/index.html`);
    const counted = new Proxy(keys, {
      get: (target, property) => {
        if (typeof property === 'string' && /^\d+$/.test(property)) seen++;
        return Reflect.get(target, property);
      },
    });
    expect(pathsToInvalidate(counted)).toEqual(['/*']);
    return seen / folders;
  });
  expect(looks[1]).toBeLessThanOrEqual((looks[0] ?? 0) * 1.05);
});
