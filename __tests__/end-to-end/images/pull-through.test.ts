import { expect, test } from '@jest/globals';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import type { PullThroughWorld } from '../../../sandbox/ecr/state.ts';
import { heldBy, pulled, requests, scene } from './scene.ts';

/** What is below `hub/` comes from `up/`, which holds `up/tool:1`; `hub/there` is there and empty. */
async function cached(broken?: PullThroughWorld['broken']) {
  const builder = new LayoutBuilder();
  const images = [await builder.image(['upstream']), await builder.image(['own'])];
  const files = { ...below('out', builder.layout(images[0]!)), ...below('own', builder.layout(images[1]!)) };
  const pullThrough = [{ prefix: 'hub', upstream: 'up', ...(broken ? { broken } : {}) }];
  const repositories = { 'up/tool': {}, 'up/there': {}, 'hub/there': {}, shop: {} };
  const it = await scene(files, {
    world: { ecr: { '111122223333': { 'eu-west-1': { blobMounting: true, pullThrough, repositories } } } },
  });
  expect((await it.step({ images: 'oci:out => up/tool:1, up/there:1' })).errors).toEqual([]);
  it.sandbox.log.clear();
  const [upstream, own] = images.map(({ digest }) => digest);
  return { ...it, upstream, own, source: `registry:${new URL(it.puller.url).host}/hub/tool:1` };
}

test('an image comes through a pull-through cache: its bytes go on, as ECR does not mount them', async () => {
  const it = await cached();
  const result = await it.step({ images: `${it.source} => shop:1` });
  expect([result.errors, result.outputs['image-digest']]).toEqual([[], it.upstream]);
  expect(await it.puller.pull('shop', '1')).toEqual([it.upstream]);
  expect([heldBy(it.sandbox, 'hub/tool').isCache, requests(it.sandbox)]).toEqual([
    true,
    expect.arrayContaining(['FinishUpload']),
  ]);
});

test.each(['wrong secret', 'missing secret', 'unreachable'] as const)(
  'an image does not come through a cache (%s): nothing is written, and the rule is to be looked at',
  async (broken) => {
    const it = await cached(broken);
    const { errors } = await it.step({ images: `${it.source} => shop:1` });
    expect(errors.join()).toMatch(
      /did not get the image from its upstream.*validate-pull-through-cache-rule --ecr-repository-prefix hub --region eu-west-1/s,
    );
    expect(errors.join()).not.toMatch(/create-repository|let the role/);
    expect(requests(it.sandbox)).not.toContain('StartUpload');
    // What goes below the prefix has nothing to do with its upstream.
    const push = await it.step({ images: 'oci:own => hub/there:1' });
    expect([push.errors, (await pulled(it, 'hub/there', '1')).manifest.layers.length]).toEqual([[], 1]);
  },
);

test.each(['ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'])(
  'a role without %s gets "not found" of ECR, and is told what it may lack; it pushes below the prefix',
  async (Action) => {
    const it = await cached();
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'ecr:*', Resource: '*' },
        { Effect: 'Deny', Action, Resource: '*' },
      ],
    };
    const denied = { 'inline-session-policy': JSON.stringify(policy) };
    const pull = await it.step({ images: `${it.source} => shop:1`, ...denied });
    expect(pull.errors.join()).toMatch(
      /does not hold this image.*pull-through cache.*ecr:BatchImportUpstreamImage.*ecr:CreateRepository/s,
    );
    expect(pull.errors.join()).not.toMatch(/create-repository/);
    const push = await it.step({ images: 'oci:own => hub/there:1', ...denied });
    expect([push.errors, await it.puller.digest('hub/there', '1')]).toEqual([[], it.own]);
  },
);

test('a tag that upstream has comes to the cache by the look at it, and is replaced', async () => {
  const it = await cached();
  const result = await it.step({ images: 'oci:own => hub/there:1' });
  expect([result.errors, await it.puller.digest('hub/there', '1')]).toEqual([[], it.own]);
});
