import { addRepository, type PullThroughWorld, type RegistryState } from '../ecr/state.ts';
import { type RegistryCall, RegistryError } from './call.ts';

/**
 * Brings an image from upstream where a pull-through cache rule has the repository's prefix and the image is not there. Whoever pulls
 * needs two actions more. https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
 */
export function importUpstream(call: RegistryCall): void {
  const { state, name, reference, authorize } = call;
  const rule = ruleFor(state, name);
  if (!rule) return;
  const there = state.repositories.get(name);
  if (there?.manifests.has(there.tags.get(reference) ?? reference)) return;
  authorize('ecr:BatchImportUpstreamImage');
  if (!there) authorize('ecr:CreateRepository');
  if (rule.broken) throw new RegistryError(...BROKEN[rule.broken]);
  const upstream = state.repositories.get(`${rule.upstream}${name.slice(rule.prefix.length)}`);
  const digest = upstream?.tags.get(reference) ?? reference;
  if (!upstream?.manifests.has(digest)) return;
  const held = there ?? addRepository(state, name, { isCache: true });
  for (const [key, manifest] of upstream.manifests) held.manifests.set(key, manifest);
  for (const [key, blob] of upstream.blobs) held.blobs.set(key, blob);
  if (digest !== reference) held.tags.set(reference, digest);
}

/** The first is ECR's own text (aws/containers-roadmap#2354); those of the others are not public, and only like it. */
const BROKEN: Readonly<Record<NonNullable<PullThroughWorld['broken']>, [number, string, string]>> = {
  'wrong secret': [
    403,
    'DENIED',
    'The authentication to the upstream registry failed. Verify that the credentials in your Secrets Manager secret are valid.',
  ],
  'missing secret': [403, 'DENIED', 'The secret of the upstream registry cannot be found or accessed.'],
  unreachable: [404, 'NAME_UNKNOWN', 'The upstream registry could not be reached.'],
};

function ruleFor({ world: { pullThrough = [] } }: RegistryState, name: string): PullThroughWorld | undefined {
  const fits = pullThrough.filter(({ prefix }) => name.startsWith(`${prefix}/`));
  return fits.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}
