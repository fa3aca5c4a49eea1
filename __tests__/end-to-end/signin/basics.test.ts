import { expect, test } from '@jest/globals';
import { DEPLOY, ROLE, scene } from '../../../harness/scene.ts';

test("GitHub's token becomes a session that later steps have, and the post step takes back", async () => {
  const { sandbox, job, step } = await scene({ env: { AWS_ACCESS_KEY_ID: 'before' } });
  const result = await step();
  expect(result.errors).toEqual([]);
  expect(result.code).toBe(0);
  expect(result.log).toContain('Identity: GitHub OIDC (the job has id-token: write and a role is given)');
  expect(result.log).toContain('Signed in as arn:aws:sts::111122223333:assumed-role/publish/gha-7000000001-1-shop');
  expect(result.log).toContain(`Asked ${new URL(sandbox.url).host}, which is not AWS: AWS_ENDPOINT_URL`);
  expect(result.outputs).toMatchObject({
    'aws-account-id': '111122223333',
    'authenticated-arn': 'arn:aws:sts::111122223333:assumed-role/publish/gha-7000000001-1-shop',
    'aws-partition': 'aws',
  });
  expect(result.outputs['aws-expiration']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  expect(result.outputs).not.toHaveProperty('aws-access-key-id');
  expect(result.exported).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' });
  expect(result.exported.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
  expect(result.masks).toContain(result.exported.AWS_SECRET_ACCESS_KEY);
  expect(result.masks).toContain(result.exported.AWS_SESSION_TOKEN);
  expect(sandbox.log.entries.map(({ action }) => action)).toEqual(['GetIdToken', 'AssumeRoleWithWebIdentity']);

  const post = await result.post();
  expect(post.code).toBe(0);
  expect(job.env).toMatchObject({ AWS_ACCESS_KEY_ID: 'before', AWS_SECRET_ACCESS_KEY: '', AWS_REGION: 'eu-west-1' });
});

test('a chain of roles, each with its own session name, ends in the last one', async () => {
  const { sandbox, step } = await scene();
  const result = await step({ 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'role-session-name': 'first\nsecond' });
  expect(result.errors).toEqual([]);
  expect(result.outputs['authenticated-arn']).toBe('arn:aws:sts::444455556666:assumed-role/deploy/second');
  const [first] = sandbox.log.of('sts', 'AssumeRoleWithWebIdentity');
  expect(first?.params).toMatchObject({ sessionName: 'first', seconds: 900 });
  const [second] = sandbox.log.of('sts', 'AssumeRole');
  expect(second?.params).toMatchObject({ sessionName: 'second', seconds: 3600 });
  expect(second?.params.tags).toMatchObject({
    GitHub: 'Actions',
    Repository: 'octo-org/shop',
    Branch: 'refs/heads/main',
  });
});

test('dry-run signs in and exports nothing', async () => {
  const { step } = await scene();
  const result = await step({ 'role-to-assume': ROLE, 'dry-run': 'true' });
  expect(result.code).toBe(0);
  expect(result.exported).toEqual({});
  expect(result.outputs['aws-account-id']).toBe('111122223333');
});
