import { expect, test } from '@jest/globals';
import { ROLE, scene } from '../../harness/scene.ts';

test('an unknown input ends the step before a request is sent, all of them told; nothing is exported', async () => {
  const { step, sandbox } = await scene();
  const env = { 'INPUT_SSM-PARAMETER': '/shop/prod/db-url', INPUT_REGISTRIES: '444455556666', INPUT_VERSION: '1' };
  const { code, errors, warnings, exported } = await step({ 'role-to-assume': ROLE }, { env });
  expect(code).toBe(1);
  expect(errors).toEqual([
    'Input ssm-parameter: there is no such input.\n  Fix: write ssm-parameters',
    expect.stringMatching(
      /^Input registries: .*\n {2}Fix: amazon-ecr-login has an input of that name; here, write ecr-registries/,
    ),
  ]);
  expect(warnings.join()).toContain('version is not an input of this action');
  expect(exported).toEqual({});
  expect(sandbox.log.entries).toEqual([]);
});

test("a job's own variables that begin with INPUT_ do not end the step", async () => {
  const { step } = await scene();
  const env = {
    INPUT_VERSION: '1.2',
    INPUT_ENVIRONMENT: 'production',
    INPUT_CLUSTER: 'shop',
    INPUT_lower: 'x',
    INPUT_EMPTY: '',
  };
  const { code, warnings } = await step({ 'role-to-assume': ROLE }, { env });
  expect(code).toBe(0);
  expect(warnings).toHaveLength(3);
  const inComposite = { ...env, 'INPUT_ROLE-ARN': ROLE, GITEA_ACTIONS: 'true' };
  const other = await step({ 'role-to-assume': ROLE }, { env: inComposite });
  expect([other.code, other.warnings.length]).toEqual([0, 4]);
});

test('a variable that no shell fills in ends the step before anything is sent, wherever it stands', async () => {
  const { step, sandbox } = await scene({ env: { STAGE: 'prod' } });
  const { code, errors } = await step({
    'role-to-assume': ROLE,
    's3-upload': 'site => s3://shop-site/a/\nsite => s3://shop-site/$GITHUB_SHA/',
    'ssm-parameters': 'A=/shop/${STAGE}/log-level',
    'ssm-env-file': '$GITHUB_ENV',
    'deploy-first': 'ecs:prod/web/web => sh -c "migrate $STAGE"',
  });
  expect(code).toBe(1);
  const told = errors.join('\n');
  expect(told).toContain(
    'Input s3-upload, line 2: $GITHUB_SHA is not filled in: no shell reads an input.\n  Fix: write ${{ github.sha }}',
  );
  expect(told).toContain('Input ssm-parameters: ${STAGE} is not filled in');
  expect(told).toContain('Input ssm-env-file: $GITHUB_ENV is not filled in');
  expect(told).not.toContain('Input deploy-first: $');
  expect(sandbox.log.entries).toEqual([]);
});
