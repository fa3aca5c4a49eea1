import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../examples/workflows.ts';
import { importsOfSource } from './imports.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { dependencies, overrides } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;

/** `@aws-sdk/client-s3`, also where a file inside of it is imported. */
function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

test('dependencies are the packages that src/ imports', () => {
  const imported = importsOfSource()
    .map(({ to }) => to)
    .filter((to) => !to.endsWith('.ts') && !to.startsWith('node:'));
  const types = ['@smithy/types'];
  expect([...new Set(imported.map(packageOf))].filter((name) => !types.includes(name)).sort()).toEqual(
    Object.keys(dependencies ?? {}).sort(),
  );
});

test('CONTRIBUTING.md has the reason of each override, and of each version without a caret', () => {
  const pinned = Object.entries(dependencies ?? {}).filter(([, version]) => /^\d/.test(version));
  for (const name of [...Object.keys(overrides ?? {}), ...pinned.map(([it]) => it)]) {
    expect(read('CONTRIBUTING.md')).toContain(`\`${name}\``);
  }
});
