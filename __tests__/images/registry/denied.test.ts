import { expect, test } from '@jest/globals';
import { denied } from '../../../src/images/registry/denied.ts';

const ON = 'arn:aws:ecr:eu-west-1:111122223333:repository/shop';

test.each([
  ['ghcr.io/octo/shop', { status: 403, code: 'DENIED', message: 'permission_denied: read_package' }, 'packages: read'],
  ['ghcr.io', { action: 'registry:Token', status: 403, code: 'DENIED', message: '' }, 'docker/login-action'],
  ['quay.io/octo/shop', { status: 401, code: 'UNAUTHORIZED', message: '' }, 'a user who may pull'],
  [
    'public.ecr.aws',
    { action: 'registry:Token', status: 403, code: 'DENIED', message: 'Your authorization token has expired.' },
    'docker logout public.ecr.aws',
  ],
  ['docker.io/library/alpine', { status: 429, code: 'TOOMANYREQUESTS', message: '' }, 'raises the limit'],
])('of %s a refusal %j is told in no words of ECR', (on, refusal, fix) => {
  const told = denied({ action: 'ecr:BatchGetImage', on, ...refusal });
  expect(told.fix).toContain(fix);
  expect(JSON.stringify(told)).not.toMatch(/ecr:|quota|policy/);
});

test.each([
  [
    { status: 403, code: 'DENIED', message: 'because no resource-based policy allows it' },
    'let the policy of the resource, in the account that owns it',
  ],
  [{ status: 403, code: '', message: '' }, 'the repository may be full'],
  [{ status: 405, code: 'UNSUPPORTED', message: "'Invalid JSON syntax'" }, 'media type that it does not know'],
  [{ status: 404, code: 'NAME_UNKNOWN', message: '' }, '--repository-name shop --region eu-west-1'],
  [{ status: 400, code: 'TAG_INVALID', message: '' }, 'image-tag-exists: skip'],
  [{ status: 401, code: 'UNAUTHORIZED', message: '' }, 'one region'],
  [{ status: 429, code: 'TOOMANYREQUESTS', message: '' }, 'quota'],
])('a refusal %j tells the fix', (refusal, fix) => {
  expect(denied({ action: 'ecr:PutImage', on: ON, ...refusal }).fix).toContain(fix);
});

test.each([
  ['ecr:InitiateLayerUpload', 6],
  ['ecr:PutImage', 6],
  ['ecr:GetDownloadUrlForLayer', 1],
  // What is read may be a source, which nothing is pushed to.
  ['ecr:BatchGetImage', 1],
])('the policy for a refused %s has all that a push to the repository takes: %d actions', (action, count) => {
  const { fix = '' } = denied({ action, on: ON, status: 403, code: 'DENIED', message: '' });
  const [policy = ''] = /\{.*\}/s.exec(fix) ?? [];
  expect(JSON.parse(policy).Statement[0].Action).toHaveLength(count);
});
