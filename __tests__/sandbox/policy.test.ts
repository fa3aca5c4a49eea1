import { expect, test } from '@jest/globals';
import { decide } from '../../sandbox/iam/access.ts';
import { type ConditionBlock, conditionsHold } from '../../sandbox/iam/conditions.ts';
import { checkPolicy, evaluate, type PolicyStatement } from '../../sandbox/iam/policy.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/publish/run-1';
const PARAMETER = 'arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db';
const principal = { arn: SESSION, roleArn: ROLE, account: '111122223333' };
const policy = (...Statement: PolicyStatement[]) => ({ Statement });
const allow = (Action: string | string[], Resource: string | string[] = '*'): PolicyStatement => {
  return { Effect: 'Allow', Action, Resource };
};
const deny = (Action: string, Resource = '*'): PolicyStatement => ({ Effect: 'Deny', Action, Resource });

test.each<[string, PolicyStatement[], 'allow' | 'deny' | 'none']>([
  ['the action and resource by name', [allow('ssm:GetParameter', PARAMETER)], 'allow'],
  ['an action in another letter case', [allow('SSM:getparameter')], 'allow'],
  ['a wildcard in the action', [allow('ssm:Get*')], 'allow'],
  ['one of several actions', [allow(['ssm:PutParameter', 'ssm:GetParameter'])], 'allow'],
  ['another action', [allow('ssm:GetParameters')], 'none'],
  ['a wildcard in the resource', [allow('ssm:*', 'arn:aws:ssm:*:*:parameter/shop/*')], 'allow'],
  ['a resource in another letter case', [allow('ssm:*', PARAMETER.toUpperCase())], 'none'],
  ['a wildcard that would have to run over a colon', [allow('ssm:*', 'arn:aws:ssm:*:parameter/shop/db')], 'none'],
  ['`?` for one character', [allow('ssm:*', PARAMETER.replace('db', '??'))], 'allow'],
  ['NotAction names another', [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'allow'],
  ['NotAction names this', [{ Effect: 'Allow', NotAction: 'ssm:*', Resource: '*' }], 'none'],
  ['NotResource names others', [{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::*' }], 'allow'],
  ['NotResource names this by ARN', [{ Effect: 'Allow', Action: '*', NotResource: PARAMETER }], 'none'],
  ['a Deny next to an Allow', [allow('*'), deny('ssm:GetParameter')], 'deny'],
  ['a Deny of another resource', [allow('*'), deny('*', 'arn:aws:s3:::*')], 'allow'],
  ['nothing', [], 'none'],
])('an identity policy with %s', (_case, statements, effect) => {
  const question = { action: 'ssm:GetParameter', resource: PARAMETER, context: {} };
  expect(evaluate([policy(...statements)], question).effect).toBe(effect);
});

test.each<[string, PolicyStatement['Principal'], string | undefined]>([
  ['everybody', '*', 'identity'],
  ['everybody, as AWS', { AWS: '*' }, 'identity'],
  ['the account', { AWS: 'arn:aws:iam::111122223333:root' }, 'account'],
  ['the account by its number', { AWS: ['999999999999', '111122223333'] }, 'account'],
  ['another account', { AWS: 'arn:aws:iam::999999999999:root' }, undefined],
  ['the role', { AWS: ROLE }, 'identity'],
  ['the session', { AWS: SESSION }, 'session'],
  ['another role', { AWS: `${ROLE}2` }, undefined],
  ['a pattern, which principals may not have', { AWS: 'arn:aws:iam::111122223333:role/*' }, undefined],
  ['a service', { Service: 'ec2.amazonaws.com' }, undefined],
  ['nobody', undefined, undefined],
])('a resource policy for %s', (_case, Principal, grant) => {
  const statement = { ...allow('*'), ...(Principal ? { Principal } : {}) };
  const answer = evaluate([policy(statement)], {
    action: 'ssm:GetParameter',
    resource: PARAMETER,
    context: {},
    principal,
  });
  expect(answer.grant).toBe(grant);
});

const context = {
  'aws:PrincipalAccount': '111122223333',
  'x:tags': ['a', 'b'],
  'x:n': '7',
  'x:star': 'a*',
  'aws:SourceIp': '10.1.2.3',
};

test.each<[ConditionBlock, boolean]>([
  [{ StringEquals: { 'aws:principalaccount': '111122223333' } }, true],
  [{ StringEquals: { 'aws:PrincipalAccount': ['1', '111122223333'] } }, true],
  [{ StringEquals: { 'aws:PrincipalAccount': '1111*' } }, false],
  [{ StringLike: { 'aws:PrincipalAccount': '1111*' } }, true],
  [{ StringEquals: { absent: 'x' } }, false],
  [{ StringEqualsIfExists: { absent: 'x' } }, true],
  [{ StringNotEquals: { absent: 'x' } }, true],
  [{ StringNotEquals: { 'aws:PrincipalAccount': ['1', '111122223333'] } }, false],
  [{ StringNotLike: { 'aws:PrincipalAccount': '2*' } }, true],
  [{ StringEqualsIgnoreCase: { 'x:n': '7' } }, true],
  [{ Null: { absent: 'true' } }, true],
  [{ Null: { 'x:n': true } }, false],
  [{ Null: { 'x:n': 'false' } }, true],
  [{ 'ForAllValues:StringEquals': { 'x:tags': ['a', 'b', 'c'] } }, true],
  [{ 'ForAllValues:StringEquals': { 'x:tags': ['a'] } }, false],
  [{ 'ForAllValues:StringEquals': { absent: 'a' } }, true],
  [{ 'ForAnyValue:StringLike': { 'x:tags': 'b*' } }, true],
  [{ 'ForAnyValue:StringEquals': { absent: 'a' } }, false],
  [{ NumericLessThanEquals: { 'x:n': 7 } }, true],
  [{ NumericGreaterThan: { 'x:n': '7' } }, false],
  [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, true],
  [{ NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '192.168.0.0/16'] } }, false],
  [{ Bool: { absent: 'false' } }, false],
  [{ BoolIfExists: { absent: false } }, true],
  [{ ArnLike: { 'aws:PrincipalAccount': '*' } }, true],
  [{ StringEquals: { 'x:n': '${x:n}' } }, true],
  [{ StringLike: { 'x:star': 'a${*}' } }, true],
  [{ StringLike: { 'x:n': '${*}' } }, false],
  [{ StringEquals: { 'x:star': 'a${*}' } }, true],
  [{ StringLike: { 'x:n': '${?}' } }, false],
  [{ StringEquals: { 'x:n': '7', 'aws:PrincipalAccount': '2' } }, false],
])('the condition %j is %s', (block, holds) => {
  expect(conditionsHold(block, context)).toBe(holds);
});

const s3 = (overrides: object) => ({
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::site/index.html',
  resourceAccount: '111122223333',
  principal,
  identityPolicies: [policy(allow('s3:*'))],
  context: {},
  ...overrides,
});
const other = { resourceAccount: '444455556666' };
const grantTo = (AWS: string) => ({ resourcePolicy: policy({ ...allow('s3:*'), Principal: { AWS } }) });
const nothing = { identityPolicies: [] };

test.each<[string, object, true | string]>([
  ['own account, identity allows', {}, true],
  ['own account, nobody allows', nothing, 'because no identity-based policy allows the s3:GetObject action'],
  ['own account, the resource names the role', { ...nothing, ...grantTo(ROLE) }, true],
  [
    'own account, the resource names the account alone',
    { ...nothing, ...grantTo('111122223333') },
    'no identity-based',
  ],
  ['other account, only identity allows', other, 'because no resource-based policy allows the s3:GetObject action'],
  ['other account, only the resource allows', { ...other, ...nothing, ...grantTo(ROLE) }, 'no identity-based'],
  ['other account, both allow', { ...other, ...grantTo('111122223333') }, true],
  [
    'a Deny in the identity',
    { identityPolicies: [policy(allow('*'), deny('s3:*'))] },
    'explicit deny in an identity-based',
  ],
  [
    'a Deny in the resource',
    { resourcePolicy: policy({ ...deny('s3:*'), Principal: '*' }) },
    'with an explicit deny in a resource-based policy',
  ],
  [
    'a session policy that allows less',
    { sessionPolicies: [policy(allow('s3:PutObject'))] },
    'because no session policy',
  ],
  ['a session policy that allows it', { sessionPolicies: [policy(allow('s3:Get*'))] }, true],
  ['a session policy that denies', { sessionPolicies: [policy(allow('*'), deny('*'))] }, 'explicit deny in a session'],
  ['the session named, beyond its policy', { ...nothing, sessionPolicies: [policy()], ...grantTo(SESSION) }, true],
  ['the role named, beyond the session policy', { ...nothing, sessionPolicies: [], ...grantTo(ROLE) }, 'no session'],
])('access: %s', (_case, overrides, expected) => {
  const decision = decide(s3(overrides));
  expect(decision.allowed).toBe(expected === true);
  if (!decision.allowed) expect(decision.why).toContain(expected);
});

test('anybody may read what a bucket policy opens to everybody', () => {
  const anonymous = { principal: { arn: '', account: '' }, identityPolicies: [] };
  expect(decide(s3({ ...anonymous, ...other, ...grantTo('*') })).allowed).toBe(true);
  expect(decide(s3({ ...anonymous, ...other, ...grantTo('111122223333') })).allowed).toBe(false);
});

test.each<[unknown, RegExp]>([
  ['text', /Syntax/],
  [{ Statement: [{ Effect: 'Maybe', Action: '*' }] }, /Effect/],
  [{ Statement: [{ Effect: 'Allow' }] }, /Action/],
  [{ Statement: [{ Effect: 'Allow', Action: '*', Principle: '*' }] }, /Principle/],
  [{ Statement: [{ Effect: 'Allow', Action: '*', Condition: { StringIs: {} } }] }, /StringIs/],
  [{ Version: '2026-01-01', Statement: [] }, /version/],
])('the policy %j is refused', (value, message) => {
  expect(() => checkPolicy(value)).toThrow(message);
});
