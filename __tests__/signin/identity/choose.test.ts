import { expect, test } from '@jest/globals';
import { chooseSource, type Wish } from '../../../src/signin/identity/choose.ts';

const TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const IRSA = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn:pod' };
const auto = (wish: Partial<Wish> = {}): Wish => ({ source: 'auto', tokenFile: undefined, role: 'arn:role', ...wish });

test.each<[string, Wish, Record<string, string>, string]>([
  ['a role and the permission', auto(), TOKEN, 'github-oidc'],
  ['a role, the permission, and a token file of the machine', auto(), { ...TOKEN, ...IRSA }, 'github-oidc'],
  ['a token file in the input', auto({ tokenFile: 'f' }), TOKEN, 'token-file'],
  ['a role, a token file of the machine with the same role', auto({ role: 'arn:pod' }), IRSA, 'token-file'],
  ['a role, a token file of the machine with another role', auto(), IRSA, 'ambient'],
  ['a role, a token file of the machine without one', auto(), { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, 'token-file'],
  [
    'no role of the input, a token file and role of the machine',
    auto({ role: undefined }),
    { ...TOKEN, ...IRSA },
    'token-file',
  ],
  ['a token file without any role', auto({ role: undefined }), { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, 'ambient'],
  ['no role, though the permission is there for another tool', auto({ role: undefined }), TOKEN, 'ambient'],
  ['a role and nothing else', auto(), {}, 'ambient'],
  ['half of the permission', auto(), { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x' }, 'ambient'],
  ['a wish', auto({ source: 'ambient' }), TOKEN, 'ambient'],
  ['a wish that cannot be met', auto({ source: 'github-oidc' }), {}, 'github-oidc'],
])('%s', (_case, wish, env, source) => {
  expect(chooseSource(wish, env).source).toBe(source);
});

test('the role of the pod comes first where another one is asked for, whatever else is ambient', () => {
  expect(chooseSource(auto(), { ...IRSA, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' })).toMatchObject({
    kind: 'token-file',
    why: expect.stringContaining('signs in as arn:pod (AWS_ROLE_ARN)'),
  });
});
