/** A partition of AWS: its own accounts, ARNs and domain. */
export interface Partition {
  /** As in ARNs: `aws`, `aws-cn`. */
  readonly name: string;
  readonly domain: string;
  readonly dualStackDomain: string;
  /** What GitHub's token is made out to, by convention. */
  readonly audience: string;
}

/**
 * By the start of the region's name; the last one is the rest of the world. __tests__/signin/partition.test.ts compares the
 * endpoints with those of the SDK's rules.
 */
const PARTITIONS: readonly (Partition & { readonly regions: RegExp })[] = [
  partition('aws-cn', /^cn-/, 'amazonaws.com.cn', 'api.amazonwebservices.com.cn', 'sts.amazonaws.com.cn'),
  partition('aws-us-gov', /^us-gov-/, 'amazonaws.com', 'api.aws'),
  partition('aws-eusc', /^eusc-/, 'amazonaws.eu', 'api.amazonwebservices.eu'),
  partition('aws-iso', /^us-iso-/, 'c2s.ic.gov', 'api.aws.ic.gov'),
  partition('aws-iso-b', /^us-isob-/, 'sc2s.sgov.gov', 'api.aws.scloud'),
  partition('aws-iso-e', /^eu-isoe-/, 'cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'),
  partition('aws-iso-f', /^us-isof-/, 'csp.hci.ic.gov', 'api.aws.hci.ic.gov'),
  partition('aws', /^/, 'amazonaws.com', 'api.aws'),
];

function partition(
  name: string,
  regions: RegExp,
  domain: string,
  dualStackDomain: string,
  audience = 'sts.amazonaws.com',
) {
  return { name, regions, domain, dualStackDomain, audience };
}

export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region))!;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Where STS is: what the environment says, else the region's own endpoint, since a token of the global one may be refused in
 * opt-in regions. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function stsEndpoint(region: string, env: Env): URL {
  const configured = env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL;
  if (configured && env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS !== 'true') return new URL(configured);
  const { name, domain, dualStackDomain } = partitionOf(region);
  const dualStack = env.AWS_USE_DUALSTACK_ENDPOINT === 'true';
  // GovCloud's ordinary endpoints are FIPS endpoints.
  const fips = env.AWS_USE_FIPS_ENDPOINT === 'true' && (dualStack || name !== 'aws-us-gov');
  return new URL(`https://sts${fips ? '-fips' : ''}.${region}.${dualStack ? dualStackDomain : domain}`);
}
