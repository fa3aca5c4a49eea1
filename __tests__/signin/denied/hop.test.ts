import { expect, test } from '@jest/globals';
import { denied } from '../../../src/signin/denied/index.ts';
import { StsError } from '../../../src/signin/sts/sts.ts';

const ROLE = 'arn:aws:iam::444455556666:role/deploy';
const CALLER = 'arn:aws:iam::111122223333:role/runner';
const said = (why: string, action = 'sts:AssumeRole') =>
  `User: arn:aws:sts::111122223333:assumed-role/runner/i-1 is not authorized to perform: ${action} on resource: ${ROLE}${why}`;

function told(code: string, message: string, more: object = {}): string {
  const asked = {
    roleArn: ROLE,
    callerArn: CALLER,
    region: 'eu-west-1',
    endpoint: new URL('https://sts.eu-west-1.amazonaws.com'),
    durationSeconds: 3600,
    ...more,
  };
  return String(denied(new StsError(code, message, { status: 403, date: undefined }), asked, 0));
}

test.each<[string, string, RegExp]>([
  [
    'an explicit deny of the organization',
    said(' with an explicit deny in a service control policy'),
    /a Deny in a service control policy forbids it/,
  ],
  [
    'a resource control policy',
    said(' with an explicit deny in a resource control policy'),
    /a Deny in a resource control/,
  ],
  [
    'a boundary',
    said(' because no permissions boundary allows the sts:AssumeRole action'),
    /permissions boundary allow it too/,
  ],
  [
    'an endpoint',
    said(' because no VPC endpoint policy allows the sts:AssumeRole action'),
    /policy of the VPC endpoint/,
  ],
  [
    'a session policy',
    said(' because no session policy allows the sts:AssumeRole action'),
    /inline-session-policy or managed-session/,
  ],
])('%s has refused: nothing is said of the two sides', (_case, message, fix) => {
  const text = told('AccessDenied', message);
  expect(text).toMatch(fix);
  expect(text).not.toMatch(/trust policy|external id/);
});

test.each<[string, string]>([
  ['no reason', said('')],
  ['the side of the caller', said(' because no identity-based policy allows the sts:AssumeRole action')],
])('a denial with %s: what both sides need', (_case, message) => {
  const text = told('AccessDenied', message);
  expect(text).toMatch(
    /needs this identity policy[\s\S]*and the role deploy in account 444455556666 this trust policy/,
  );
});

test('a source identity that is handed on needs its action on both sides', () => {
  expect(told('AccessDenied', said('', 'sts:SetSourceIdentity')).match(/"sts:SetSourceIdentity"/g)).toHaveLength(2);
});

test('a transitive tag that is given anew, and a tag that is not one', () => {
  expect(told('InvalidParameterValue', 'it conflicts with a transitive tag key')).toMatch(
    /leave that tag out of custom-tags/,
  );
  expect(told('ValidationError', "Value 'x' at 'tags.1.member.value' failed")).toMatch(/check custom-tags/);
});

const CLAIMS = {
  iss: 'https://token.actions.githubusercontent.com',
  aud: 'sts.amazonaws.com',
  sub: 'repo:o/r',
  exp: 1,
  iat: 0,
};
const GHES = { ...CLAIMS, iss: 'https://ghes.corp.example/_services/token' };
const KEYS = "Couldn't retrieve verification key from your identity provider";

test.each<[string, string, object, RegExp]>([
  ["keys of GitHub's that AWS did not get in time", KEYS, { claims: CLAIMS }, /run the job again; if it happens often/],
  ['keys of a server of their own', KEYS, { claims: GHES }, /ghes\.corp\.example\/_services\/token\/\.well-known/],
  [
    'another certificate',
    "HTTPS certificate doesn't match configured thumbprint",
    { claims: GHES },
    /update-open-id-connect-provider-thumbprint/,
  ],
  [
    'an access token in the file',
    'not a valid JWT',
    { claims: CLAIMS, tokenFile: '/t' },
    /\/t holds an id token, not an access token/,
  ],
])('a token with %s', (_case, message, more, fix) => {
  expect(told('InvalidIdentityToken', message, { callerArn: undefined, ...more })).toMatch(fix);
});
