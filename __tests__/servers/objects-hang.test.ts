import { expect, test } from '@jest/globals';
import { damageOf, FILES, REQUESTS, RUNS } from '../end-to-end/objects/forty.ts';
import { siteScene, upload } from '../end-to-end/objects/scene.ts';

/** Beside the faults of __tests__/end-to-end/objects/faults.test.ts: here because each silence lasts ten seconds. */
test('a server that does not answer', async () => {
  const runs = Array.from({ length: RUNS }, async (_, run) => {
    const one = await siteScene({}, { files: FILES });
    for (let nth = run + 1; nth <= REQUESTS; nth += RUNS) one.sandbox.faults.add({ kind: 'hang', service: 's3', nth });
    const result = await one.step(upload());
    one.sandbox.faults.clear();
    return { code: result.code, errors: result.errors, ...(await damageOf(one)) };
  });
  for (const result of await Promise.all(runs)) {
    expect(result).toEqual({ code: 0, errors: [], missing: [], wrong: [], unfinished: 0 });
  }
}, 180_000);
