/** A partition of AWS: its own accounts, ARNs and domains. */
export interface Partition {
  /** As in ARNs: `aws`, `aws-cn`. */
  readonly name: string;
  /** The names of its regions. */
  readonly regions: RegExp;
  /** Of services' endpoints. */
  readonly domain: string;
  /** Of endpoints for IPv4 and IPv6. */
  readonly dualStackDomain: string;
  /** Of private registries for IPv4 and IPv6. */
  readonly dualStackRegistryDomain: string;
  /** Of the console, below the region's name; absent where it is not public. */
  readonly consoleDomain?: string;
  /** What GitHub's token is made out to, by convention. */
  readonly audience: string;
}

const AUDIENCE = 'sts.amazonaws.com';

/**
 * By the start of the region's name; the last one is the rest of the world. __tests__/signin/endpoint.test.ts compares the endpoints
 * with those of the SDK's rules. Of registries: https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html, the other
 * partitions as AWS's own credential helper knows them. Of the console:
 * https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
 */
export const PARTITIONS: readonly Partition[] = [
  {
    name: 'aws-cn',
    regions: /^cn-/,
    domain: 'amazonaws.com.cn',
    dualStackDomain: 'api.amazonwebservices.com.cn',
    dualStackRegistryDomain: 'on.amazonwebservices.com.cn',
    consoleDomain: 'console.amazonaws.cn',
    audience: 'sts.amazonaws.com.cn',
  },
  {
    name: 'aws-us-gov',
    regions: /^us-gov-/,
    domain: 'amazonaws.com',
    dualStackDomain: 'api.aws',
    dualStackRegistryDomain: 'on.aws',
    consoleDomain: 'console.amazonaws-us-gov.com',
    audience: AUDIENCE,
  },
  {
    name: 'aws-eusc',
    regions: /^eusc-/,
    domain: 'amazonaws.eu',
    dualStackDomain: 'api.amazonwebservices.eu',
    dualStackRegistryDomain: 'on.amazonwebservices.eu',
    audience: AUDIENCE,
  },
  {
    name: 'aws-iso',
    regions: /^us-iso-/,
    domain: 'c2s.ic.gov',
    dualStackDomain: 'api.aws.ic.gov',
    dualStackRegistryDomain: 'on.aws.ic.gov',
    audience: AUDIENCE,
  },
  {
    name: 'aws-iso-b',
    regions: /^us-isob-/,
    domain: 'sc2s.sgov.gov',
    dualStackDomain: 'api.aws.scloud',
    dualStackRegistryDomain: 'on.aws.scloud',
    audience: AUDIENCE,
  },
  {
    name: 'aws-iso-e',
    regions: /^eu-isoe-/,
    domain: 'cloud.adc-e.uk',
    dualStackDomain: 'api.cloud-aws.adc-e.uk',
    dualStackRegistryDomain: 'on.cloud-aws.adc-e.uk',
    audience: AUDIENCE,
  },
  {
    name: 'aws-iso-f',
    regions: /^us-isof-/,
    domain: 'csp.hci.ic.gov',
    dualStackDomain: 'api.aws.hci.ic.gov',
    dualStackRegistryDomain: 'on.aws.hci.ic.gov',
    audience: AUDIENCE,
  },
  {
    name: 'aws',
    regions: /^/,
    domain: 'amazonaws.com',
    dualStackDomain: 'api.aws',
    dualStackRegistryDomain: 'on.aws',
    consoleDomain: 'console.aws.amazon.com',
    audience: AUDIENCE,
  },
];

export function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ regions }) => regions.test(region))!;
}

/**
 * A page of the console, for whoever is signed in there; empty for a partition whose console is not public.
 * @param path with everything in it percent-encoded
 */
export function consoleUrl({ region }: { readonly region: string }, path: string): string {
  const { consoleDomain } = partitionOf(region);
  return consoleDomain ? `https://${region}.${consoleDomain}/${path}` : '';
}

/** What the name of a region looks like, as the source of a regular expression without groups: `eu-west-1`, `us-gov-east-1`. */
export const REGION_FORM = '[a-z]{2,4}(?:-[a-z]+)+-\\d';

/** A region as it is written, and what it means. */
export interface RegionName {
  /** The region that requests are signed for. */
  readonly region: string;
  /** The name says FIPS: `us-east-1-fips`, `fips-us-east-1`. */
  readonly fips: boolean;
  /** `aws-global`: the endpoint of no region. */
  readonly global: boolean;
}

/** Older names of regions, as the SDKs still read them. https://docs.aws.amazon.com/sdkref/latest/guide/feature-fips-endpoint.html */
export function regionOf(name: string): RegionName {
  const fips = name.startsWith('fips-') || name.endsWith('-fips');
  const plain = name.replace(/^fips-(dkr-|prod-)?|-fips$/g, '');
  return { region: plain === 'aws-global' ? 'us-east-1' : plain, fips, global: plain === 'aws-global' && !fips };
}
