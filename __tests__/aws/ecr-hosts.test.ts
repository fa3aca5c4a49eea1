import { expect, test } from '@jest/globals';
import { formatPrivateHost, isPublicHost, parsePrivateHost, spellings } from '../../src/aws/ecr-hosts.ts';

test.each([
  ['111122223333.dkr.ecr.eu-west-1.amazonaws.com', 'amazonaws.com', false, false],
  ['111122223333.dkr-ecr.eu-west-1.on.aws', 'amazonaws.com', false, true],
  ['111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'amazonaws.com', true, false],
  ['111122223333.dkr-ecr-fips.us-east-1.on.aws', 'amazonaws.com', true, true],
  ['111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn', 'amazonaws.com.cn', false, false],
  ['111122223333.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn', 'amazonaws.com.cn', false, true],
  ['111122223333.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'amazonaws.eu', false, false],
  ['111122223333.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'c2s.ic.gov', false, false],
  ['111122223333.dkr.ecr.us-isob-east-1.sc2s.sgov.gov', 'sc2s.sgov.gov', false, false],
  ['111122223333.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk', 'cloud.adc-e.uk', false, false],
  ['111122223333.dkr.ecr.us-isof-south-1.csp.hci.ic.gov', 'csp.hci.ic.gov', false, false],
])('takes %s apart and writes it again', (host, suffix, fips, dualStack) => {
  const parsed = parsePrivateHost(host.toUpperCase());
  expect(parsed).toMatchObject({ account: '111122223333', suffix, fips, dualStack });
  expect(formatPrivateHost(parsed!)).toBe(host);
});

test.each([
  'amazonaws.com',
  '11112222333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
  'x111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.on.aws',
  '111122223333.dkr-ecr.eu-west-1.amazonaws.com',
  'https://111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com/repo',
])('%s is not a private registry', (host) => {
  expect(parsePrivateHost(host)).toBeUndefined();
});

test.each([
  ['eu-west-1', ['dkr.ecr.eu-west-1.amazonaws.com', 'dkr-ecr.eu-west-1.on.aws']],
  [
    'us-east-1',
    [
      'dkr.ecr.us-east-1.amazonaws.com',
      'dkr.ecr-fips.us-east-1.amazonaws.com',
      'dkr-ecr.us-east-1.on.aws',
      'dkr-ecr-fips.us-east-1.on.aws',
    ],
  ],
])('every name of a registry in %s', (region, names) => {
  const host = parsePrivateHost(`111122223333.dkr.ecr.${region}.amazonaws.com`);
  expect(spellings(host!)).toEqual(names.map((name) => `111122223333.${name}`));
});

test.each([
  ['public.ecr.aws', true],
  ['ECR-public.aws.com', true],
  ['public.ecr.aws.example', false],
])('%s is ECR Public: %s', (host, expected) => {
  expect(isPublicHost(host)).toBe(expected);
});
