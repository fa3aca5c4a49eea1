import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startJob } from '../../harness/runner.ts';
import type { PolicyStatement } from '../../sandbox/iam/policy.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import type { GithubJob } from '../../sandbox/world.ts';
import { ROOT } from '../examples/workflows.ts';
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
    ['the old subject next to it', { ...shop, ...numbers }, main, 'may'],
    ['the old subject, if only numbers count', { ...shop, ...numbers, SubjectForm: 'immutable' }, main, 'may not'],
    ['the immutable subject without numbers', shop, { ...main, immutableSub: true }, 'may not'],
    [
      'a blessed reusable workflow from any repository',
      { Repository: 'octo-org/*', Ref: '*', ReusableWorkflow: blessed },
      { ...main, repository: 'octo-org/other', claims: { job_workflow_ref: blessed } },
      'may',
    ],
    [
      'a pull request, where an environment is asked for, as its rules on GitHub say',
      { ...shop, Environment: 'production' },
      { ...main, event: 'pull_request', ref: 'refs/pull/7/merge', environment: 'production' },
      'may',
    ],
    ...[
      ['an immutable subject', { immutableSub: true }, 'may'] as const,
      ['an environment', { environment: 'production' }, 'may'] as const,
      ['both', { environment: 'production', immutableSub: true }, 'may'] as const,
      ['an owner of the same name and another number', { immutableSub: true, ownerId: '666' }, 'may not'] as const,
      ['a pull request', { event: 'pull_request', ref: 'refs/pull/7/merge' }, 'may not'] as const,
    ].map(([what, more, verdict]): [string, Values, GithubJob, 'may' | 'may not'] => [
      `a blessed reusable workflow from any repository, with ${what}`,
      { Repository: 'octo-org/*', OwnerId: '583231', Ref: '*', ReusableWorkflow: blessed },
      { ...main, repository: 'octo-org/other', claims: { job_workflow_ref: blessed }, ...more },
      verdict,
    ]),
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
      // A denial is the verdict here, not a change of IAM that is on its way.
      'disable-retry': 'true',
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

  test("trusts an issuer of one's own", () => {
    const Issuer = 'https://github.example.com/_services/token';
    const { Resources } = render({ ...shop, Issuer });
    expect(Resources.Provider?.Properties.Url).toBe(Issuer);
    expect(roleOf({ ...shop, Issuer, CreateInstanceProfile: 'true' }).trust).toMatchObject({
      Statement: [
        {
          Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/github.example.com/_services/token' },
          Condition: {
            StringEquals: { 'github.example.com/_services/token:aud': 'sts.amazonaws.com' },
            StringLike: { 'github.example.com/_services/token:sub': ['repo:octo-org/shop:ref:refs/heads/main'] },
          },
        },
        { Principal: { Service: 'ec2.amazonaws.com' } },
      ],
    });
  });

  test('lets a secret be read through Parameter Store', () => {
    const { policies } = roleOf({
      ...shop,
      Secrets: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-??????',
    });
    expect(JSON.stringify(policies?.secrets)).toContain('ssm:GetParameters');
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

describe('the page', () => {
  const commands = [...readFileSync(join(ROOT, 'setup/README.md'), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, text = '']) => text,
  );

  test.each(['bash', 'zsh'])('%s runs its commands as they are pasted', (shell) => {
    if (spawnSync(shell, ['-c', 'true']).status !== 0) return;
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const folder = mkdtempSync(join(tmpdir(), 'keyless-paste-'));
      // As every shell with no match for a pattern: zsh stops, bash is told to.
      const strict = shell === 'bash' ? 'shopt -s failglob' : 'setopt interactivecomments';
      const aws = 'aws() { if [ "$1" = iam ]; then return 0; fi; for each; do echo "$each"; done; }';
      const { status, stdout, stderr } = spawnSync(shell, ['-c', `${strict}\n${aws}\n${command}`], {
        cwd: folder,
        encoding: 'utf8',
      });
      rmSync(folder, { recursive: true });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const values = stdout.split('\n').filter((line) => /^[A-Z]\w+=/.test(line));
      const given = Object.fromEntries(
        values.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      expect(given).toMatchObject({ CreateProvider: 'true' });
      expect(Object.keys(render(given).Resources)).toContain('Provider');
    }
  });

  test('quotes what a shell would expand', () => {
    const page = readFileSync(join(ROOT, 'setup/README.md'), 'utf8');
    expect(page.match(/(?<!['\w:/.-])[A-Z]\w+=\S*\*/g) ?? []).toEqual([]);
  });
});
