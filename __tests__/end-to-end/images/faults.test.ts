import { expect, test } from '@jest/globals';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import type { FaultKind } from '../../../sandbox/faults.ts';
import { requests, scene } from './scene.ts';

/** A multi-platform image: every kind of request of a push is in it. */
async function multi() {
  const layout = new LayoutBuilder();
  const images = [await layout.image(['amd']), await layout.image(['arm'], { architecture: 'arm64' })];
  const index = layout.index(images);
  return { files: below('out', layout.layout(index)), digest: index.digest };
}

/** How many requests a push makes, from a push without faults. */
const REQUESTS = 2 * 4 + 1 + 4 + 3;

test('the number of requests that the faults are put on', async () => {
  const { files } = await multi();
  const { sandbox, step } = await scene(files);
  expect((await step({ images: 'out => shop:1' })).code).toBe(0);
  expect(requests(sandbox)).toHaveLength(REQUESTS);
});

/** All kinds at every request with the other long tests; here no answer and a wrong one, by turns. */
const KINDS: readonly (readonly [FaultKind, { first: number; step: number }])[] = process.env.KEYLESS_TEST_ALL
  ? (['reset', 'reset-body', 'status', 'throttle', 'truncate'] as const).map((kind) => [kind, { first: 1, step: 1 }])
  : [
      ['reset', { first: 1, step: 2 }],
      ['status', { first: 2, step: 2 }],
    ];

test.each(KINDS)(
  'a %s at any one request of a push: it succeeds, or fails clearly, and no tag is on a manifest with a missing blob',
  async (kind, { first, step }) => {
    const { files, digest } = await multi();
    const it = await scene(files);
    for (let nth = first; nth <= REQUESTS; nth += step) {
      const tag = `${kind}-${nth}`;
      // Another repository each time, so that every blob is sent again.
      it.sandbox.faults.add({ kind, service: 'registry', nth, times: 1 });
      const result = await it.step({ images: `out => team/${tag}:1`, 'ecr-create-repository': 'true' });
      it.sandbox.faults.clear();
      expect([tag, result.code, result.errors]).toEqual([tag, 0, []]);
      expect((await it.puller.pull(`team/${tag}`, '1'))[0]).toBe(digest);
    }
  },
  240_000,
);

test("a refusal of the manifest fails with the request's name, and no tag is there", async () => {
  const { files } = await multi();
  const it = await scene(files);
  it.sandbox.faults.add({ kind: 'status', service: 'registry', action: 'PutManifest', status: 403, code: 'DENIED' });
  const result = await it.step({ images: 'out => shop:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toContain('ecr:PutImage was refused');
  it.sandbox.faults.clear();
  expect(await it.puller.digest('shop', '1')).toBeUndefined();
});
