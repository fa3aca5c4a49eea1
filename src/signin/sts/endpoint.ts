import { partitionOf, regionOf } from '../../aws/partition.ts';
import { endpointSettings } from '../../aws/shared-config.ts';
import type { Environment } from '../../base/environment.ts';

/**
 * Where STS is: what the environment says, then what the shared config file says, else the region's own endpoint, since a token
 * of the global one may be refused in opt-in regions. https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function stsEndpoint(name: string, env: Environment): URL {
  const shared = endpointSettings('sts', env);
  const configured = env.AWS_ENDPOINT_URL_STS || env.AWS_ENDPOINT_URL || shared.endpoint;
  const ignored = (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? shared.ignoreConfigured) === 'true';
  if (configured && !ignored) return new URL(configured);
  const { region, fips: named, global } = regionOf(name);
  const { name: partition, domain, dualStackDomain } = partitionOf(region);
  const dualStack = (env.AWS_USE_DUALSTACK_ENDPOINT ?? shared.dualStack) === 'true';
  const wanted = named || (env.AWS_USE_FIPS_ENDPOINT ?? shared.fips) === 'true';
  if (global && !wanted && !dualStack) return new URL(`https://sts.${domain}`);
  // GovCloud's ordinary endpoints are FIPS endpoints.
  const fips = wanted && (dualStack || partition !== 'aws-us-gov');
  const label = global ? 'aws-global' : region;
  return new URL(`https://sts${fips ? '-fips' : ''}.${label}.${dualStack ? dualStackDomain : domain}`);
}
