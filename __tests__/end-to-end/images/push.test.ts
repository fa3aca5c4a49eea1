import { expect, test } from '@jest/globals';
import { below, LayoutBuilder, tarOf } from '../../../harness/image.ts';
import { requests, scene } from './scene.ts';

test('an OCI layout is pushed as it is, and a second run pushes nothing', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one', 'two']);
  const { sandbox, step, puller } = await scene(below('out', layout.layout(image)));
  const first = await step({ images: 'oci:out => shop:1, shop:latest' });
  expect(first.errors).toEqual([]);
  expect(first.code).toBe(0);
  expect(first.outputs['image-digest']).toBe(image.digest);
  expect(first.outputs['image-reference']).toBe(`${new URL(puller.url).host}/shop@${image.digest}`);
  expect(await puller.pull('shop', '1')).toEqual([image.digest]);
  expect(await puller.digest('shop', 'latest')).toBe(image.digest);
  expect(JSON.parse(first.outputs.images!)).toMatchObject([
    { source: 'oci:out', repository: 'shop', tags: ['1', 'latest'], digest: image.digest, pushed: true },
  ]);
  expect(first.summary).toContain(image.digest.slice(0, 19));

  sandbox.log.clear();
  const again = await step({ images: 'oci:out => shop:1' });
  expect(again.code).toBe(0);
  expect(again.outputs['image-digest']).toBe(image.digest);
  expect(again.log).toContain('already');
  expect(requests(sandbox)).toEqual(['GetManifest', 'HeadBlob', 'HeadBlob', 'HeadBlob']);
});

test('an OCI layout in a tar, for several platforms, to its own account and another one', async () => {
  const layout = new LayoutBuilder();
  const images = [
    await layout.image(['amd'], { architecture: 'amd64' }),
    await layout.image(['arm'], { architecture: 'arm64' }),
  ];
  const index = layout.index(images);
  const { sandbox, step, puller } = await scene({ 'image.tar': await tarOf(layout.layout(index)) });
  const result = await step({
    images: 'image.tar => shop:multi, 444455556666.dkr.ecr.eu-west-1.amazonaws.com/shared:multi',
  });
  expect(result.errors).toEqual([]);
  expect(await puller.pull('shop', 'multi')).toEqual([index.digest, ...images.map(({ digest }) => digest)]);
  expect(sandbox.log.of('ecr', 'GetAuthorizationToken')).toHaveLength(2);
  expect(JSON.parse(result.outputs.images!).map((it: { digest: string }) => it.digest)).toEqual([
    index.digest,
    index.digest,
  ]);
});

test('dry-run says what would be pushed, and pushes nothing', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one']);
  const { sandbox, step } = await scene(below('out', layout.layout(image)));
  const result = await step({ images: 'oci:out => shop:1', 'dry-run': 'true' });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.outputs.plan!).images.images).toMatchObject([
    { tags: [{ tag: '1', action: 'put' }], digest: image.digest, blobs: [{ action: 'upload' }, { action: 'upload' }] },
  ]);
  expect(new Set(requests(sandbox))).toEqual(new Set(['GetManifest', 'HeadBlob']));
  expect(result.exported).toEqual({});
});

test.each([
  ['overwrite', 0, true],
  ['skip', 0, false],
  ['fail', 1, false],
])('a tag with another digest: image-tag-exists: %s', async (rule, code, moves) => {
  const [before, after] = [new LayoutBuilder(), new LayoutBuilder()];
  const old = await before.image(['old']);
  const image = await after.image(['new']);
  const files = { ...below('old', before.layout(old)), ...below('new', after.layout(image)) };
  const { step, puller } = await scene(files);
  expect((await step({ images: 'oci:old => shop:1' })).code).toBe(0);
  const result = await step({ images: 'oci:new => shop:1', 'image-tag-exists': rule });
  expect(result.code).toBe(code);
  expect(await puller.digest('shop', '1')).toBe(moves ? image.digest : old.digest);
  if (code === 0) expect(result.outputs['image-digest']).toBe(moves ? image.digest : old.digest);
  else expect(result.errors.join()).toContain(old.digest);
});

