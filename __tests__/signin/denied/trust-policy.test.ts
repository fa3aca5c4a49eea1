import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluate } from '../../../sandbox/iam/policy.ts';
import { subjectHints } from '../../../src/signin/denied/index.ts';
import { reusableWorkflowPolicy, trustPolicyFor } from '../../../src/signin/denied/trust-policy.ts';
import { type Claims, readClaims, showClaims } from '../../../src/signin/identity/claims.ts';

const ROLE = 'arn:aws:iam::111122223333:role/ci/publish';
const CLAIMS: Claims = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sts.amazonaws.com',
  sub: 'repo:octo-org/shop:ref:refs/heads/main',
  exp: 0,
  iat: 0,
  repository: 'octo-org/shop',
  repository_id: '2',
  repository_owner: 'octo-org',
  repository_owner_id: '1',
  ref: 'refs/heads/main',
  ref_type: 'branch',
  job_workflow_ref: 'octo-org/shop/.github/workflows/x.yml@refs/heads/main',
};
const HOST = 'token.actions.githubusercontent.com';
const conditionOf = (claims: Claims, role = ROLE) => trustPolicyFor(claims, role).Statement[0]?.Condition;

test.each<[string, Partial<Claims>, object]>([
  [
    'a branch: exactly it, in both forms of the sub',
    {},
    {
      StringEquals: {
        [`${HOST}:aud`]: 'sts.amazonaws.com',
        [`${HOST}:sub`]: [CLAIMS.sub, 'repo:octo-org@1/shop@2:ref:refs/heads/main'],
      },
    },
  ],
  [
    'an immutable sub: it alone, since names can be taken over',
    { sub: 'repo:octo-org@1/shop@2:environment:prod' },
    {
      StringEquals: {
        [`${HOST}:aud`]: 'sts.amazonaws.com',
        [`${HOST}:sub`]: 'repo:octo-org@1/shop@2:environment:prod',
      },
    },
  ],
  [
    'a tag: every tag, by StringLike',
    { sub: 'repo:octo-org/shop:ref:refs/tags/v1', ref_type: 'tag' },
    {
      StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${HOST}:sub`]: ['repo:octo-org/shop:ref:refs/tags/*', 'repo:octo-org@1/shop@2:ref:refs/tags/*'] },
    },
  ],
  [
    'the merge queue: any of its refs for the branch',
    { sub: 'repo:octo-org@1/shop@2:ref:refs/heads/gh-readonly-queue/main/pr-17-0a1b2c' },
    {
      StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${HOST}:sub`]: 'repo:octo-org@1/shop@2:ref:refs/heads/gh-readonly-queue/main/*' },
    },
  ],
  [
    'a customised sub with parts of this run: any of them',
    {
      sub: 'repo:octo-org@1/shop@2:pull_request:run_id:55:job_workflow_ref:o/r/.github/workflows/a.yml@refs/pull/7/merge',
    },
    {
      StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
      StringLike: {
        [`${HOST}:sub`]:
          'repo:octo-org@1/shop@2:pull_request:run_id:*:job_workflow_ref:o/r/.github/workflows/a.yml@refs/pull/*/merge',
      },
    },
  ],
  [
    'a tag in an environment: the environment',
    { sub: 'repo:octo-org@1/shop@2:environment:prod', ref_type: 'tag' },
    {
      StringEquals: {
        [`${HOST}:aud`]: 'sts.amazonaws.com',
        [`${HOST}:sub`]: 'repo:octo-org@1/shop@2:environment:prod',
      },
    },
  ],
  [
    'another issuer: its keys, and its sub as it is',
    { iss: 'https://ghe.example.com/_services/token' },
    {
      StringEquals: {
        'ghe.example.com/_services/token:aud': 'sts.amazonaws.com',
        'ghe.example.com/_services/token:sub': CLAIMS.sub,
      },
    },
  ],
  [
    'a policy variable in a name: as text',
    { sub: 'repo:octo-org@1/shop@2:ref:refs/heads/${aws:x}' },
    {
      StringEquals: {
        [`${HOST}:aud`]: 'sts.amazonaws.com',
        [`${HOST}:sub`]: 'repo:octo-org@1/shop@2:ref:refs/heads/${$}{aws:x}',
      },
    },
  ],
])('%s', (_case, claims, condition) => {
  expect(conditionOf({ ...CLAIMS, ...claims })).toEqual(condition);
});

