import type { Caller } from '../credentials.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { sectionOf, type World } from '../world.ts';

/** How world.yaml states the repositories of one account in one region. */
export interface RegistryWorld {
  /** The account setting BLOB_MOUNTING; off by default, as on AWS. */
  readonly blobMounting?: boolean;
  /** The address of the store that blobs are read from, as ECR's are from S3: where it is left out, the registry gives them itself. */
  readonly blobStore?: string;
  /** Another server that stands for this registry: what `proxyEndpoint` says. */
  readonly endpoint?: string;
  /** The password that server takes; random when left out. */
  readonly password?: string;
  readonly repositories?: Readonly<Record<string, RepositoryWorld>>;
  /** Repository creation templates. */
  readonly templates?: readonly TemplateWorld[];
  readonly pullThrough?: readonly PullThroughWorld[];
}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_RepositoryCreationTemplate.html */
export interface TemplateWorld {
  /** `ROOT` stands for every repository that has no template of its own. */
  readonly prefix: string;
  readonly appliedFor: readonly string[];
  readonly imageTagMutability?: Mutability;
}

/** A pull-through cache rule. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PullThroughCacheRule.html */
export interface PullThroughWorld {
  readonly prefix: string;
  /** The prefix of other repositories of the same registry, which stand for any upstream. */
  readonly upstream: string;
  /** Why nothing comes from there. */
  readonly broken?: 'wrong secret' | 'missing secret' | 'unreachable';
}

export interface RepositoryWorld {
  readonly mutability?: Mutability;
  /** Wildcards of tags that are excepted from the mutability. */
  readonly exclusions?: readonly string[];
  readonly policy?: PolicyDocument;
  /** It was made by a pull-through cache: blobs are not mounted from it. */
  readonly isCache?: boolean;
}

export type Mutability = 'MUTABLE' | 'IMMUTABLE' | 'IMMUTABLE_WITH_EXCLUSION' | 'MUTABLE_WITH_EXCLUSION';

export interface StoredManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

export interface Repository {
  readonly name: string;
  readonly arn: string;
  /** May change in mid-life. */
  mutability: Mutability;
  exclusions: readonly string[];
  readonly policy: PolicyDocument | undefined;
  readonly isCache: boolean;
  readonly scanOnPush: boolean;
  readonly encryption: unknown;
  readonly resourceTags: unknown;
  /** Digest → bytes. */
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, StoredManifest>;
  /** Tag → digest. */
  readonly tags: Map<string, string>;
  /** Digest → the code with which ECR does not give an image that is there. */
  readonly withheld: Map<string, string>;
  /** Digests of images in the archive: nobody pulls them until they are restored, or pushed again. */
  readonly archived: Set<string>;
}

/** The registry of one account in one region. */
export interface RegistryState {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** ECR Public's: names begin with the alias of an account's registry. */
  readonly isPublic: boolean;
  readonly world: RegistryWorld;
  readonly repositories: Map<string, Repository>;
}

/** A login: whose it is, where it is good, until when. */
export interface Login {
  readonly caller: Caller;
  readonly region: string;
  readonly expires: number;
}

export function makeRegistryState(world: World, account: string, region: string): RegistryState {
  const section = sectionOf<Record<string, RegistryWorld>>(world, 'ecr')[account]?.[region] ?? {};
  const partition = world.accounts[account]?.partition ?? 'aws';
  const state = {
    account,
    region,
    partition,
    isPublic: false,
    world: section,
    repositories: new Map<string, Repository>(),
  };
  for (const [name, repository] of Object.entries(section.repositories ?? {})) addRepository(state, name, repository);
  return state;
}

export function addRepository(
  { account, region, partition, isPublic, repositories }: RegistryState,
  name: string,
  {
    mutability = 'MUTABLE',
    exclusions = [],
    policy,
    isCache = false,
    scanOnPush = false,
    encryption,
    resourceTags,
  }: RepositoryWorld & Partial<Pick<Repository, 'scanOnPush' | 'encryption' | 'resourceTags'>> = {},
): Repository {
  const repository: Repository = {
    name,
    arn: isPublic
      ? `arn:aws:ecr-public::${account}:repository/${name.slice(name.indexOf('/') + 1)}`
      : `arn:${partition}:ecr:${region}:${account}:repository/${name}`,
    mutability,
    exclusions,
    policy,
    isCache,
    scanOnPush,
    encryption,
    resourceTags,
    blobs: new Map(),
    manifests: new Map(),
    withheld: new Map(),
    tags: new Map(),
    archived: new Set(),
  };
  repositories.set(name, repository);
  return repository;
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html */
export function isTagImmutable({ mutability, exclusions }: Repository, tag: string): boolean {
  const excluded = exclusions.some((filter) => {
    const parts = filter.split('*').map((part) => part.replaceAll(/[^\w]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(tag);
  });
  if (mutability === 'IMMUTABLE_WITH_EXCLUSION') return !excluded;
  return mutability === 'IMMUTABLE' || (mutability === 'MUTABLE_WITH_EXCLUSION' && excluded);
}

/** The template by whose settings a push creates a repository. */
export function templateFor({ world: { templates = [] } }: RegistryState, name: string): TemplateWorld | undefined {
  const fits = templates.filter(({ prefix }) => prefix === 'ROOT' || name.startsWith(`${prefix}/`));
  const [template] = fits.sort(
    (a, b) => (b.prefix === 'ROOT' ? 0 : b.prefix.length) - (a.prefix === 'ROOT' ? 0 : a.prefix.length),
  );
  return template?.appliedFor.includes('CREATE_ON_PUSH') ? template : undefined;
}
