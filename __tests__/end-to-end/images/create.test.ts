import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../../../harness/action.ts';
import { below, LayoutBuilder } from '../../../harness/image.ts';
import { heldBy, scene } from './scene.ts';

async function layout() {
  const builder = new LayoutBuilder();
  const { digest } = await builder.image(['one']);
  return { files: below('out', builder.layout(await builder.image(['one']))), digest };
}

const templates = (prefix: string, appliedFor = ['CREATE_ON_PUSH']) => ({
  ecr: { '111122223333': { 'eu-west-1': { templates: [{ prefix, appliedFor }] } } },
});
const actionsIn = ({ outputs }: { outputs: Readonly<Record<string, string>> }): string[] =>
  JSON.parse(outputs['iam-policy']!).Statement.flatMap(({ Action }: { Action: string[] }) => Action);

test.each(['team', 'ROOT'])(
  'a missing repository is created by the push where a template (%s) says so',
  async (prefix) => {
    const { files, digest } = await layout();
    const it = await scene(files, { world: templates(prefix) });
    const result = await it.step({ images: 'oci:out => team/new:1' });
    expect(result.errors).toEqual([]);
    expect(await it.puller.pull('team/new', '1')).toEqual([digest]);
    expect(result.log).toContain('ECR creates it when the image is pushed');
    expect(actionsIn(result)).toContain('ecr:DescribeRepositoryCreationTemplates');
    expect(actionsIn(result)).not.toContain('ecr:CreateRepository');
  },
);

test.each([
  ['of another prefix', templates('teams')],
  ['of pull through cache alone', templates('team', ['PULL_THROUGH_CACHE'])],
])('with a template %s a missing repository fails in the plan', async (_, world) => {
  const it = await scene((await layout()).files, { world });
  const result = await it.step({ images: 'oci:out => team/new:1' });
  expect(result.errors.join()).toContain('the repository does not exist');
  expect(it.sandbox.log.of('registry', 'StartUpload')).toEqual([]);
});

test('a role that may not see the templates tries, and says so', async () => {
  const { files, digest } = await layout();
  const it = await scene(files, { world: templates('team') });
  const denied = {
    kind: 'status',
    service: 'ecr',
    action: 'DescribeRepositoryCreationTemplates',
    status: 400,
  } as const;
  it.sandbox.faults.add({ ...denied, code: 'AccessDeniedException' });
  const result = await it.step({ images: 'oci:out => team/new:1' });
  expect([result.errors, await it.puller.pull('team/new', '1')]).toEqual([[], [digest]]);
  expect(result.warnings.join()).toContain('ecr:DescribeRepositoryCreationTemplates');
});

test('the settings of a repository that the step creates', async () => {
  const it = await scene((await layout()).files);
  const result = await it.step({
    images: 'oci:out => team/new:1, team/new:latest',
    'ecr-create-repository': 'true',
    'ecr-repository-mutability-exclusions': 'latest\ndev-*',
    'ecr-repository-scan-on-push': 'false',
    'ecr-repository-encryption': 'alias/images',
    'ecr-repository-tags': 'team => shop\ncost => 7',
  });
  expect(result.errors).toEqual([]);
  expect(heldBy(it.sandbox, 'team/new')).toMatchObject({
    mutability: 'IMMUTABLE_WITH_EXCLUSION',
    exclusions: ['latest', 'dev-*'],
    scanOnPush: false,
    encryption: { encryptionType: 'KMS', kmsKey: 'alias/images' },
    resourceTags: [
      { Key: 'team', Value: 'shop' },
      { Key: 'cost', Value: '7' },
    ],
  });
  expect(actionsIn(result)).toEqual(expect.arrayContaining(['ecr:CreateRepository', 'ecr:TagResource']));
});

test('settings without ecr-create-repository, and wrong ones, are told with the input', async () => {
  const it = await scene((await layout()).files);
  const unused = await it.step({ images: 'oci:out => shop:1', 'ecr-repository-scan-on-push': 'false' });
  expect(unused.errors.join()).toMatch(/ecr-repository-scan-on-push.*creates none/s);
  const wrong = await it.step({
    images: 'oci:out => shop:1',
    'ecr-create-repository': 'true',
    'ecr-repository-encryption': 'DES',
    'ecr-repository-mutability-exclusions': 'a b\n*a*b*',
    'ecr-repository-tags': 'team',
  });
  expect(wrong.errors).toHaveLength(4);
});

/** A job for which the sandbox's registry is public.ecr.aws. */
async function publicScene() {
  const { files, digest } = await layout();
  const it = await scene(files);
  const state = it.sandbox.registries.get('public/us-east-1')!;
  const env = {
    NODE_OPTIONS: `--require ${join(ROOT, 'harness/public-registry.cjs')}`,
    PUBLIC_REGISTRY: state.world.endpoint!,
  };
  const step = (inputs: Record<string, string>) => it.step(inputs, { env });
  return { ...it, digest, state, step };
}

test('ECR Public: a repository is created there, and the policy names what was called and no more', async () => {
  const { step, state, digest, sandbox } = await publicScene();
  const images = 'oci:out => public.ecr.aws/octo/shop:1';
  const missing = await step({ images });
  expect(missing.errors.join()).toContain('aws ecr-public create-repository --repository-name shop --region us-east-1');
  const made = await step({ images, 'ecr-create-repository': 'true' });
  expect(made.errors).toEqual([]);
  expect(made.outputs['image-digest']).toBe(digest);
  expect(state.repositories.get('octo/shop')!.tags.get('1')).toBe(digest);
  expect(sandbox.log.of('ecr', 'CreateRepository')).toEqual([]);
  const names = actionsIn(made).filter((action) => action.startsWith('ecr'));
  expect(names.filter((action) => action.startsWith('ecr:'))).toEqual(['ecr:GetAuthorizationToken']);
  expect(names).toEqual(
    expect.arrayContaining(['ecr-public:CreateRepository', 'ecr-public:DescribeRegistries', 'ecr-public:PutImage']),
  );
  // A tag that moves: nothing is immutable there, and nothing is asked about it.
  state.repositories.get('octo/shop')!.tags.set('1', 'sha256:other');
  const moved = await step({ images });
  expect(moved.errors).toEqual([]);
  expect(actionsIn(moved)).not.toContain('ecr-public:DescribeRepositories');
});

test('ECR Public: an alias of another account, a setting that it has not, a name without an alias', async () => {
  const { step } = await publicScene();
  const create = { 'ecr-create-repository': 'true' };
  const other = await step({ images: 'oci:out => public.ecr.aws/nginx/shop:1', ...create });
  expect(other.errors.join()).toMatch(/nginx is not an alias.*public\.ecr\.aws\/octo/s);
  const scan = { 'ecr-repository-scan-on-push': 'true' };
  const setting = await step({ images: 'oci:out => public.ecr.aws/octo/shop:1', ...create, ...scan });
  expect(setting.errors.join()).toContain('ecr-repository-scan-on-push');
  const bare = await step({ images: 'oci:out => public.ecr.aws/shop:1' });
  expect(bare.errors.join()).toContain('public.ecr.aws/ALIAS/shop:TAG');
});
