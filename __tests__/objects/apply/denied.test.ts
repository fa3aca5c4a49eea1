import { expect, test } from '@jest/globals';
import { whyDenied } from '../../../src/objects/apply/denied.ts';

const BOFC = 'bucket-owner-full-control';

test.each([
  ['AccessDenied', BOFC, /needs s3:PutObjectAcl/],
  ['AccessDenied', undefined, /does not allow the upload/],
  ['AccessControlListNotSupported', 'public-read', /ACLs turned off/],
  ['NotImplemented', undefined, /does not know s3:PutObject/],
] as const)('a refusal with %s after sending %s is explained', (code, sent, why) => {
  expect(whyDenied({ action: 's3:PutObject', code }, { acl: sent, ownership: 'unknown' })?.why).toMatch(why);
});
