import { describe, expect, test } from '@jest/globals';
import { ACTION } from '../../harness/action.ts';
import { INPUT_NAMES } from '../../src/request/input-names.ts';
import { PEER_INPUTS } from '../../src/request/peer-inputs.ts';
import { judge } from '../../src/request/unknown-inputs.ts';

const alone = { seen: undefined, isGiven: () => false };

describe('an input that is not there', () => {
  test.each([
    ['ssm-parameter', 'write ssm-parameters'],
    ['ssm_parameters', 'write ssm-parameters'],
    ['s3upload', 'write s3-upload'],
    ['s3-uplaod', 'write s3-upload'],
    ['image', 'write images'],
    ['aws_region', 'write aws-region'],
    ['dryrun', 'write dry-run'],
    ['role-to-asume', 'write role-to-assume'],
    ['cloudfront-distribution-id', 'write cloudfront-distribution'],
    ['role-arn', 'role-to-assume'],
    ['registries', 'ecr-registries'],
    ['aws_access_key_id', 'role-to-assume'],
    ['aws_secret_access_key', 'role-to-assume'],
    ['aws_bucket', 's3-upload'],
    ['source_dir', 's3-upload'],
    ['s3_upload', 'write s3-upload'],
    ['role_to_assume', 'write role-to-assume'],
    ['ecr login', 'write ecr-login'],
    ['pull-request-coment', 'write pull-request-comment'],
    ['args', 's3-delete: true'],
    ['skip-logout', 'ecr-skip-logout'],
    ['mask-password', 'always masked'],
    ['parameterpairs', 'ssm-parameters: NAME='],
    ['ssm-paths', 'one path a line'],
    ['env_variable_name', 'ssm-parameters: NAME='],
    ['secret-ids', 'secretsmanager:ID'],
    ['task-definition', 'deploy: IMAGE => ecs:'],
    ['my-own-input', 'docs/inputs.md'],
  ])('%s ends the step: %s', (name, fix) => {
    expect(judge(name, alone)).toMatchObject({ kind: 'error', fix: expect.stringContaining(fix) });
  });

  test.each(['version', 'environment', 'foo', 'name', 'ref', 'cluster', 'tags', 'password', 'log_level'])(
    '%s may be a variable of the job and is a warning',
    (name) => {
      expect(judge(name, alone)).toMatchObject({ kind: 'warning', text: expect.stringContaining(name) });
    },
  );

  test('a variable of the job is a warning if the input that it looks like is given too', () => {
    expect(judge('aws_region', { seen: undefined, isGiven: (name) => name === 'aws-region' }).kind).toBe('warning');
  });

  test.each(['my-own-input', 'role-arn', 'ssm-parameter', 'role_arn', 's3upload'])(
    'in act and what is made of it %s may be one of a composite action around the step, and is a warning',
    (name) => {
      const text = expect.stringContaining('of a composite action looks the same');
      expect(judge(name, { ...alone, leaks: true })).toMatchObject({ kind: 'warning', text });
      expect(judge(name, { ...alone, leaks: true, seen: true }).kind).toBe('error');
    },
  );

  test('the workflow tells an input from a variable of the job', () => {
    expect(judge('platforms', { seen: true, isGiven: () => false })).toMatchObject({
      kind: 'error',
      fix: expect.stringContaining('images'),
    });
    expect(judge('cluster', { seen: true, isGiven: () => false }).kind).toBe('error');
    expect(judge('version', { seen: true, isGiven: () => false }).kind).toBe('error');
    expect(judge('aws_region', { seen: false, isGiven: () => false }).kind).toBe('warning');
    expect(judge('args', { seen: false, isGiven: () => false }).kind).toBe('warning');
  });
});

test('the names that the code knows are those of action.yml', () => {
  expect(INPUT_NAMES).toEqual(Object.keys(ACTION.inputs));
});

test('no input of a peer has a name that is an input here', () => {
  expect(Object.keys(PEER_INPUTS).filter((name) => INPUT_NAMES.includes(name) || name !== name.toLowerCase())).toEqual(
    [],
  );
});
