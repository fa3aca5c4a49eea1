import { BatchGetImageCommand, ECRClient, type ImageFailure } from '@aws-sdk/client-ecr';
import { formatPrivateHost, parsePrivateHost } from '../../aws/ecr-hosts.ts';
import { partitionOf } from '../../aws/partition.ts';
import type { Statement } from '../../aws/policy.ts';
import { Problem } from '../../base/problem.ts';
import type { Access } from '../../job.ts';
import type { ImageSource } from '../line.ts';
import { isPushed, ownDigest, type Published } from '../published.ts';

/** Where an image lies, and what is known of it. */
export interface Image {
  /** `HOST/REPOSITORY` */
  readonly name: string;
  /** ARN of the repository. */
  readonly repository: string;
  /** undefined: this very step pushes it, and has not yet. */
  readonly digest: string | undefined;
  /** `HOST/REPOSITORY@sha256:…` */
  readonly reference: string | undefined;
  readonly manifest: SourceManifest | undefined;
}

export interface SourceManifest {
  readonly mediaType: string;
  /** Of an index: what it holds, attestations left out. */
  readonly platforms: readonly string[] | undefined;
  readonly configDigest: string | undefined;
}

/** Every form that ECR stores. */
const MEDIA_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

interface Where {
  readonly account: string;
  readonly region: string;
  readonly host: string;
  /** Whether the host is one of ECR's own, which have several names for one registry. */
  readonly isPrivate: boolean;
}

/** @param isLater what this step pushes may not be there yet */
export async function findImage(
  source: ImageSource,
  access: Access,
  { published, isLater }: { readonly published: Published; readonly isLater: boolean },
): Promise<Image> {
  const { account, region, host } = whereIs(source.host, access, published);
  const name = `${host}/${source.repository}`;
  const repository = repositoryOf(source, access, published);
  const known = { name, repository };
  if (isLater && isPushed(published, source, (named) => registryOf(named, access, published))) {
    return { ...known, digest: undefined, reference: undefined, manifest: undefined };
  }
  // Another run may have moved the tag since this step pushed it.
  const exact = source.digest ?? ownDigest(published, repository, source.tag);
  const ecr = new ECRClient(access.aws.client(region));
  const command = new BatchGetImageCommand({
    registryId: account,
    repositoryName: source.repository,
    imageIds: [exact ? { imageDigest: exact } : { imageTag: source.tag }],
    acceptedMediaTypes: MEDIA_TYPES,
  });
  const ask = async (abortSignal: AbortSignal) => {
    const { images: [image] = [], failures = [] } = await ecr.send(command, { abortSignal });
    if (!image && failures[0]) throw notGiven(failures[0], source, repository);
    return { digest: image?.imageId?.imageDigest, manifest: image?.imageManifest ?? '' };
  };
  const { digest, manifest } = await access.aws.call('ecr:BatchGetImage', ask, { asked: { digest: exact } });
  if (!/^sha256:[0-9a-f]{64}$/.test(digest ?? '')) throw noImage(source, repository);
  return { ...known, digest, reference: `${name}@${digest}`, manifest: readManifest(manifest) };
}

export function imagePermissions({ repository }: Image, { config = false } = {}): Statement {
  const actions = ['ecr:BatchGetImage', ...(config ? ['ecr:GetDownloadUrlForLayer'] : [])];
  return { actions, resources: [repository] };
}

/** One name for each registry, whichever of its hosts is given, or none. */
export function registryOf(host: string | undefined, access: Pick<Access, 'session'>, published: Published): string {
  const registry = whereIs(host, access, published);
  return registry.isPrivate ? `${registry.account}/${registry.region}` : registry.host;
}

/** ARN of the repository that a line names. */
export function repositoryOf({ host, repository }: ImageSource, access: Access, published: Published): string {
  const { account, region } = whereIs(host, access, published);
  return `arn:${access.session.partition}:ecr:${region}:${account}:repository/${repository}`;
}

