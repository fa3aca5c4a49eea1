import { expect, test } from '@jest/globals';
import { ambientSource, chooseSource, type Wish } from '../../../src/signin/identity/choose.ts';

const TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't' };
const IRSA = { AWS_WEB_IDENTITY_TOKEN_FILE: '/token', AWS_ROLE_ARN: 'arn' };
const auto = (wish: Partial<Wish> = {}): Wish => ({ source: 'auto', tokenFile: undefined, hasRole: true, ...wish });

test.each<[string, Wish, Record<string, string>, string]>([
  ['a role and the permission', auto(), TOKEN, 'github-oidc'],
  ['a role, the permission, and a token file of the machine', auto(), { ...TOKEN, ...IRSA }, 'github-oidc'],
  ['a token file in the input', auto({ tokenFile: 'f' }), TOKEN, 'token-file'],
  ['a role, a token file of the machine, no permission', auto(), IRSA, 'token-file'],
  [
    'no role of the input, a token file and role of the machine',
    auto({ hasRole: false }),
    { ...TOKEN, ...IRSA },
    'token-file',
  ],
  ['a token file without any role', auto({ hasRole: false }), { AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, 'ambient'],
  ['no role, though the permission is there for another tool', auto({ hasRole: false }), TOKEN, 'ambient'],
  ['a role and nothing else', auto(), {}, 'ambient'],
  ['half of the permission', auto(), { ACTIONS_ID_TOKEN_REQUEST_URL: 'http://x' }, 'ambient'],
  ['a wish', auto({ source: 'ambient' }), TOKEN, 'ambient'],
  ['a wish that can’t be met', auto({ source: 'github-oidc' }), {}, 'github-oidc'],
])('%s', (_case, wish, env, source) => {
  expect(chooseSource(wish, env).source).toBe(source);
});

test.each<[Record<string, string>, string]>([
  [{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_PROFILE: 'p' }, 'profile'],
  [{ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' }, 'keys'],
  [{ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_PROFILE: 'p' }, 'profile'],
  [IRSA, 'token-file'],
  [{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x' }, 'container'],
  [{ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' }, 'container'],
  [{}, 'instance'],
])('what is ambient with %j is %s', (env, kind) => {
  expect(ambientSource(env).kind).toBe(kind);
});
