import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inputReader } from '../../src/base/inputs.ts';
import { Problems } from '../../src/base/problem.ts';
import { type SignInRequest, signInRequest } from '../../src/signin/request.ts';

const ROLE = 'arn:aws:iam::111122223333:role/publish';
const ENV = { AWS_REGION: 'eu-west-1', HOME: '/home/runner', GITHUB_REPOSITORY: 'octo-org/shop', GITHUB_RUN_ID: '1' };

/** The request, or every problem as text. */
function read(
  inputs: Record<string, string>,
  { env = {}, otherJobs = false }: { env?: Record<string, string>; otherJobs?: boolean } = {},
): SignInRequest | string {
  const reader = inputReader({ input: (name) => inputs[name] ?? '', env: { ...ENV, ...env } });
  const request = signInRequest(reader, { otherJobs });
  try {
    reader.throwProblems();
    return request;
  } catch (error) {
    if (error instanceof Problems) return error.message;
    throw error;
  }
}

test.each<[string, Record<string, string>, Partial<SignInRequest>]>([
  [
    'nothing',
    {},
    { region: 'eu-west-1', source: 'auto', roles: [], durationSeconds: 3600, sessionNames: ['gha-1-1-shop'] },
  ],
  ['role-chaining', { 'role-chaining': 'true' }, { source: 'ambient' }],
  [
    'force-skip-oidc with a token file',
    { 'force-skip-oidc': 'true', 'web-identity-token-file': 'f' },
    { source: 'auto' },
  ],
  [
    'a bare role name, ambient',
    { 'role-to-assume': 'publish', 'credentials-source': 'ambient' },
    { roles: ['publish'] },
  ],
  [
    'a role with a path',
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/a/b' },
    { roles: ['arn:aws:iam::111122223333:role/a/b'] },
  ],
  ['China', { 'aws-region': 'cn-north-1', 'role-to-assume': ROLE.replace('aws', 'aws-cn') }, { region: 'cn-north-1' }],
  [
    'account ids by comma and line',
    { 'allowed-account-ids': '111122223333, 444455556666\n777788889999,' },
    { allowedAccountIds: ['111122223333', '444455556666', '777788889999'] },
  ],
  [
    'a policy, without its white space',
    { 'inline-session-policy': '{ "Statement": [ ] }' },
    { sessionPolicy: '{"Statement":[]}' },
  ],
  ['disable-retry', { 'disable-retry': 'true', 'retry-max-attempts': '5' }, { attempts: 1 }],
  ['retry-max-attempts: 0', { 'retry-max-attempts': '0' }, { attempts: undefined }],
])('%s', (_case, inputs, request) => {
  expect(read(inputs)).toMatchObject(request);
});

