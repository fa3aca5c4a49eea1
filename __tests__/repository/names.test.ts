import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../examples/workflows.ts';

const sources = globSync('src/**/*.ts', { cwd: ROOT }).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), 'utf8'),
}));

test('no two types of src/ have one name', () => {
  const declared = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^(?:export )?(?:interface|type|class) (\w+)/gm)].map(([, name = '']) => ({ name, path })),
  );
  const twice = [...Map.groupBy(declared, ({ name }) => name)].filter(([, at]) => at.length > 1);
  expect(twice.map(([name, at]) => `${name}: ${at.map(({ path }) => path).join(', ')}`)).toEqual([]);
});

test('why something was denied is told in a denied.ts, and a limit is a MAX_', () => {
  const strays = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^(?:export )?(?:async )?(?:function|const) (explain\w*|refusal\w*|MOST_\w+)/gm)].map(
      ([, name]) => `${path}: ${name}`,
    ),
  );
  expect([
    ...strays,
    ...sources.map(({ path }) => path).filter((path) => /explain|refus(?:als?|ed)\.ts/.test(path)),
  ]).toEqual([]);
});
