import { expect, test } from '@jest/globals';
import { whyDenied, whyUnknown } from '../../../src/objects/apply/denied.ts';

const BOFC = 'bucket-owner-full-control';

test.each([
  ['AccessDenied', BOFC, /needs s3:PutObjectAcl/],
  ['AccessDenied', undefined, /does not allow the upload/],
  ['AccessControlListNotSupported', 'public-read', /ACLs turned off/],
] as const)('a refusal with %s after sending %s is explained', (code, sent, why) => {
  expect(whyDenied({ action: 's3:PutObject', code }, { acl: sent, ownership: 'unknown' })?.why).toMatch(why);
});

test.each([
  ['KMS.DisabledException', 'enable the KMS key'],
  ['KMS.NotFoundException', 's3-sse-kms-key-id'],
  ['InvalidStorageClass', 's3-storage-class'],
  ['QuotaExceeded', 'raise the quota'],
])('what to do about %s is said', (code, fix) => {
  const told = whyDenied({ action: 's3:PutObject', code, said: 'no' }, { acl: undefined, ownership: 'unknown' });
  expect([told?.why, told?.fix]).toEqual(['no', expect.stringContaining(fix)]);
});

test('what AWS says is missing is the cause, and no header that a policy might demand', () => {
  const said =
    'User: arn:aws:sts::1:x is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:k because no identity-based policy allows the kms:GenerateDataKey action';
  const refused = { action: 's3:PutObject', code: 'AccessDenied', said };
  expect(whyDenied(refused, { acl: undefined, ownership: 'unknown' })).toEqual({ why: said });
});

test('a public ACL may be what Block Public Access of the account refuses', () => {
  const told = whyDenied(
    { action: 's3:PutObject', code: 'AccessDenied' },
    { acl: 'public-read', ownership: 'ObjectWriter' },
  );
  expect(told?.why).toContain('public-read was sent, which Block Public Access of the account');
});

const OFF = 'AWS_REQUEST_CHECKSUM_CALCULATION: when_required';

// What servers that are not AWS say: Cloudflare R2, Backblaze B2, MinIO (https://github.com/minio/minio/issues/20944), and others.
test.each([
  ['PutObject', 501, 'NotImplemented', "Header 'x-amz-tagging' with value 'a=b' not implemented", 'with no s3-tags'],
  [
    'PutObject',
    501,
    'NotImplemented',
    "Header 'x-amz-storage-class' with value 'X' not implemented",
    's3-storage-class',
  ],
  ['PutObject', 400, 'InvalidArgument', "Unsupported header 'x-amz-checksum-crc32' received for this API call.", OFF],
  ['PutObject', 400, 'InvalidArgument', "Unsupported header 'x-amz-acl' received for this API call.", 's3-acl: none'],
  ['PutObject', 400, 'InvalidRequest', 'Checksum algorithm provided is unsupported.', OFF],
  ['CompleteMultipartUpload', 400, 'InvalidPart', 'One or more of the specified parts could not be found.', OFF],
  ['CreateMultipartUpload', 501, 'NotImplemented', 'A header you provided implies functionality', OFF],
  ['CopyObject', 501, 'NotImplemented', '', 's3-upload-unchanged: true'],
  ['PutObject', 400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum', undefined],
  ['PutObject', 403, 'AccessDenied', 'Access Denied', undefined],
])('%s, %d %s (%s): what to do is %s', (call, status, code, said, fix) => {
  const told = whyUnknown({ action: `s3:${call}`, code, status, said }, { sums: true });
  if (fix === undefined) expect(told).toBeUndefined();
  else expect(told?.fix).toContain(fix);
});

test('checksums that were not sent are not what a server does not know', () => {
  const refused = { action: 's3:PutObject', code: 'NotImplemented', status: 501, said: 'no' };
  expect(whyUnknown(refused, { sums: false })?.fix).toBe('upload to a server that knows it');
});