test.each<[string, Record<string, string>, RegExp]>([
  ['a region with a zone', { 'aws-region': 'eu-west-1a' }, /"eu-west-1a" is not a region.*write eu-west-1$/s],
  ['a region in capitals and quotes', { 'aws-region': '"EU-WEST-1"' }, /is not a region.*write eu-west-1$/s],
  [
    "a person's role",
    { 'role-to-assume': `${ROLE.replace(/[^/]*$/, '')}aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b` },
    /is a role of IAM Identity Center.*make a role of your own/s,
  ],
  [
    "a service's role",
    { 'role-to-assume': `${ROLE.replace(/[^/]*$/, '')}aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS` },
    /is a service-linked role/,
  ],
  ['a role in quotes', { 'role-to-assume': `"${ROLE}"` }, /more than the ARN.*write arn:aws:iam::\d+:role\/\w+$/s],
  ['a role of a YAML list', { 'role-to-assume': `- ${ROLE}` }, /more than the ARN.*write arn:aws:iam::\d+:role\/\w+$/s],
  ['a character that nobody sees', { 'role-to-assume': `${ROLE}\u200b` }, /not to be seen \(U\+200B\)/],
  ['a region in the ARN', { 'role-to-assume': ROLE.replace('iam::', 'iam:eu-west-1:') }, /IAM has no regions/],
  [
    'dashes in the account id',
    { 'role-to-assume': 'arn:aws:iam::1111-2222-3333:role/a' },
    /not 12 digits without dashes/,
  ],
  ['a user', { 'role-to-assume': 'arn:aws:iam::111122223333:user/me' }, /is the ARN of a user/],
  [
    'a session',
    { 'role-to-assume': 'arn:aws:sts::111122223333:assumed-role/a/b' },
    /session of a role.*write the ARN of the role: arn:aws:iam::111122223333:role\/a,/s,
  ],
  [
    'two roles in a line',
    { 'role-to-assume': 'arn:aws:iam::111122223333:role/a, arn:aws:iam::444455556666:role/b' },
    /more than one role.*one role a line/s,
  ],
  ['an account that is not there', { 'role-to-assume': 'arn:aws:iam:::role/a' }, /the account id is missing/],
  ['two accounts that are not there', { 'allowed-account-ids': ' , ' }, /there is no account id in it/],
  [
    '11 digits',
    { 'role-to-assume': 'arn:aws:iam::11112222333:role/x' },
    /is not the ARN of a role.*a 0 at the beginning/s,
  ],
  [
    'three names for two roles',
    { 'role-to-assume': `${ROLE}\n${ROLE}`, 'role-session-name': 'aa\nbb\ncc' },
    /3 lines for 2 roles/,
  ],
  [
    'a policy over 2048 characters',
    { 'inline-session-policy': JSON.stringify({ Statement: 'x'.repeat(2048) }) },
    /have 20\d\d characters/,
  ],
  [
    'eleven policies',
    { 'managed-session-policies': Array.from({ length: 11 }, (_, i) => `arn:aws:iam::aws:policy/${i}`).join('\n') },
    /there are 11 policies/,
  ],
  ['tags that differ in capitals alone', { 'custom-tags': '{"team":"a","Team":"b"}' }, /"Team" is given twice/],
  ["a tag that is AWS's", { 'custom-tags': '{"aws:x":"a"}' }, /AWS does not accept the tag "aws:x"/],
  ['a tag that is a list', { 'custom-tags': '{"a":[1]}' }, /custom-tags: it is not in the accepted form/],
  ['a duration with a unit', { 'role-duration-seconds': '1h' }, /"1h" is not accepted/],
  ['two sources', { 'role-chaining': 'true', 'credentials-source': 'github-oidc' }, /leave one of the two out/],
  ['a profile name with a bracket', { 'aws-profile': 'a]b' }, /is not the name of a profile/],
  ['what is not a boolean, though without a profile', { 'overwrite-aws-profile': 'maybe' }, /"maybe" is not a boolean/],
  ['a proxy that is not a URL', { 'http-proxy': 'http://' }, /http-proxy: it is not the URL/],
  [
    'a proxy that does not speak HTTP',
    { 'http-proxy': 'socks5://proxy:1080' },
    /http-proxy: it is not the URL of an HTTP proxy/,
  ],
  [
    "a bare % in a proxy's password",
    { 'http-proxy': 'http://me:100%zz@proxy:1' },
    /not the URL of an HTTP proxy[\s\S]*%XX/,
  ],
  ['an endpoint with a port that there is not', { 'sts-endpoint': 'https://sts:99999' }, /sts-endpoint: "https:/],
])('%s is refused', (_case, inputs, message) => {
  expect(read(inputs)).toMatch(message);
});

test('an endpoint of a service that this action never asks harms nobody', () => {
  expect(read({}, { env: { AWS_ENDPOINT_URL_DYNAMODB: 'localhost:8000' } })).toMatchObject({ region: 'eu-west-1' });
  expect(read({}, { env: { AWS_ENDPOINT_URL_SSM: 'localhost:8000' } })).toContain('AWS_ENDPOINT_URL_SSM');
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{}, false, true],
  [{}, true, false],
  [{ 'output-env-credentials': 'true' }, true, true],
  [{ 'aws-profile': 'p' }, false, false],
  [{ 'refresh-credentials': 'true' }, true, true],
])('with %j and other jobs %s, variables are exported: %s', (inputs, otherJobs, toEnv) => {
  expect(read(inputs, { otherJobs })).toMatchObject({ exports: { toEnv } });
});

test('the default session name is one that STS takes, whatever the repository', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (repository, run) => {
      const request = read({}, { env: { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } });
      expect((request as SignInRequest).sessionNames[0]).toMatch(/^[\w+=,.@-]{2,64}$/);
    }),
  );
});

test('a request is plain data: what refresh-credentials writes is what it reads', () => {
  const request = read({ 'role-to-assume': ROLE, 'custom-tags': '{"team":"shop"}', 'role-external-id': 'x1' });
  expect(JSON.parse(JSON.stringify(request))).toEqual(JSON.parse(JSON.stringify(request as object)));
  expect(JSON.stringify(request)).toContain('"externalIds":["x1"]');
});
