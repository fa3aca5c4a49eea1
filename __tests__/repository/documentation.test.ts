import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { pages, ROOT } from '../examples/workflows.ts';

const all = pages();

/** GitHub's anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));

test.each(all.map((page) => [page.where, page] as const))('%s links to what is there', (where, { text }) => {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
  for (const [, target = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue;
    const [path = '', fragment] = target.split('#');
    const file = path === '' ? where : join(dirname(where), path);
    expect(`${file} ${existsSync(join(ROOT, file)) ? 'is there' : 'is missing'}`).toBe(`${file} is there`);
    const page = all.find((it) => it.where === file);
    if (fragment && page) expect(anchorsOf(page.text)).toContain(fragment);
  }
});

/** The text of every source, a template's `${…}` as `…`. */
const source = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), 'utf8').replaceAll(/\$\{[^}]*\}/g, '…'))
  .join('\n')
  .replaceAll("\\'", "'");

const texts = [...readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8').matchAll(/^\| `([^`]+)`(.*?)\|/gm)]
  .filter(([, , aside]) => !aside?.includes("GitHub's"))
  .map(([, text = '']) => text);

test.each(texts)('troubleshooting: the code says "%s"', (text) => {
  const parts = text.split('…').map((part) => part.trim().replace(/[,.]$/, ''));
  expect(parts.filter((part) => !source.includes(part))).toEqual([]);
});
