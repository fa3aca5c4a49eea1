import { expect, test } from '@jest/globals';
import { oldDockerSave, savedImage } from '../../../harness/docker-archive.ts';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import { type Scene, scene } from './scene.ts';

interface Policy {
  readonly Statement: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[];
}

/** Lets the role do what a policy says about images, and nothing else. */
function restrict({ sandbox }: Scene, policy: unknown): void {
  sandbox.world.accounts['111122223333']!.roles!.publish!.policies = { only: policy } as never;
}

async function fixture() {
  const layout = new LayoutBuilder();
  const image = await layout.image(['one', 'two']);
  return { image, files: below('out', layout.layout(image)) };
}

const ARN = 'arn:aws:ecr:eu-west-1:111122223333:repository';

test('the policy of a dry run is enough for the push, and without any one action of it the push fails', async () => {
  const { files } = await fixture();
  const it = await scene(files);
  const inputs = { images: 'out => shop:1' };
  const dry = await it.step({ ...inputs, 'dry-run': 'true' });
  const policy = JSON.parse(dry.outputs['iam-policy']!) as Policy;
  expect(policy.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:CompleteLayerUpload',
        'ecr:InitiateLayerUpload',
        'ecr:PutImage',
        'ecr:UploadLayerPart',
      ],
      Resource: [`${ARN}/shop`],
    },
    { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
  ]);
  const actions = policy.Statement.flatMap(({ Action }) => Action);
  // PutImage last: what fails there has sent its blobs.
  for (const missing of actions.sort((a) => (a === 'ecr:PutImage' ? 1 : -1))) {
    const less = policy.Statement.map((it) => ({ ...it, Action: it.Action.filter((action) => action !== missing) }));
    restrict(it, { ...policy, Statement: less.filter(({ Action }) => Action.length > 0) });
    const result = await it.step(inputs);
    expect([missing, result.code]).toEqual([missing, 1]);
    expect(result.errors.join()).toContain(missing);
    if (missing !== 'ecr:GetAuthorizationToken') expect(result.errors.join()).toContain(`${ARN}/shop`);
    expect(await it.puller.digest('shop', '1')).toBeUndefined();
  }
  restrict(it, policy);
  expect((await it.step(inputs)).errors).toEqual([]);
});

test.each<[string, Record<string, string>, string[]]>([
  ['a tag that is moved', { images: 'new => shop:1' }, ['ecr:DescribeRepositories', 'ecr:PutImage']],
  ['a push again', { images: 'out => shop:1' }, ['ecr:BatchGetImage']],
  ['a repository that is made', { images: 'new => made:1', 'ecr-create-repository': 'true' }, ['ecr:CreateRepository']],
  ['plain layers in part known', { images: 'new.tar => shop:plain' }, ['ecr:GetDownloadUrlForLayer']],
  ['a login alone', { 'ecr-login': 'true' }, ['ecr:GetAuthorizationToken']],
])('the policy of a dry run is enough for %s', async (_, inputs, actions) => {
  const [layout, other] = [new LayoutBuilder(), new LayoutBuilder()];
  const files = {
    ...below('out', layout.layout(await layout.image(['one']))),
    ...below('new', other.layout(await other.image(['two']))),
    'old.tar': await oldDockerSave(await savedImage(['base', 'app']), [], 'symlink'),
    'new.tar': await oldDockerSave(await savedImage(['base', 'changed']), [], 'symlink'),
  };
  const it = await scene(files);
  expect((await it.step({ images: 'out => shop:1\nold.tar => shop:plain' })).errors).toEqual([]);
  const dry = await it.step({ ...inputs, 'dry-run': 'true' });
  expect(dry.errors).toEqual([]);
  const policy = JSON.parse(dry.outputs['iam-policy']!) as Policy;
  expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining(actions));
  restrict(it, policy);
  expect((await it.step(inputs)).errors).toEqual([]);
});

test('a role that may not read what a tag has now compresses all layers, and pushes', async () => {
  const it = await scene({
    'old.tar': await oldDockerSave(await savedImage(['base', 'app']), [], 'symlink'),
    'new.tar': await oldDockerSave(await savedImage(['base', 'changed']), [], 'symlink'),
  });
  expect((await it.step({ images: 'old.tar => shop:plain' })).errors).toEqual([]);
  const inputs = { images: 'new.tar => shop:plain' };
  const policy = JSON.parse((await it.step({ ...inputs, 'dry-run': 'true' })).outputs['iam-policy']!) as Policy;
  const less = policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((action) => action !== 'ecr:GetDownloadUrlForLayer'),
  }));
  // What is pushed now was not known to the dry run, which would have reused a layer.
  const upload = ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'];
  restrict(it, { ...policy, Statement: [...less, { Effect: 'Allow', Action: upload, Resource: [`${ARN}/shop`] }] });
  const result = await it.step(inputs);
  expect(result.errors).toEqual([]);
  expect(await it.puller.digest('shop', 'plain')).toBe(result.outputs['image-digest']);
});

test.each([
  ['the account has mounting enabled', true, 'mounted'],
  ['it has not', false, 'uploaded'],
])('image-reuse-from mounts a layer of another repository where %s', async (_, blobMounting, outcome) => {
  const { files, image } = await fixture();
  const it = await scene(files, { world: { ecr: { '111122223333': { 'eu-west-1': { blobMounting } } } } });
  expect((await it.step({ images: 'out => base:1' })).errors).toEqual([]);
  const inputs = { images: 'out => shop:1', 'image-reuse-from': 'base' };
  const dry = await it.step({ ...inputs, 'dry-run': 'true' });
  restrict(it, JSON.parse(dry.outputs['iam-policy']!));
  const result = await it.step(inputs);
  expect(result.errors).toEqual([]);
  const { bytes } = JSON.parse(result.outputs.images!)[0];
  expect(bytes[outcome]).toBeGreaterThan(0);
  expect(bytes[outcome === 'mounted' ? 'uploaded' : 'mounted']).toBe(0);
  restrict(it, { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  expect(await it.puller.pull('shop', '1')).toEqual([image.digest]);
});

test("another account's repository without a policy is said with the account's side to change", async () => {
  const { files } = await fixture();
  const it = await scene(files, {
    world: { ecr: { '444455556666': { 'eu-west-1': { repositories: { closed: {} } } } } },
  });
  const result = await it.step({ images: 'out => 444455556666.dkr.ecr.eu-west-1.amazonaws.com/closed:1' });
  expect(result.code).toBe(1);
  expect(result.errors.join()).toContain('no resource-based policy allows');
  expect(result.errors.join()).toContain('Fix: let the policy of the resource, in the account that owns it');
});
