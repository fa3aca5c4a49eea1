import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DEPLOY, ROLE, scene } from '../../../harness/scene.ts';

/** Every input of configure-aws-credentials v6 but the key inputs, with a value that its users write. */
const INPUTS: Readonly<Record<string, string>> = {
  'aws-region': 'eu-west-1',
  'role-to-assume': ROLE,
  'web-identity-token-file': '',
  'role-chaining': 'false',
  audience: 'sts.amazonaws.com',
  'http-proxy': '',
  'no-proxy': 'localhost',
  'mask-aws-account-id': 'false',
  'role-duration-seconds': '3600',
  'role-external-id': '',
  'role-session-name': 'GitHubActions',
  'role-skip-session-tagging': 'TRUE',
  'transitive-tag-keys': '',
  'custom-tags': '',
  'inline-session-policy':
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:List*","Resource":"*"}]}',
  'managed-session-policies': '',
  'output-credentials': 'true',
  'output-env-credentials': 'true',
  'aws-profile': '',
  'overwrite-aws-profile': 'false',
  'unset-current-credentials': 'false',
  'disable-retry': 'false',
  'retry-max-attempts': '12',
  'special-characters-workaround': 'false',
  'use-existing-credentials': 'false',
  'allowed-account-ids': '111122223333,444455556666',
  'force-skip-oidc': 'false',
  'action-timeout-s': '60',
  'sts-endpoint': '',
};

test('every input of the peer is one of this action', () => {
  const { inputs } = parse(readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8'));
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(INPUTS)));
});

test('a workflow of the peer gives the same variables and outputs', async () => {
  const { step } = await scene();
  const { code, errors, exported, outputs } = await step(INPUTS);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  expect(Object.keys(exported).sort()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
  ]);
  expect(outputs).toMatchObject({
    'aws-account-id': '111122223333',
    'authenticated-arn': 'arn:aws:sts::111122223333:assumed-role/publish/GitHubActions',
    'aws-access-key-id': exported.AWS_ACCESS_KEY_ID,
    'aws-secret-access-key': exported.AWS_SECRET_ACCESS_KEY,
    'aws-session-token': exported.AWS_SESSION_TOKEN,
    'aws-expiration': expect.stringMatching(/^[^"]+Z$/),
  });
});

test('two steps of the peer, OIDC and then chaining, work as they did', async () => {
  const { step } = await scene();
  await step({ 'role-to-assume': ROLE });
  const second = await step({ 'role-to-assume': DEPLOY, 'role-chaining': 'true' });
  expect(second.exported.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
  expect(second.outputs['aws-account-id']).toBe('444455556666');
});

test('inputs that a token makes useless are said to be', async () => {
  const { step } = await scene();
  const { warnings, code } = await step({
    'role-to-assume': ROLE,
    'custom-tags': '{"a":"b"}',
    'role-external-id': 'x1',
  });
  expect(code).toBe(0);
  expect(warnings[0]).toContain('No effect: custom-tags, role-external-id.');
});

test('a transitive tag that the session does not have is said to be without effect', async () => {
  const { step } = await scene();
  const chain = { 'role-to-assume': `${ROLE}\n${DEPLOY}` };
  const misspelt = await step({ ...chain, 'transitive-tag-keys': 'Repository\nconstructor' });
  expect([misspelt.code, misspelt.warnings]).toEqual([0, [expect.stringContaining('No effect: transitive-tag-keys.')]]);
  expect((await step({ ...chain, 'transitive-tag-keys': 'Repository' })).warnings).toEqual([]);
});

test('custom-tags of numbers and booleans, and the tags of 6.2, reach STS; with role-skip-session-tagging none does', async () => {
  const { sandbox, step } = await scene();
  const chain = {
    'role-to-assume': `${ROLE}\n${DEPLOY}`,
    'custom-tags': '{"port": 8080, "dry": false, "Job": "mine"}',
  };
  await step(chain);
  const [tagged] = sandbox.log.of('sts', 'AssumeRole');
  expect(tagged?.params.tags).toMatchObject({
    port: '8080',
    dry: 'false',
    Job: 'mine',
    EventName: 'push',
    RunId: '7000000001',
  });
  sandbox.log.clear();
  const { warnings } = await step({ ...chain, 'role-skip-session-tagging': 'true' });
  expect(sandbox.log.of('sts', 'AssumeRole')[0]?.params.tags ?? {}).toEqual({});
  expect(warnings).toEqual([expect.stringContaining('No effect: custom-tags. The session has no tags')]);
});

test('a session that the tags make too large gets fewer of them', async () => {
  const { sandbox, step } = await scene();
  const fault = {
    kind: 'status',
    service: 'sts',
    action: 'AssumeRole',
    status: 400,
    code: 'PackedPolicyTooLarge',
    times: 1,
  } as const;
  sandbox.faults.add(fault);
  const { errors, log } = await step({ 'role-to-assume': `${ROLE}\n${DEPLOY}`, 'custom-tags': '{"team": "shop"}' });
  expect(errors).toEqual([]);
  expect(log).toContain('(PackedPolicyTooLarge): trying with fewer');
  const tags = sandbox.log.of('sts', 'AssumeRole').at(-1)?.params.tags as Record<string, string>;
  expect(tags).toMatchObject({ team: 'shop', Repository: 'octo-org/shop' });
  expect(tags).not.toHaveProperty('RunId');
});
