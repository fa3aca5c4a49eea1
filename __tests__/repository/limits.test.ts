import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pages, ROOT } from '../examples/workflows.ts';

const MIB = 2 ** 20;
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const sources = globSync('src/**/*.ts', { cwd: ROOT }).map(read);

/** The value of a constant of the code, by its own text, wherever it is: what the pages state is compared with it. */
function constant(name: string): number {
  const file = sources.find((text) => new RegExp(`const ${name}\\b`).test(text)) ?? '';
  const values: Record<string, number> = {};
  for (const [, known = '', text = ''] of file.matchAll(/const (\w+)(?:: \w+)? = ([\w *+<]+);/g)) {
    const expression = text.replaceAll(/\b[A-Za-z]\w*/g, (word) => String(values[word] ?? Number.NaN));
    values[known] = Number(new Function(`return ${expression}`)());
  }
  if (!Number.isFinite(values[name])) throw new Error(`no number ${name} in src/`);
  return values[name]!;
}

const mib = (bytes: number) => `${bytes / MIB} MiB`;
const partsAbove = mib(constant('MULTIPART_ABOVE'));
const part = mib(constant('SMALLEST_PART'));
const retries = /attempts: (\d+), callMs/.exec(read('src/base/retry.ts'))?.[1];
const turns = /WAITING_TURN = \{ attempts: (\d+)/.exec(read('src/base/retry.ts'))?.[1];

/** What a page says of a limit of this action, with the value of the code. */
const STATED: readonly (readonly [page: string, sentence: string])[] = [
  ['docs/objects.md', `only files above ${partsAbove} fail`],
  ['docs/objects.md', `Files above ${partsAbove} go in parts of ${part}`],
  ['docs/troubleshooting.md', `only files above ${partsAbove} are refused`],
  ['docs/sign-in.md', `less than ${constant('TOKEN_MARGIN_MS') / 1000} seconds left`],
  ['docs/sign-in.md', `attempt 2 of ${retries} in`],
  ['docs/sign-in.md', `for up to ${constant('OUTAGE_MS') / 1000} seconds`],
  [
    'docs/parameters.md',
    `Linux takes ${(128 * 1024) / 1024} KiB for one variable and about 2 MiB for all; Windows 32 KiB for one`,
  ],
  ['action.yml', `at most ${constant('PLAIN_SECRET_ATTEMPTS')} times`],
  ['action.yml', `Defaults to ${retries}, and to ${turns} for a throttled call`],
];

/** Numbers with a unit that are not ours to set. */
const OTHERS: readonly string[] = ['15 minutes to 12 hours', 'good for 12 hours', '12 attempts at everything'];

test.each(STATED)('%s states the limit of the code: "%s"', (page, sentence) => {
  expect(read(page).replaceAll(/\s+/g, ' ')).toContain(sentence);
});

test('a page states no limit that is not compared', () => {
  const known = [...STATED.map(([, sentence]) => sentence), ...OTHERS];
  const unknown = pages()
    .filter(({ where }) => !/performance|inputs\.md|CHANGELOG/.test(where))
    .flatMap(({ where, text }) => {
      const line = known.reduce((rest, sentence) => rest.replaceAll(sentence, ''), text.replaceAll(/\s+/g, ' '));
      return [...line.matchAll(/.{0,40}\b\d[\d,.]* ?(?:[KMG]iB|seconds|attempts)\b/g)].map(
        ([found]) => `${where}: ${found}`,
      );
    });
  expect(unknown).toEqual([]);
});

describe('action.yml states the bounds of every number', () => {
  const source = sources.join('\n');
  const bounds = [...source.matchAll(/integer\('([\w-]+)', \{ min: (\w+), max: (\w+) \}\)/g)];
  const numberOf = (text = '') => (/^\d/.test(text) ? Number(text.replaceAll('_', '')) : constant(text));

  test.each(bounds.map(([, name = '', min, max]) => [name, numberOf(min), numberOf(max)]))(
    '%s, %s to %s',
    (name, min, max) => {
      const [, description = ''] =
        new RegExp(`^  ${name}:\n    description: (.*)$`, 'm').exec(read('action.yml')) ?? [];
      expect(description).toContain(`${min} to ${max}`);
    },
  );

  test('all of them are found', () => {
    expect(bounds).toHaveLength((source.match(/\.integer\(/g) ?? []).length);
  });
});