export function whereIs(
  host: string | undefined,
  { session }: Pick<Access, 'session'>,
  { firstRegistry }: Published,
): Where {
  const { accountId, region } = session;
  const named = host ?? firstRegistry ?? accountId;
  const parsed = parsePrivateHost(named);
  if (parsed) return { account: parsed.account, region: parsed.region, host: named, isPrivate: true };
  const account = /^\d{12}$/.test(named) ? named : accountId;
  const suffix = partitionOf(region).domain;
  const canonical = formatPrivateHost({ account, region, suffix, fips: false, dualStack: false });
  return { account, region, host: host ?? canonical, isPrivate: host === undefined };
}

/** What a rollout needs to know of a manifest or index; of any other text nothing. */
export function readManifest(text: string): SourceManifest {
  let manifest: { mediaType?: unknown; config?: { digest?: string } | null; manifests?: unknown } | null = {};
  try {
    manifest = JSON.parse(text);
  } catch {
    // What cannot be read is neither an index nor has a config: what needs to know says so.
  }
  const { mediaType, config, manifests } = manifest ?? {};
  const entries = Array.isArray(manifests)
    ? (manifests as ({ platform?: { os?: string; architecture?: string } | null } | null)[])
    : undefined;
  const platforms = entries?.flatMap((entry) => {
    const { os, architecture } = entry?.platform ?? {};
    return os && architecture && os !== 'unknown' ? [`${os}/${architecture}`] : [];
  });
  return { mediaType: String(mediaType ?? ''), platforms, configDigest: config?.digest };
}

/** Whether an image is one of a repository, by whichever name of its registry. @param repository its ARN */
export function isOfRepository(text: string | undefined, repository: string): boolean {
  const [name = ''] = (text ?? '').split('@');
  const slash = name.indexOf('/');
  const registry = parsePrivateHost(name.slice(0, slash));
  const path = name.slice(slash + 1).replace(/:[^:/]*$/, '');
  return (
    registry !== undefined && repository.endsWith(`:ecr:${registry.region}:${registry.account}:repository/${path}`)
  );
}

/** The image that a task definition or a function names; undefined: its host is not one of ECR's. */
export function sourceOf(text: string): ImageSource | undefined {
  const [name = '', digest] = text.split('@');
  const slash = name.indexOf('/');
  const host = name.slice(0, slash);
  if (!parsePrivateHost(host)) return undefined;
  const [, repository = '', tag = 'latest'] = /^([^:]+)(?::(.+))?$/.exec(name.slice(slash + 1)) ?? [];
  return { kind: 'image', host, repository, tag: digest ? undefined : tag, digest };
}

/** Whether the repository says that an image in service is no longer in it, or archived. False, too, if it does not answer. */
export async function isGone(text: string, access: Access, published: Published): Promise<boolean> {
  const source = sourceOf(text);
  if (!source) return false;
  try {
    await findImage(source, access, { published, isLater: false });
    return false;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return thrown instanceof NoImage;
  }
}

/** There is no such image, or nothing can pull it. */
class NoImage extends Problem {}

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageFailure.html: an image may be there, and not be given. */
function notGiven({ failureCode, failureReason }: ImageFailure, source: ImageSource, arn: string): Problem {
  const what = `ECR does not give the image ${inWords(source)} (${failureCode})`;
  switch (failureCode) {
    case 'ImageInaccessible':
      return new NoImage({
        what,
        on: arn,
        why: failureReason,
        fix: `nothing can pull it while it is archived: aws ecr update-image-storage-class --repository-name ${source.repository} --image-id ${source.tag ? `imageTag=${source.tag}` : `imageDigest=${source.digest}`} --target-storage-class STANDARD, or push it again`,
      });
    case 'KmsError':
      return new Problem({
        what,
        on: arn,
        why: failureReason,
        fix: 'look at the key with which the repository is encrypted',
      });
    default:
      return failureCode?.startsWith('Upstream')
        ? new Problem({ what, on: arn, why: failureReason })
        : noImage(source, arn);
  }
}

function inWords({ repository, tag, digest }: ImageSource): string {
  return tag ? `${repository}:${tag}` : `${repository}@${digest}`;
}

function noImage(source: ImageSource, arn: string): NoImage {
  return new NoImage({
    what: `there is no image ${inWords(source)}`,
    on: arn,
    fix: 'check the name and the tag; to push it in this step, give it in images under the same name',
  });
}
