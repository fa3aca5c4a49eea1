import { eachOf } from '../../base/parallel.ts';
import { Problem } from '../../base/problem.ts';
import { isDescriptor } from '../model/descriptor.ts';
import type { Blob, Descriptor, ImageNode, Index, Manifest, Node } from '../model/image.ts';
import { ACCEPTED_MANIFESTS, BUILD_CACHE, isForeign, isIndex } from '../model/media-types.ts';
import { archivedFix, RegistryRefused } from './denied.ts';
import type { RemoteManifest, Repository } from './repository.ts';

const MAX_DEPTH = 6;
const MAX_MANIFESTS = 1000;
/** Manifests of one index that are asked for at a time. */
const AT_ONCE = 32;

export interface RemoteImage {
  readonly repository: Repository;
  /** The registry's host. */
  readonly host: string;
  /** A tag or a digest. */
  readonly reference: string;
}

/** Reads an image of a registry: its manifests now, its blobs when they are sent. It is copied as it is. */
export async function readRemoteImage(image: RemoteImage): Promise<Node> {
  const remote = await manifestOf(image);
  if (!remote) {
    throw new Problem({
      what: 'the registry does not hold this image',
      on: nameOf(image),
      fix: missingFix(image),
    });
  }
  const { digest, mediaType, bytes } = remote;
  if (!ACCEPTED_MANIFESTS.split(', ').includes(mediaType)) {
    throw new Problem({
      what: `a manifest of the type ${mediaType} is not copied`,
      on: nameOf(image),
      ...(mediaType.includes('manifest.v1') ? { why: "it is Docker's first format, from before 2017" } : {}),
      fix: 'pull the image, and push it again with a current tool',
    });
  }
  return readNode({ ...image, read: { count: 0 } }, remote, {
    depth: 0,
    descriptor: { mediaType, digest, size: bytes.length },
  });
}

/**
 * ECR says the same of an image that a pull-through cache may not bring.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/error-pullthroughcache.html
 */
function missingFix({ repository: { arn }, reference }: RemoteImage): string {
  const check = 'check the name, and whether the job that pushes it has succeeded';
  if (!/^arn:[^:]+:ecr:/.test(arn)) return check;
  return `${check};
${archivedFix(arn, reference)};
or, if a pull-through cache is to bring it, whether its upstream registry holds it, and whether the role may ecr:BatchImportUpstreamImage (and ecr:CreateRepository, for a new repository) on ${arn}`;
}

/** Where a repository is missing, the image is: whoever promotes it wants no new repository there. */
async function manifestOf({ repository, reference }: RemoteImage): Promise<RemoteManifest | undefined> {
  try {
    return await repository.manifest(reference);
  } catch (thrown) {
    if (thrown instanceof RegistryRefused && thrown.code === 'NAME_UNKNOWN' && !thrown.isOfUpstream) return undefined;
    throw thrown;
  }
}

interface Reading extends RemoteImage {
  readonly read: { count: number };
}

async function readNode(
  reading: Reading,
  { bytes }: RemoteManifest,
  { depth, descriptor }: { depth: number; descriptor: Descriptor },
): Promise<Node> {
  if (++reading.read.count > MAX_MANIFESTS || depth > MAX_DEPTH) throw tooMany(reading);
  const parsed = JSON.parse(bytes.toString('utf8')) as Partial<Manifest & Index>;
  if (isIndex(descriptor.mediaType)) {
    const listed = descriptorsOf(reading, parsed.manifests);
    if (reading.read.count + listed.length > MAX_MANIFESTS) throw tooMany(reading);
    if (listed.some(({ mediaType }) => mediaType === BUILD_CACHE)) {
      const fix = 'name an image; buildx itself can write the cache to another repository';
      throw new Problem({ what: 'this is a build cache of buildx, and not an image', on: nameOf(reading), fix });
    }
    const nodes: (Node | undefined)[] = [];
    await eachOf(listed.entries(), AT_ONCE, async ([at, child]) => {
      const remote = await reading.repository.manifest(child.digest);
      nodes[at] = remote && (await readNode(reading, remote, { depth: depth + 1, descriptor: child }));
    });
    const children = nodes.filter((it) => it !== undefined);
    const absent = listed.filter((_, at) => nodes[at] === undefined);
    if (absent.length > 0) throw incomplete(reading, absent);
    return { kind: 'index', descriptor, bytes, index: parsed as Index, children, absent };
  }
  const [config] = descriptorsOf(reading, [parsed.config]);
  const layers = descriptorsOf(reading, parsed.layers ?? []);
  const node: ImageNode = {
    kind: 'image',
    descriptor,
    bytes,
    manifest: { ...parsed, layers } as Manifest,
    config: blobOf(reading, config!),
    layers: layers.map((layer) => blobOf(reading, layer)),
    diffIds: undefined,
    asBuilt: true,
  };
  return node;
}

function tooMany(image: RemoteImage): Problem {
  return new Problem({
    what: 'the image has too many manifests, or they are nested too deep',
    on: nameOf(image),
    fix: 'name one image of the index by its digest',
  });
}

/** Unlike what a daemon or a build saved in part, it was whole once: a cleaning job has deleted what has no tag of its own. */
function incomplete(image: RemoteImage, absent: readonly Descriptor[]): Problem {
  const names = absent.map(({ digest }) => digest);
  const { arn } = image.repository;
  const isEcr = /^arn:[^:]+:ecr:/.test(arn);
  return new Problem({
    what: `the registry does not hold all that the index names: ${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} gone`,
    on: nameOf(image),
    fix: `push the image to it again, and see that what cleans the registry keeps the images of an index; or name one image of it by its digest${isEcr ? `;\n${archivedFix(arn, names[0]!)}` : ''}`,
  });
}

function blobOf({ repository, host }: RemoteImage, descriptor: Descriptor): Blob {
  if (isForeign(descriptor)) return { descriptor, content: undefined };
  const content = {
    digest: descriptor.digest,
    size: descriptor.size,
    registry: host,
    repository: repository.name,
    open: (from: number, to: number) => repository.open(descriptor, from, to),
    exists: () => repository.hasBlob(descriptor),
    probe: () => repository.probe(descriptor),
  };
  return { descriptor, content };
}

function descriptorsOf(image: RemoteImage, value: unknown): readonly Descriptor[] {
  if (Array.isArray(value) && value.every(isDescriptor)) return value;
  throw new Problem({
    what: 'a manifest of the image holds something other than descriptors',
    on: nameOf(image),
    fix: 'push the image to that registry again; what is there now no client can pull',
  });
}

function nameOf({ host, repository, reference }: RemoteImage): string {
  return `${host}/${repository.name}${reference.includes(':') ? '@' : ':'}${reference}`;
}
