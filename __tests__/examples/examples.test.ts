import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startSandbox } from '../../sandbox/index.ts';
import { play } from './play.ts';
import { SCENES } from './scenes.ts';
import { worldOf } from './stands.ts';
import { ROOT } from './workflows.ts';

const names = readdirSync(join(ROOT, 'examples'))
  .filter((name) => name.endsWith('.yml'))
  .map((name) => name.replace('.yml', ''));

test('every example has a scene', () => {
  expect(Object.keys(SCENES).sort()).toEqual(names.sort());
});

/** The workflow as it stands, with roles that the template of setup/ makes, against the sandbox. */
test.each(names)('%s', async (name) => {
  const scene = SCENES[name]!;
  const sandbox = await startSandbox(worldOf(scene));
  try {
    await scene.before?.(sandbox);
    const outcome = await play(`examples/${name}.yml`, {
      sandbox,
      files: (await scene.files?.()) ?? {},
      ...(scene.as ? { as: scene.as } : {}),
      ...(scene.tools ? { tools: scene.tools } : {}),
      env: (await scene.env?.(sandbox)) ?? {},
    });
    try {
      await scene.landed(sandbox, outcome);
    } finally {
      outcome.end();
    }
  } finally {
    await sandbox.stop();
  }
});