test('the provider is in the partition and account of the role', () => {
  const [statement] = trustPolicyFor(
    { ...CLAIMS, aud: 'sts.amazonaws.com.cn' },
    ROLE.replace('aws', 'aws-cn'),
  ).Statement;
  expect(statement?.Principal).toEqual({ Federated: `arn:aws-cn:iam::111122223333:oidc-provider/${HOST}` });
});

test('the variant for a reusable workflow is there for one of another repository, on github.com', () => {
  const called = { ...CLAIMS, job_workflow_ref: 'octo-org/ci/.github/workflows/x.yml@refs/tags/v1' };
  expect(reusableWorkflowPolicy(CLAIMS, ROLE)).toBeUndefined();
  expect(reusableWorkflowPolicy({ ...called, iss: 'https://ghe.example.com/_services/token' }, ROLE)).toBeUndefined();
  expect(reusableWorkflowPolicy(called, ROLE)?.Statement[0]?.Condition).toEqual({
    StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:job_workflow_ref`]: called.job_workflow_ref },
    StringLike: { [`${HOST}:sub`]: ['repo:octo-org/*', 'repo:octo-org@1/*'] },
  });
});

test.each<[string, Partial<Claims>, RegExp | undefined]>([
  ['an ordinary sub', {}, undefined],
  ['an environment', { environment: 'prod', sub: 'repo:o/r:environment:prod' }, /environment: prod/],
  ['an environment that is not in a customised sub', { environment: 'prod' }, undefined],
  ['an immutable sub', { sub: 'repo:o@1/r@2:ref:refs/heads/main' }, /immutable/],
  ['a pull request', { sub: 'repo:o/r:pull_request' }, /names no branch/],
  ['a branch named pull_request', { sub: 'repo:o/r:ref:refs/heads/pull_request' }, undefined],
  ['a customised sub', { sub: 'repository_owner:o' }, /customised/],
  ['a customised sub that begins as usual', { sub: 'repo:o/r:ref:refs/heads/main:actor:mona' }, /more follows/],
  ['the merge queue', { sub: 'repo:o/r:ref:refs/heads/gh-readonly-queue/main/pr-1-0a' }, /another one each time/],
  ["a sub that is not GitHub's", { sub: 'system:serviceaccount:a:b', repository: undefined as never }, undefined],
  ['capitals', { sub: 'repo:O/r:ref:refs/heads/main' }, /capitals/],
  ['a colon', { sub: 'repo:o/r:environment:a%3Ab' }, /%3A/],
  ['another issuer', { iss: 'https://token.actions.octo.ghe.com' }, /begin with token\.actions\.octo\.ghe\.com/],
])('hints for %s', (_case, claims, hint) => {
  const hints = subjectHints({ ...CLAIMS, ...claims }).slice(0, -1);
  if (hint) expect(hints.join('\n')).toMatch(hint);
  else expect(hints).toEqual([]);
});

const encode = (payload: string) => `x.${Buffer.from(payload).toString('base64url')}.y`;

test.each<[string, string, object | undefined]>([
  ['a token', encode('{"iss":"i","sub":"s","aud":["a"],"exp":5}'), { iss: 'i', sub: 's', aud: 'a', exp: 5 }],
  ['no token', 'hunter2', undefined],
  ['a token in JSON', `{"token":"${encode('{"iss":"i","sub":"s"}')}"}`, undefined],
  ['no JSON', encode('hunter2'), undefined],
  ['no object', encode('null'), undefined],
  ['a token without sub', encode('{"iss":"i"}'), undefined],
])('claims of %s', (_case, token, claims) => {
  const read = readClaims(token);
  if (claims) expect(read).toMatchObject(claims);
  else expect(read).toBeUndefined();
});

test('claims are shown by name; nothing else of the token is', () => {
  const shown = showClaims({ ...CLAIMS, actor: 'secret-actor' } as Claims);
  expect(shown).toContain(`sub              ${CLAIMS.sub}`);
  expect(shown).not.toContain('secret-actor');
});

/** Whether the sandbox's evaluator, which knows nothing of this code, lets a token with this sub in. */
const accepts = (claims: Claims, sub: string) =>
  evaluate([trustPolicyFor(claims, ROLE)], {
    action: 'sts:AssumeRoleWithWebIdentity',
    resource: ROLE,
    context: { [`${HOST}:aud`]: CLAIMS.aud, [`${HOST}:sub`]: sub },
    principal: { arn: '', account: '', federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
  }).effect === 'allow';

const name = fc.oneof(fc.string(), fc.constantFrom('*', '${*}', 'a?c', '${aws:username}', 'prod', 'Prod'));

test('whatever an environment is named: the policy accepts its token, and none of another environment', () => {
  fc.assert(
    fc.property(name, name, (environment, other) => {
      const sub = `repo:octo-org/shop:environment:${environment}`;
      const claims = { ...CLAIMS, environment, sub };
      expect(accepts(claims, sub)).toBe(true);
      expect(accepts(claims, `repo:octo-org/shop:environment:${other}`)).toBe(other === environment);
      expect(accepts(claims, `repo:mallory/shop:environment:${environment}`)).toBe(false);
    }),
  );
});

test("a tag's policy accepts other tags of the repository, and no branch", () => {
  const claims: Claims = { ...CLAIMS, sub: 'repo:octo-org/shop:ref:refs/tags/v1', ref_type: 'tag' };
  expect(accepts(claims, 'repo:octo-org/shop:ref:refs/tags/v2')).toBe(true);
  expect(accepts(claims, 'repo:octo-org/shop:ref:refs/heads/v2')).toBe(false);
  expect(accepts(claims, 'repo:octo-org/shop-2:ref:refs/tags/v2')).toBe(false);
  const customised = { ...claims, sub: 'environment:*:repo:octo-org/shop:ref:refs/tags/v1' };
  expect(accepts(customised, 'environment:*:repo:octo-org/shop:ref:refs/tags/v2')).toBe(true);
  expect(accepts(customised, 'environment:x:repo:octo-org/shop:ref:refs/tags/v2')).toBe(false);
});

test.each([
  // Of the workflow of another repository the release stays, which the sub was customised for.
  [
    'repo:octo-org/shop:ref:refs/tags/TAG:job_workflow_ref:octo-org/ci/.github/workflows/x.yml@refs/tags/v1',
    'ci/.github/workflows/x.yml@refs/tags/v2',
  ],
  [
    'repo:octo-org/shop:ref:refs/tags/TAG:job_workflow_ref:octo-org/ci/.github/workflows/x.yml@refs/heads/main',
    'evil/.github/workflows/x.yml@refs/heads/main',
  ],
  [
    'repo:octo-org/shop:environment:prod:job_workflow_ref:octo-org/shop/.github/workflows/x.yml@refs/tags/TAG',
    'shop/.github/workflows/y.yml@refs/tags/v1',
  ],
  [
    'repo:octo-org/shop:workflow_ref:octo-org/shop/.github/workflows/x.yml@refs/tags/TAG',
    'shop/.github/workflows/x.yml@refs/heads/main',
  ],
])('a customised sub is open for the next tag, and for nothing else: %s', (sub, other) => {
  const claims: Claims = { ...CLAIMS, ref: 'refs/tags/v1', ref_type: 'tag', sub: sub.replace('TAG', 'v1') };
  expect(accepts(claims, sub.replace('TAG', 'v1'))).toBe(true);
  expect(accepts(claims, sub.replace('TAG', 'v2'))).toBe(true);
  expect(accepts(claims, sub.replace('TAG', 'v1').replace(/octo-org\/[^/]+\/\.github.*/, `octo-org/${other}`))).toBe(
    false,
  );
});
