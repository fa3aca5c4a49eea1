import { expect, test } from '@jest/globals';
import { OCI_MANIFEST } from '../../../harness/image.ts';
import { heldBy, layouts, plant, type Scene, scene } from './scene.ts';

/** Two jobs push to one tag that was free for both of them: the other one is first, while the layers are under way or as the tag is put. */

async function race(at: 'FinishUpload' | 'PutManifest', { immutable = false } = {}) {
  const { files, digests } = await layouts();
  const it = await scene(files);
  expect((await it.step({ images: 'oci:arm => shop:other' })).errors).toEqual([]);
  const held = heldBy(it.sandbox, 'shop');
  if (immutable) held.mutability = 'IMMUTABLE';
  const manifest = JSON.parse(held.manifests.get(digests[1]!)!.bytes.toString());
  expect(manifest.mediaType).toBe(OCI_MANIFEST);
  const does = () => plant(held, '1', { manifest });
  it.sandbox.faults.add({ kind: 'meanwhile', service: 'registry', action: at, nth: 1, does });
  return { it, digests, held };
}

const tagOf = (it: Scene) => it.puller.digest('shop', '1');

test.each([
  ['FinishUpload', false],
  ['PutManifest', true],
] as const)('skip leaves the tag to the job that was first (%s, immutable: %s)', async (at, immutable) => {
  const { it, digests } = await race(at, { immutable });
  const result = await it.step({ images: 'oci:amd => shop:1', 'image-tag-exists': 'skip' });
  expect([result.errors, await tagOf(it)]).toEqual([[], digests[1]]);
  expect(result.log).toMatch(new RegExp(`shop \\(1\\) stays ${digests[1]}`));
  expect(result.outputs['image-digest']).toBe(digests[1]);
  expect(JSON.parse(result.outputs.images!)[0]).toMatchObject({ digest: digests[1], tags: ['1'], pushed: false });
});

test('skip pushes the tags that are still free', async () => {
  const { it, digests } = await race('FinishUpload');
  const result = await it.step({ images: 'oci:amd => shop:1, shop:2', 'image-tag-exists': 'skip' });
  expect([result.errors, await tagOf(it), await it.puller.digest('shop', '2')]).toEqual([[], digests[1], digests[0]]);
  expect(result.log).toMatch(new RegExp(`shop \\(2\\) is now ${digests[0]}.*; 1 stays ${digests[1]}`));
});

test.each([
  ['FinishUpload', false],
  ['PutManifest', true],
] as const)('fail moves no tag of the job that was first (%s, immutable: %s)', async (at, immutable) => {
  const { it, digests } = await race(at, { immutable });
  const result = await it.step({ images: 'oci:amd => shop:1', 'image-tag-exists': 'fail' });
  expect(result.errors.join()).toMatch(
    new RegExp(`shop:1 is another image.*another job put ${digests[1]} while this one`, 's'),
  );
  expect(await tagOf(it)).toBe(digests[1]);
});

test('overwrite moves the tag, as it says', async () => {
  const { it, digests } = await race('FinishUpload');
  expect((await it.step({ images: 'oci:amd => shop:1' })).errors).toEqual([]);
  expect(await tagOf(it)).toBe(digests[0]);
});
