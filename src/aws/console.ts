import { partitionOf } from './partition.ts';

/** Where a partition's console is; those that are not here have no public one. */
const DOMAINS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * The page of AWS's console, for whoever is signed in there.
 * @param path with everything in it percent-encoded
 */
export function consolePage(region: string, path: string): string | undefined {
  const domain = DOMAINS[partitionOf(region).name];
  return domain && `https://${region}.${domain}/${path}`;
}
