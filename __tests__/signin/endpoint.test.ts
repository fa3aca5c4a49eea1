import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { partitionOf } from '../../src/aws/partition.ts';
import { stsEndpoint } from '../../src/signin/sts/endpoint.ts';

const { endpointProvider } = new STSClient({ region: 'eu-west-1' }).config;

const REGIONS = [
  'eu-west-1',
  'us-east-1',
  'ap-southeast-7',
  'il-central-1',
  'cn-north-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
  'eu-isoe-west-1',
  'us-isof-south-1',
];
const KINDS = [
  { fips: false, dualStack: false },
  { fips: true, dualStack: false },
  { fips: false, dualStack: true },
  { fips: true, dualStack: true },
];

test.each(REGIONS.flatMap((region) => KINDS.map((kind) => ({ region, ...kind }))))(
  'STS of $region (FIPS $fips, dual stack $dualStack) is where the SDK’s rules say',
  ({ region, fips, dualStack }) => {
    const env = { AWS_USE_FIPS_ENDPOINT: String(fips), AWS_USE_DUALSTACK_ENDPOINT: String(dualStack) };
    const rules = () =>
      endpointProvider({ Region: region, UseFIPS: fips, UseDualStack: dualStack, UseGlobalEndpoint: false });
    expect(stsEndpoint(region, env).host).toBe(rules().url.host);
  },
);

test.each([
  ['eu-west-1', 'aws', 'sts.amazonaws.com'],
  ['cn-northwest-1', 'aws-cn', 'sts.amazonaws.com.cn'],
  ['us-gov-east-1', 'aws-us-gov', 'sts.amazonaws.com'],
])('%s is in %s, and tokens are made out to %s', (region, name, audience) => {
  expect(partitionOf(region)).toMatchObject({ name, audience });
});

test.each<[Record<string, string>, string]>([
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, '127.0.0.1:1'],
  [{ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:2' }, '127.0.0.1:2'],
  [
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
    'sts.eu-west-1.amazonaws.com',
  ],
])('with %j STS is at %s', (env, host) => {
  expect(stsEndpoint('eu-west-1', env).host).toBe(host);
});
