import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SCENES } from './scenes.ts';
import { playScene } from './stands.ts';
import { ROOT } from './workflows.ts';

const names = readdirSync(join(ROOT, 'examples'))
  .filter((name) => name.endsWith('.yml'))
  .map((name) => name.replace('.yml', ''));

test('every example has a scene', () => {
  expect(Object.keys(SCENES).sort()).toEqual(names.sort());
});

/** The workflow as it stands, with roles that the template of setup/ makes, against the sandbox. */
test.each(names)('%s', async (name) => {
  const outcome = await playScene(`examples/${name}.yml`, SCENES[name]!);
  outcome.end();
});
