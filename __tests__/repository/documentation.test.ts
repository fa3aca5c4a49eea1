import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
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

/** The text of every source without its comments, a template's `${…}` as `…`. */
const source = globSync('src/**/*.ts', { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .map((text) => text.replaceAll(/\/\*\*[\s\S]*?\*\/|^ *\/\/.*$/gm, '').replaceAll(/\$\{[^}]*\}/g, '…'))
  .join('\n')
  .replaceAll("\\'", "'");

const texts = [...readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8').matchAll(/^\| `([^`]+)`(.*?)\|/gm)]
  .filter(([, , aside]) => !aside?.includes("GitHub's"))
  .map(([, text = '']) => text);

test.each(texts)('troubleshooting: the code says "%s"', (text) => {
  const parts = text.split('…').map((part) => part.trim().replace(/[,.]$/, ''));
  expect(parts.filter((part) => !source.includes(part))).toEqual([]);
});

test.each(['README.md', 'docs/performance.md'])('%s states the size that dist/ has', (where) => {
  const scripts = globSync('dist/*.js', { cwd: ROOT }).map((path) => statSync(join(ROOT, path)).size);
  const megabytes = scripts.reduce((sum, size) => sum + size, 0) / 1e6;
  const [, stated] = /^\| this action +\| ([\d.]+) MB/m.exec(readFileSync(join(ROOT, where), 'utf8')) ?? [];
  expect(Math.abs(megabytes - Number(stated))).toBeLessThan(0.1);
});

test('the README names every folder, and no other', () => {
  const [, table = ''] =
    /## Where things are\n([\s\S]*?)\n\n\w/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const first = table
    .split('\n')
    .map((row) => row.split('|')[1] ?? '')
    .join(' ');
  const named = [...first.matchAll(/`([\w./]+)\/`/g)]
    .map(([, path]) => path)
    .filter((path) => path !== 'src')
    .sort();
  const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
  const folders = tracked.flatMap((path) => /^(src\/\w+|[\w.]+)\//.exec(path)?.[1] ?? []);
  expect(named).toEqual([...new Set(folders)].filter((path) => path !== 'src' && path !== '.ci').sort());
});

/** Blocks to paste into a shell. */
const shellBlocks = [
  ...all,
  { where: 'sandbox/README.md', text: readFileSync(join(ROOT, 'sandbox/README.md'), 'utf8') },
].flatMap(({ where, text }) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)]
    .filter(
      ([, language = '', block = '']) => /^(sh|bash)$/.test(language) || /^(npm|node|aws|gh|git|docker) /.test(block),
    )
    .map(([, , block = '']) => [where, block] as const),
);

// An interactive zsh knows no comments, ends at a * that matches nothing, and takes npm's banner for commands.
test.each(shellBlocks)('%s has commands that any shell takes: %s', (_, block) => {
  const unquoted = block.replaceAll(/'[^']*'|"[^"]*"/g, '');
  expect(unquoted).not.toMatch(/(^|\s)#/m);
  expect(unquoted).not.toMatch(/\*|\?|=\[/);
  expect(block).not.toMatch(/npm run (?!-s)[^\n]*>/);
});

test.each(['CONTRIBUTING.md', 'README.md', 'sandbox/README.md'])('%s names files that are there', (where) => {
  const text = readFileSync(join(ROOT, where), 'utf8');
  const base = where.startsWith('sandbox/') ? 'sandbox' : '.';
  const rows = [...text.matchAll(/^\| (.+?) \|/gm)].map(([, cell = '']) => cell).join(' ');
  const named = [
    ...[...text.matchAll(/`((?:src|scripts|__tests__|harness|docs|setup)\/[\w./-]*)`/g)].map(([, path = '']) => path),
    ...(base === 'sandbox'
      ? [...rows.matchAll(/`([\w/]+\.\w+|[\w/]+\/)`/g)].map(([, path = '']) => `sandbox/${path}`)
      : []),
  ];
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
