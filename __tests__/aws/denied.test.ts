import { expect, test } from '@jest/globals';
import { allowing, neededFor, saysDenied } from '../../src/aws/denied.ts';
import { wrongIn } from '../setup/referee.ts';

const USER = 'User: arn:aws:sts::111122223333:assumed-role/publish/gha-1 is not authorized to perform:';
const NEEDED = [{ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::shop-site/*'] }];
const ROLE = { AWS: 'arn:aws:iam::111122223333:role/publish' };

/** The sentence, and the statements of the policy below it. */
function parts(fix: string) {
  const at = fix.indexOf('\n');
  return { where: fix.slice(0, at), policy: JSON.parse(fix.slice(at)) };
}

// The forms of https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
test.each<[string | undefined, string]>([
  [undefined, 'let the role do it:'],
  ['Access Denied', 'let the role do it:'],
  [
    `${USER} s3:PutObject on resource: "arn:aws:s3:::shop-site/a" because no identity-based policy allows the s3:PutObject action`,
    'let the role do it:',
  ],
  [
    `${USER} s3:PutObject on resource: "arn:aws:s3:::shop-site/a" because no session policy allows the s3:PutObject action`,
    'let inline-session-policy or managed-session-policies of this step allow it too:',
  ],
  [
    `${USER} s3:PutObject on resource: "arn:aws:s3:::shop-site/a" because no permissions boundary allows the s3:PutObject action`,
    "let the role's permissions boundary allow it too:",
  ],
  [
    `${USER} s3:PutObject because no service control policy allows the s3:PutObject action`,
    "let the organization's service control policies allow it too:",
  ],
  [
    `${USER} s3:PutObject because no VPC endpoint policy allows the s3:PutObject action`,
    'let the policy of the VPC endpoint that the runner uses allow it too:',
  ],
])('%s: %s and the whole policy', async (said, expected) => {
  const { where, policy } = parts(allowing({ said, needed: NEEDED }));
  expect(where).toBe(expected);
  expect(policy).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::shop-site/*'] }],
  });
  expect(await wrongIn(policy)).toEqual([]);
});

test("a resource's policy names the role; a repository's has no resource, which AWS refuses there", () => {
  const because = 'because no resource-based policy allows the action';
  expect(
    parts(allowing({ said: `${USER} s3:PutObject ${because} allows the`, needed: NEEDED })).policy.Statement,
  ).toEqual([{ Effect: 'Allow', Principal: ROLE, Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::shop-site/*'] }]);
  const needed = [{ actions: ['ecr:PutImage'], resources: ['arn:aws:ecr:eu-west-1:444455556666:repository/shop'] }];
  expect(parts(allowing({ said: `${USER} ecr:PutImage ${because}`, needed })).policy.Statement).toEqual([
    { Effect: 'Allow', Principal: ROLE, Action: ['ecr:PutImage'] },
  ]);
});

test.each([
  'with an explicit deny in an identity-based policy',
  'with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-1/p-1',
])('a Deny is lifted, not allowed away: %s', (end) => {
  const said = `${USER} s3:PutObject on resource: "arn:aws:s3:::shop-site/a" ${end}`;
  expect(allowing({ said, needed: NEEDED })).toMatch(
    /^a Deny in a (identity-based|service control) policy forbids it: lift it there/,
  );
});

test('other actions that AWS names are in the policy too', () => {
  const role = 'arn:aws:iam::111122223333:role/web-task';
  const said = `${USER} iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`;
  const needed = [{ actions: ['ecs:RegisterTaskDefinition'], resources: ['*'] }];
  expect(parts(allowing({ said, needed })).policy.Statement).toContainEqual({
    Effect: 'Allow',
    Action: ['iam:PassRole'],
    Resource: [role],
  });
});

test.each([
  ['s3:UploadPart', 's3:PutObject'],
  ['s3:HeadBucket', 's3:ListBucket'],
  ['ecs:RunTask', 'ecs:RunTask'],
])('%s needs %s', (call, action) => {
  expect(neededFor(call)).toEqual([{ actions: [action], resources: ['*'] }]);
});

test.each([
  ['AccessDenied', 403, true],
  ['AccessDeniedException', 400, true],
  ['UnauthorizedOperation', 403, true],
  ['Unknown', 403, true],
  ['Unknown', 404, false],
  ['SignatureDoesNotMatch', 403, false],
  ['ExpiredToken', 403, false],
])('%s with %i: a missing permission is %s', (code, status, expected) => {
  expect(saysDenied({ code, status })).toBe(expected);
});
