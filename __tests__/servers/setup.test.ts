import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROOT } from '../examples/workflows.ts';
import { render, type Values } from '../setup/cloudformation.ts';
import { roleOf } from '../setup/role.ts';
import { describeWithMoto, type Moto, startMoto } from './moto.ts';

const TEMPLATE = join(ROOT, 'setup/keyless-aws.yaml');
const arn = (rest: string) => `arn:aws:${rest}`;

/** Parameters of the template: what a team with everything gives, and what one with nothing but a reusable workflow gives. */
const CASES: readonly (readonly [string, Values])[] = [
  [
    'everything',
    {
      Repository: 'octo-org/shop',
      OwnerId: '583231',
      RepositoryId: '1296269',
      Environment: 'production',
      RoleName: 'shop-runner',
      CreateInstanceProfile: 'true',
      EcrRepositories: `${arn('ecr:eu-west-1:123456789012:repository/shop/web')},${arn('ecr:eu-west-1:123456789012:repository/shop/api')}`,
      CreateEcrRepositories: 'true',
      PublicEcrRepositories: arn('ecr-public::123456789012:repository/shop'),
      Buckets: `${arn('s3:::shop-site')},${arn('s3:::shop-config')}`,
      DeleteObjects: 'true',
      BucketKmsKeys: arn('kms:eu-west-1:123456789012:key/1'),
      CloudFrontDistributions: arn('cloudfront::123456789012:distribution/E2EXAMPLE1SHOP'),
      Parameters: arn('ssm:eu-west-1:123456789012:parameter/shop/prod/*'),
      ParameterPaths: arn('ssm:eu-west-1:123456789012:parameter/shop/prod'),
      Secrets: arn('secretsmanager:eu-west-1:123456789012:secret:shop-??????'),
      ParameterKmsKeys: arn('kms:eu-west-1:123456789012:key/2'),
      NextRoles: arn('iam::444455556666:role/deploy'),
      EcsServices: arn('ecs:eu-west-1:123456789012:service/prod/web'),
      EcsTaskDefinitions: arn('ecs:eu-west-1:123456789012:task-definition/web:*'),
      EcsTaskRoles: `${arn('iam::123456789012:role/web-task')},${arn('iam::123456789012:role/web-execution')}`,
      LambdaFunctions: arn('lambda:eu-west-1:123456789012:function:resize'),
      AutoScalingGroups: arn('autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/web'),
      LaunchTemplates: arn('ec2:eu-west-1:123456789012:launch-template/lt-1'),
      InstanceRoles: arn('iam::123456789012:role/web-instance'),
      CodeDeployGroups: arn('codedeploy:eu-west-1:123456789012:deploymentgroup:shop/web'),
    },
  ],
  [
    'a reusable workflow',
    {
      Repository: 'octo-org/*',
      OwnerId: '583231',
      Ref: '*',
      ReusableWorkflow: 'octo-org/platform/.github/workflows/release-image.yml@refs/tags/v1',
      EcrRepositories: arn('ecr:eu-west-1:123456789012:repository/*'),
    },
  ],
];
const ACCOUNT = '123456789012';

function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): string {
  const env = { ...process.env, ...options.env };
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: options.cwd ?? ROOT,
    env,
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** For tools that Debian does not have: the machine has them, or the test says that it has not. */
function withTool(command: string): typeof test | typeof test.skip {
  return spawnSync(command, ['--version']).status === 0 ? test : test.skip;
}

withTool('cfn-lint')("AWS's linter finds nothing in the template", () => {
  expect(run('cfn-lint', [TEMPLATE])).toBe('');
});

describeWithMoto('CloudFormation of moto', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop());

  test.each(CASES)('makes the role that our tests take from the template: %s', (name, values) => {
    const env = {
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
    };
    const aws = (...args: string[]) => run('aws', [...args, '--output', 'json'], { env });
    const given: Values & { RoleName: string } = {
      RoleName: 'publish',
      CreateProvider: name === 'everything' ? 'true' : 'false',
      ...values,
    };
    // The command of setup/README.md.
    aws(
      ...['cloudformation', 'deploy', '--stack-name', given.RoleName, '--template-file', TEMPLATE],
      ...['--capabilities', 'CAPABILITY_NAMED_IAM', '--parameter-overrides'],
      ...Object.entries(given).map(([parameter, value]) => `${parameter}=${value}`),
    );
    const wanted = roleOf(given, ACCOUNT);
    const { Role } = JSON.parse(aws('iam', 'get-role', '--role-name', given.RoleName));
    // moto leaves a null where CloudFormation leaves out what is AWS::NoValue.
    const { Statement, ...trust } = Role.AssumeRolePolicyDocument;
    expect({ ...trust, Statement: Statement.filter(Boolean) }).toEqual(wanted.trust);
    for (const [policy, document] of Object.entries(wanted.policies ?? {})) {
      const got = aws('iam', 'get-role-policy', '--role-name', given.RoleName, '--policy-name', policy);
      expect(JSON.parse(got).PolicyDocument).toEqual(document);
    }
    if (given.CreateInstanceProfile === 'true') {
      const { InstanceProfile } = JSON.parse(
        aws('iam', 'get-instance-profile', '--instance-profile-name', given.RoleName),
      );
      expect(InstanceProfile.Roles.map((role: { RoleName: string }) => role.RoleName)).toEqual([given.RoleName]);
    }
  });
});

withTool('terraform')('the Terraform module is formatted, and gives the policies of the template', () => {
  run('terraform', ['fmt', '-check', '-recursive', 'setup/terraform']);
  const folder = mkdtempSync(join(tmpdir(), 'keyless-terraform-'));
  try {
    // The folder that has no provider: the rest needs the registry to be checked.
    cpSync(join(ROOT, 'setup/terraform/policy'), folder, { recursive: true });
    run('terraform', ['init', '-input=false'], { cwd: folder });
    run('terraform', ['validate'], { cwd: folder });
    for (const [, values] of CASES) {
      const variables = Object.entries({ account_id: ACCOUNT, region: 'eu-west-1', ...terraformOf(values) });
      const args = variables.flatMap(([name, value]) => ['-var', `${name}=${value}`]);
      run('terraform', ['apply', '-auto-approve', '-input=false', ...args], { cwd: folder });
      const { policies, trust_policy } = JSON.parse(run('terraform', ['output', '-json'], { cwd: folder }));
      const wanted = roleOf(values, ACCOUNT);
      expect(JSON.parse(trust_policy.value)).toEqual(wanted.trust);
      const found = Object.entries(policies.value as Record<string, string>).map(([name, text]) => [
        name,
        JSON.parse(text),
      ]);
      // Terraform writes every resource as a list.
      const listed = JSON.parse(JSON.stringify(wanted.policies).replaceAll('"Resource":"*"', '"Resource":["*"]'));
      expect(Object.fromEntries(found)).toEqual(listed);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** EcrRepositories=a,b is ecr_repositories=["a","b"]. */
function terraformOf(values: Values): Record<string, string> {
  const lists = new Set(Object.entries(render(values).lists).flatMap(([name, isList]) => (isList ? [name] : [])));
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => !['RoleName', 'CreateProvider'].includes(name))
      .map(([name, value]) => [
        name
          .replace('CloudFront', 'Cloudfront')
          .replace('CodeDeploy', 'Codedeploy')
          .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_')
          .toLowerCase(),
        lists.has(name) ? JSON.stringify(value.split(',')) : value,
      ]),
  );
}
