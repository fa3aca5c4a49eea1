import { addRepository, type PullThroughWorld, type RegistryState } from '../ecr/state.ts';
import { type RegistryCall, RegistryError } from './call.ts';

/**
 * Brings an image from upstream where a pull-through cache rule has the repository's prefix and the image is not there. Whoever pulls
 * needs two actions more; who lacks them is told that there is no such repository or image.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/error-pullthroughcache.html
 */
export function importUpstream(call: RegistryCall): void {
  const { state, name, reference, allowed } = call;
  const rule = ruleFor(state, name);
  if (!rule) return;
  const there = state.repositories.get(name);
  if (there?.manifests.has(there.tags.get(reference) ?? reference)) return;
  if (!allowed('ecr:BatchImportUpstreamImage', name) || !(there || allowed('ecr:CreateRepository', name))) return;
  if (rule.broken) throw new RegistryError(...BROKEN[rule.broken]);
  const upstream = state.repositories.get(`${rule.upstream}${name.slice(rule.prefix.length)}`);
  const digest = upstream?.tags.get(reference) ?? reference;
  if (!upstream?.manifests.has(digest)) return;
  const held = there ?? addRepository(state, name, { isCache: true });
  for (const [key, manifest] of upstream.manifests) held.manifests.set(key, manifest);
  for (const [key, blob] of upstream.blobs) held.blobs.set(key, blob);
  if (digest !== reference) held.tags.set(reference, digest);
}

/**
 * The first is ECR's own text (aws/containers-roadmap#2354). Nobody has published those of the others: they are in the words of the API's
 * errors SecretNotFoundException and UnableToGetUpstreamImageException.
 */
const BROKEN: Readonly<Record<NonNullable<PullThroughWorld['broken']>, [number, string, string]>> = {
  'wrong secret': [
    403,
    'DENIED',
    'The authentication to the upstream registry failed. Verify that the credentials provided in the pull through cache rule are correct, and try again.',
  ],
  'missing secret': [
    403,
    'DENIED',
    'The ARN of the secret specified in the pull through cache rule was not found. Update the pull through cache rule with a valid secret ARN and try again.',
  ],
  unreachable: [
    404,
    'MANIFEST_UNKNOWN',
    'The image or images were unable to be pulled using the pull through cache rule.',
  ],
};

function ruleFor({ world: { pullThrough = [] } }: RegistryState, name: string): PullThroughWorld | undefined {
  const fits = pullThrough.filter(({ prefix }) => name.startsWith(`${prefix}/`));
  return fits.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}
