import { afterAll, describe, expect, test } from '@jest/globals';
import { startJob } from '../../harness/runner.ts';
import type { PolicyStatement } from '../../sandbox/iam/policy.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { GithubJob } from '../../sandbox/world.ts';
import { render, type Values } from './cloudformation.ts';
import { roleOf } from './role.ts';

const shop: Values = { Repository: 'octo-org/shop' };
const numbers: Values = { OwnerId: '583231', RepositoryId: '1296269' };

describe('who may become the role', () => {
  const sandboxes: Sandbox[] = [];
  afterAll(() => Promise.all(sandboxes.map((sandbox) => sandbox.stop())));

  const main: GithubJob = { repository: 'octo-org/shop', ref: 'refs/heads/main' };
  const blessed = 'octo-org/platform/.github/workflows/release-image.yml@refs/tags/v1';

  test.each<[string, Values, GithubJob, 'may' | 'may not']>([
    ['the branch', shop, main, 'may'],
    ['another branch', shop, { ...main, ref: 'refs/heads/feature' }, 'may not'],
    ['another repository', shop, { ...main, repository: 'octo-org/shop2' }, 'may not'],
    ['a pull request', shop, { ...main, event: 'pull_request', ref: 'refs/pull/7/merge' }, 'may not'],
    ['tags by pattern', { ...shop, Ref: 'refs/tags/v*' }, { ...main, ref: 'refs/tags/v1.2.0' }, 'may'],
    ['the environment', { ...shop, Environment: 'production' }, { ...main, environment: 'production' }, 'may'],
    ['the branch, where an environment is asked for', { ...shop, Environment: 'production' }, main, 'may not'],
    ['the immutable subject', { ...shop, ...numbers }, { ...main, immutableSub: true }, 'may'],
    [
      'the immutable subject of a namesake',
      { ...shop, ...numbers },
      { ...main, immutableSub: true, ownerId: '666' },
      'may not',
    ],
    ['the old subject beside it', { ...shop, ...numbers }, main, 'may'],
    ['the old subject, if only numbers count', { ...shop, ...numbers, SubjectForm: 'immutable' }, main, 'may not'],
    ['the immutable subject without numbers', shop, { ...main, immutableSub: true }, 'may not'],
    [
      'a blessed reusable workflow from any repository',
      { Repository: 'octo-org/*', Ref: '*', ReusableWorkflow: blessed },
      { ...main, repository: 'octo-org/other', claims: { job_workflow_ref: blessed } },
      'may',
    ],
    [
      'another workflow, where a reusable one is asked for',
      { Repository: 'octo-org/*', Ref: '*', ReusableWorkflow: blessed },
      main,
      'may not',
    ],
  ])('%s', async (_, values, job, verdict) => {
    const { name, ...role } = roleOf(values);
    const sandbox = await startSandbox({
      world: { accounts: { '111122223333': { roles: { [name]: role } } }, github: { jobs: { here: job } } },
    });
    sandboxes.push(sandbox);
    const runner = startJob({ env: sandbox.env('here') });
    const step = await runner.step({
      'aws-region': 'eu-west-1',
      'role-to-assume': `arn:aws:iam::111122223333:role/${name}`,
    });
    runner.end();
    expect(step.code === 0 ? 'may' : 'may not').toBe(verdict);
  });
});

describe('the template', () => {
  test('asks for nothing, gives nothing', () => {
    expect(roleOf(shop).policies).toEqual({});
  });

  test('names role and instance profile alike, and lets EC2 hand out the role', () => {
    const { Resources } = render({ ...shop, CreateInstanceProfile: 'true', RoleName: 'shop-runner' });
    expect(Resources.InstanceProfile?.Properties).toMatchObject({ InstanceProfileName: 'shop-runner' });
    expect(Resources.Role?.Properties).toMatchObject({ RoleName: 'shop-runner' });
    expect(JSON.stringify(roleOf({ ...shop, CreateInstanceProfile: 'true' }).trust)).toContain('ec2.amazonaws.com');
  });

  test('takes a provider that is there, and makes China its own audience', () => {
    expect(render({ ...shop, CreateProvider: 'false' }).Resources.Provider).toBeUndefined();
    const china = render(shop, '111122223333', 'cn-north-1').Resources;
    expect(china.Provider?.Properties.ClientIdList).toEqual(['sts.amazonaws.com.cn']);
    expect(JSON.stringify(china.Role?.Properties)).toContain('arn:aws-cn:iam::111122223333:oidc-provider/');
  });

  test('gives a policy only to what was named', () => {
    const bucket = 'arn:aws:s3:::shop-site';
    const { policies } = roleOf({ ...shop, Buckets: `${bucket},arn:aws:s3:::other` });
    expect(Object.keys(policies ?? {})).toEqual(['objects']);
    const statements = policies?.objects?.Statement as readonly PolicyStatement[];
    expect(statements.map((statement) => statement.Resource)).toEqual([
      [bucket, 'arn:aws:s3:::other'],
      [`${bucket}/*`, 'arn:aws:s3:::other/*'],
    ]);
    expect(statements.flatMap((statement) => statement.Action ?? [])).not.toContain('s3:DeleteObject');
  });
});
