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
      /^Input registries: .*\n {2}Fix: it is an input of amazon-ecr-login; here, write ecr-registries/,
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
});
