import { PARTITIONS, REGION_FORM } from './partition.ts';

/** The host of a private registry, taken apart. */
export interface PrivateHost {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Of the IPv4 host: `amazonaws.com`. */
  readonly suffix: string;
  readonly fips: boolean;
  readonly dualStack: boolean;
}

/** ECR Public has two names for one registry. https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html */
export const PUBLIC_HOSTS = ['public.ecr.aws', 'ecr-public.aws.com'] as const;

/** Suffix of the IPv4 host → suffix of the dual-stack host. */
const DUAL_STACK: Readonly<Record<string, string>> = Object.fromEntries(
  PARTITIONS.map(({ domain, dualStackRegistryDomain }) => [domain, dualStackRegistryDomain]),
);

/** https://docs.aws.amazon.com/general/latest/gr/ecr.html lists the FIPS endpoints. */
const FIPS_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'us-gov-east-1', 'us-gov-west-1']);

const HOST = new RegExp(String.raw`^(\d{12})\.dkr([.-])ecr(-fips)?\.(${REGION_FORM})\.([a-z0-9.-]+)$`);

/** @returns undefined for what is not a host of a private registry, of any partition, IPv4 or dual-stack, FIPS or not */
export function parsePrivateHost(text: string): PrivateHost | undefined {
  const [, account, joint, fips, region, end] = HOST.exec(text.toLowerCase()) ?? [];
  if (!account || !region || !end) return undefined;
  const dualStack = joint === '-';
  const suffix = dualStack ? Object.keys(DUAL_STACK).find((it) => DUAL_STACK[it] === end) : end;
  if (!suffix || !Object.hasOwn(DUAL_STACK, suffix)) return undefined;
  return { account, region, suffix, fips: fips !== undefined, dualStack };
}

export function formatPrivateHost({ account, region, suffix, fips, dualStack }: PrivateHost): string {
  const middle = `dkr${dualStack ? '-' : '.'}ecr${fips ? '-fips' : ''}`;
  return `${account}.${middle}.${region}.${dualStack ? DUAL_STACK[suffix] : suffix}`;
}

/** Every name of the same registry. Clients look credentials up by the host as it is written in the image's name. */
export function spellings(host: PrivateHost): string[] {
  const fips = FIPS_REGIONS.has(host.region) ? [false, true] : [host.fips];
  return [false, true].flatMap((dualStack) => fips.map((it) => formatPrivateHost({ ...host, dualStack, fips: it })));
}

export function isPublicHost(host: string): boolean {
  return (PUBLIC_HOSTS as readonly string[]).includes(host.toLowerCase());
}