test('an immutable tag with another digest is named with both digests before a byte is sent; the same one is a success', async () => {
  const [before, after] = [new LayoutBuilder(), new LayoutBuilder()];
  const old = await before.image(['old']);
  const image = await after.image(['new']);
  const files = { ...below('old', before.layout(old)), ...below('new', after.layout(image)) };
  const { sandbox, step } = await scene(files);
  expect((await step({ images: 'oci:old => released:1, released:latest' })).code).toBe(0);
  expect((await step({ images: 'oci:old => released:1' })).code).toBe(0);
  sandbox.log.clear();
  const result = await step({ images: 'oci:new => released:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toContain('the tag is immutable');
  expect(result.errors.join()).toContain(old.digest);
  expect(result.errors.join()).toContain(image.digest);
  expect(requests(sandbox)).toEqual(['GetManifest']);
  expect((await step({ images: 'oci:new => released:latest' })).code).toBe(0);
});

test('a missing repository is said with its remedies; ecr-create-repository makes it', async () => {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one']);
  const { sandbox, step, puller } = await scene(below('out', layout.layout(image)));
  const missing = await step({ images: 'oci:out => team/new:1' });
  expect(missing.code).toBe(1);
  expect(missing.errors.join()).toContain('the repository does not exist');
  expect(missing.errors.join()).toContain('ecr-create-repository: true');
  expect(requests(sandbox)).toEqual(['GetManifest']);
  expect(sandbox.log.of('ecr', 'DescribeRepositoryCreationTemplates')).toHaveLength(1);
  const made = await step({ images: 'oci:out => team/new:1', 'ecr-create-repository': 'true' });
  expect(made.errors).toEqual([]);
  expect(await puller.pull('team/new', '1')).toEqual([image.digest]);
  expect((await step({ images: 'oci:out => team/new:1', 'ecr-create-repository': 'true' })).code).toBe(0);
});

test('all problems of the inputs at once, with lines, and nothing is sent', async () => {
  const { sandbox, step } = await scene({ 'empty/readme': Buffer.from('x') });
  const result = await step({
    images: 'oci:empty => shop:1\noci:none => shop\n\n./none.tar => shop:2\na => shop:3\nb => shop:4, shop:3',
    'image-tag-exists': 'maybe',
    'ecr-registries': '12345',
  });
  expect(result.code).toBe(1);
  expect(result.errors.join('\n')).toMatch(/images, line 1.*no index\.json/);
  expect(result.errors.join('\n')).toMatch(/images, line 2.*there is no/);
  expect(result.errors.join('\n')).toMatch(/images, line 4.*there is no/);
  expect(result.errors.join('\n')).toMatch(/images, line 6.*shop:3 is given to another image in line 5/);
  expect(result.errors.join('\n')).toContain('image-tag-exists');
  expect(result.errors.join('\n')).toContain('leading zeros');
  expect(sandbox.log.entries).toEqual([]);
});

test('of two tags, one stays with another image: log and outputs tell which', async () => {
  const [one, two] = [new LayoutBuilder(), new LayoutBuilder()];
  const images = [await one.image(['one']), await two.image(['two'])];
  const it = await scene({ ...below('one', one.layout(images[0]!)), ...below('two', two.layout(images[1]!)) });
  const [mine, theirs] = images.map(({ digest }) => digest);
  expect((await it.step({ images: 'oci:two => shop:1' })).errors).toEqual([]);
  const skip = { images: 'oci:one => shop:1, shop:2', 'image-tag-exists': 'skip' };
  for (const state of ['now', `${mine} already`]) {
    const result = await it.step(skip);
    expect(JSON.parse(result.outputs.images!)).toMatchObject([{ tags: ['2'], digest: mine }]);
    expect(result.log).toMatch(new RegExp(`/shop \\(2\\) is ${state}.*; 1 stays ${theirs}`));
  }
  const kept = await it.step({ ...skip, images: 'oci:one => shop:1' });
  expect(JSON.parse(kept.outputs.images!)).toMatchObject([{ tags: ['1'], digest: theirs, pushed: false }]);
  expect(kept.log).toContain(`/shop (1) stays ${theirs}`);
});

test('where one of two images fails, what the other has put is told', async () => {
  const layout = new LayoutBuilder();
  const it = await scene(below('out', layout.layout(await layout.image(['one']))));
  it.sandbox.faults.add({ kind: 'status', service: 'registry', action: 'PutManifest', nth: 2, status: 403, times: 1 });
  const result = await it.step({ images: 'oci:out => shop:1\noci:out => released:1' });
  it.sandbox.faults.clear();
  const there = (await it.puller.digest('shop', '1')) ? 'shop' : 'released';
  expect([result.errors.length, result.warnings.length]).toEqual([1, 1]);
  expect(result.warnings[0]).toMatch(new RegExp(`/${there} \\(1\\) is now sha256:.* another image failed after that`));
});
