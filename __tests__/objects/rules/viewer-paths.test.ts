import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  formsOf,
  isContentNamed,
  joinPaths,
  pathsToInvalidate,
  withQueries,
} from '../../../src/objects/rules/viewer-paths.ts';

describe('invalidation paths', () => {
  test('a page has three addresses, or two', () => {
    expect(pathsToInvalidate(['index.html', 'a/index.html', 'about.html', 'b.css'])).toEqual([
      '/',
      '/a',
      '/a/',
      '/a/index.html',
      '/about',
      '/about.html',
      '/b.css',
      '/index.html',
    ]);
    expect(pathsToInvalidate([])).toEqual([]);
  });

  test.each([
    ['/a b', ['/a%20b', '/a+b']],
    ['/ä', ['/%C3%A4']],
    ["/a(c)'!", ["/a(c)'!"]],
    ['/100%', ['/100%25']],
    ['/a*b', ['/a*']],
    ['/a b/*', ['/a*']],
    ['/a&b~c.js', ['/a*']],
    ['/index.html~', ['/index.html*']],
    // Links have them in either form.
    ['/c++/@x', ['/c++/@x', '/c%2B%2B/%40x']],
    ['/@x/*', ['/*']],
    // No form of a tilde or a bracket is told reliably.
    ['/vendors~main.js', ['/vendors*']],
    ['/blog/[slug].html', ['/blog/*']],
    ['/~user/*', ['/*']],
  ])('%s is forgotten by %j', (path, forms) => {
    expect(formsOf(path)).toEqual(forms);
  });

  test.each([
    ['assets/app.0a1b2c3d.js', true],
    ['assets/index-DfX3a9kQ.css', true],
    ['main.4f3e2d1c.chunk.css', true],
    ['index.html', false],
    ['report-2026.pdf', false],
    ['about-company.html', false],
    ['0a1b2c3d.html', false],
    ['0a1b2c3d/page.html', false],
  ])('%s: its name has a hash of its content: %s', (key, isNamed) => {
    expect(isContentNamed(key)).toBe(isNamed);
  });

  test('lists are joined, and too many wildcards become one', () => {
    expect(joinPaths(['/b'], ['/a', '/b'])).toEqual(['/a', '/b']);
    expect(joinPaths(Array.from({ length: 11 }, (_, at) => `/${at}/*`))).toEqual(['/*']);
  });

  test('what viewers may ask for in many forms becomes few wildcards, or one', () => {
    expect(pathsToInvalidate(['vendors~a.js', 'vendors~b.js', 'app.js'])).toEqual(['/app.js', '/vendors*']);
    expect(pathsToInvalidate(Array.from({ length: 11 }, (_, n) => `a/${n}~x.js`))).toEqual(['/a/*']);
    expect(pathsToInvalidate(Array.from({ length: 60 }, (_, n) => `blog/[p]/${n}.html`))).toEqual(['/blog/*']);
  });

  test('under every query', () => {
    expect(withQueries(['/a', '/b/*'])).toEqual(['/a*', '/b/*']);
    expect(withQueries(['/', '/index.html'])).toEqual(['/*']);
  });

  test('many are few: folders by wildcard, each key covered', () => {
    const keys = fc.array(fc.stringMatching(/^[a-c]{1,2}\/[a-z]{1,3}\/[a-z]{1,8}\.js$/), {
      minLength: 60,
      maxLength: 300,
    });
    fc.assert(
      fc.property(keys, (some) => {
        const paths = pathsToInvalidate(some);
        const covers = (path: string, key: string) =>
          path.endsWith('*') ? `/${key}`.startsWith(path.slice(0, -1)) : path === `/${key}`;
        const wildcards = paths.filter((path) => path.endsWith('*')).length;
        return some.every((key) => paths.some((path) => covers(path, key))) && wildcards <= 10 && paths.length <= 60;
      }),
    );
  });
});
