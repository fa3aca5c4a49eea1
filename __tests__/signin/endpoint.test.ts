import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, expect, test } from '@jest/globals';
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
  "STS of $region (FIPS $fips, dual stack $dualStack) is where the SDK's rules say",
  ({ region, fips, dualStack }) => {
    const env = {
      AWS_CONFIG_FILE: '/dev/null',
      AWS_USE_FIPS_ENDPOINT: String(fips),
      AWS_USE_DUALSTACK_ENDPOINT: String(dualStack),
    };
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

const HOME = mkdtempSync(join(tmpdir(), 'keyless-endpoint-'));
afterAll(() => rmSync(HOME, { recursive: true }));

/** Where the real client sends a request to, with these variables and this shared config file. */
async function ofClient(region: string, env: Readonly<Record<string, string>>): Promise<string> {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, env);
  try {
    const client = new STSClient({ region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1 });
    let sent = '';
    client.middlewareStack.add(
      () => async (args) => {
        const { protocol, hostname, port } = args.request as { protocol: string; hostname: string; port?: number };
        sent = `${protocol}//${hostname}${port ? `:${port}` : ''}`;
        throw new Error('looked at');
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await client.send(new GetCallerIdentityCommand({})).catch(() => {});
    return sent;
  } finally {
    process.env = before;
  }
}

const SERVICES = `[default]
services = mine
endpoint_url = http://all.example
[services mine]
sts =
  endpoint_url = http://sts.example:99
ssm =
  endpoint_url = http://ssm.example
[profile fips]
use_fips_endpoint = true
use_dualstack_endpoint = true
[profile plain]
region = eu-west-1
[profile all]
endpoint_url = http://all.example
ignore_configured_endpoint_urls = true
`;

test.each<[region: string, env: Record<string, string>, config: string]>([
  ['eu-west-1', {}, ''],
  ['eu-west-1', {}, '[default]\nuse_fips_endpoint = true\n'],
  ['eu-west-1', {}, '[default]\nuse_dualstack_endpoint=true # near\n'],
  ['us-gov-west-1', {}, '[default]\nuse_fips_endpoint = true\n'],
  ['eu-west-1', { AWS_USE_FIPS_ENDPOINT: 'false' }, '[default]\nuse_fips_endpoint = true\n'],
  ['eu-west-1', {}, '[default]\nendpoint_url = http://127.0.0.1:1\n'],
  ['eu-west-1', { AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }, '[default]\nendpoint_url = http://127.0.0.1:1\n'],
  ['eu-west-1', { AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:3', AWS_ENDPOINT_URL: 'http://127.0.0.1:2' }, ''],
  ['eu-west-1', { AWS_ENDPOINT_URL: 'http://127.0.0.1:2', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, ''],
  ['eu-west-1', {}, SERVICES],
  ['eu-west-1', { AWS_PROFILE: 'fips' }, SERVICES],
  ['eu-west-1', { AWS_PROFILE: 'plain' }, SERVICES],
  ['eu-west-1', { AWS_PROFILE: 'all' }, SERVICES],
  ['eu-west-1', { AWS_PROFILE: 'absent' }, SERVICES],
  ['aws-global', {}, ''],
  ['aws-global', { AWS_USE_FIPS_ENDPOINT: 'true' }, ''],
  ['us-east-1-fips', {}, ''],
  ['fips-us-east-1', {}, ''],
  ['us-east-1-fips', {}, '[default]\nuse_dualstack_endpoint = true\n'],
  ['fips-us-gov-west-1', {}, ''],
  ['fips-aws-global', {}, ''],
])('STS of %s with %j and this config file is where the real client asks: %j', async (region, env, config) => {
  const file = join(HOME, `config-${Buffer.from(config).toString('hex').slice(0, 200)}${config.length}`);
  writeFileSync(file, config);
  const all = { ...env, AWS_CONFIG_FILE: file };
  expect(stsEndpoint(region, all).origin).toBe(await ofClient(region, all));
});

test('a ~ at the start of AWS_CONFIG_FILE is the home folder', () => {
  writeFileSync(join(HOME, 'mine'), '[default]\nendpoint_url = http://home.example\n');
  expect(stsEndpoint('eu-west-1', { HOME, AWS_CONFIG_FILE: '~/mine' }).host).toBe('home.example');
});
