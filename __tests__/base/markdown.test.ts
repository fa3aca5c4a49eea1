import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'marked';
import { inCode } from '../../src/base/markdown.ts';

const HOSTILE = [
  '![x](https://evil.example/x.png)',
  '[x](https://evil.example)',
  'https://evil.example/x',
  'www.evil.example',
  'a@b.example',
  '<img src=x>',
  '`<img src=x>`',
  '``',
  ' `a` ',
  'a|b',
  'a\\|b|![x](https://evil.example)|<img src=x>|me@evil.example',
  '&lt;b&gt;',
  '**a** _b_ ~~c~~ $x$ #1 @octo',
  'ü/日本|語 😀',
];

const rendered = (name: string) => parse(`| a | b |\n| --- | --- |\n| ${inCode(name)} | end |\n`, { async: false });

describe('a name in a table is text', () => {
  test.each(HOSTILE)('%s', (name) => check(name));

  test('whatever it is', () => {
    const piece = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...HOSTILE, '|', '`', '\\', ' '));
    fc.assert(fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => check(pieces.join(''))));
  });
});

test.each([
  ['site/a.html', '`site/a.html`'],
  ['a`b', '``a`b``'],
  ['`', '`` ` ``'],
  ['a\nb\x85c', '`a b c`'],
  ['', ''],
])('%j is %s', (name, code) => {
  expect(inCode(name)).toBe(code);
});

function check(name: string): void {
  const html = rendered(name);
  expect(html).not.toMatch(/<(a|img|b|em|strong|del)\b/);
  const cell = /<td>([\s\S]*?)<\/td>\s*<td>end<\/td>/.exec(html)?.[1];
  expect(textOf(cell ?? '').trim()).toBe(shown(name));
}

function textOf(html: string): string {
  return html
    .replace(/<!-- -->|<\/?code>/g, '')
    .replace(/&(?:#(\d+)|(\w+));/g, (_, code: string | undefined, sign: string) =>
      code ? String.fromCodePoint(Number(code)) : ({ lt: '<', gt: '>', quot: '"', amp: '&' }[sign] ?? ''),
    );
}

function shown(name: string): string {
  return name.replaceAll(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, ' ').trim();
}
