import { Problem } from '../../base/problem.ts';
import { readContent } from '../model/content.ts';
import { digestOf, isDescriptor } from '../model/descriptor.ts';
import {
  type Blob,
  type Descriptor,
  type Index,
  isAttestation,
  type Manifest,
  type Node,
  platformName,
} from '../model/image.ts';
import { BUILD_CACHE, DOCKER, isForeign, isImageConfig, isIndex, isUncompressed, OCI } from '../model/media-types.ts';
import type { Archive } from './archive.ts';
import { checkDescriptors, invalid, parseDiffIds, parseJson, readDescribed, readJson } from './json.ts';
import { MAX_DEPTH, MAX_MANIFEST, MAX_MANIFESTS, MAX_TOTAL } from './limits.ts';

/**
 * Reads an OCI layout: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 * @param pick the name or tag of the image to take, where the layout has several
 * @returns undefined when its index holds nothing (Docker 25.0 writes such archives beside a good manifest.json)
 */
export async function readLayout(archive: Archive, pick: string | undefined): Promise<Node | undefined> {
  const { manifests } = (await readJson(archive, 'index.json')) as { manifests?: unknown };
  if (!Array.isArray(manifests) || manifests.length === 0) return undefined;
  const all = checkDescriptors(archive, 'index.json', manifests);
  const chosen = pickDescriptor(archive, all, pick);
  if (chosen) {
    const node = await readNode(archive, chosen, newWalk());
    if (node) return node;
    throw invalid(archive, `it does not hold ${chosen.digest}, which its index.json names`);
  }
  const bytes = await readContent(archive.find('index.json')!);
  const descriptor = { mediaType: OCI.index, digest: digestOf(bytes), size: bytes.length };
  return readIndex(archive, { descriptor, bytes }, newWalk());
}

/** @returns undefined when index.json is itself the index of one image for several platforms */
function pickDescriptor(
  archive: Archive,
  all: readonly Descriptor[],
  pick: string | undefined,
): Descriptor | undefined {
  if (pick !== undefined) {
    const found = all.filter((it) => isDigest(it.digest, pick) || namesOf(it).some((name) => isNamed(name, pick)));
    if (found.length > 0 && found.every((it) => it.digest === found[0]!.digest)) return found[0];
    throw choose(archive, all, `${found.length === 0 ? 'no' : 'more than one'} image is called "${pick}"`);
  }
  const images = all.filter((it) => !isAttestation(it));
  if (new Set(all.map(({ digest }) => digest)).size === 1) return all[0];
  const names = new Set(images.flatMap(namesOf));
  const platforms = new Set(images.map(platformName));
  if (names.size <= 1 && images.every((it) => it.platform) && platforms.size === images.length) return undefined;
  throw choose(archive, all, 'it holds several images');
}

/** `docker.io/library/shop:1`, as containerd and Docker write it, and the bare tag. */
function namesOf({ annotations }: Descriptor): string[] {
  const keys = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];
  return keys.map((key) => annotations?.[key]).filter((name) => typeof name === 'string');
}

/**
 * A name fits when it is the same, or ends in what was asked for: `shop:1` and `1` fit `docker.io/library/shop:1`. Without a tag
 * `latest` is meant.
 */
export function isNamed(name: string, pick: string): boolean {
  return (
    name === pick ||
    name.endsWith(`:${pick}`) ||
    [pick, `${pick}:latest`].some((it) => name === it || name.endsWith(`/${it}`))
  );
}

/** An image without a name is chosen by its digest, or so much of it as tells it apart. */
export function isDigest(digest: string, pick: string): boolean {
  return /^sha\d+:[0-9a-f]{6,}$/.test(pick) && digest.startsWith(pick);
}

export function choose(archive: Archive, all: readonly Descriptor[], why: string): Problem {
  const names = all.map((it) => namesOf(it)[0]);
  // A name that two images have does not tell them apart.
  const lines = all.map((it, at) => {
    const name = names[at];
    return name && names.indexOf(name) === names.lastIndexOf(name) ? `#${name}` : `#${it.digest} (${kindOf(it)})`;
  });
  return new Problem({
    what: 'which image to push is not clear',
    on: archive.path,
    why,
    fix: `write one of these after the path:\n${lines.slice(0, 20).join('\n')}`,
  });
}

/** What tells an image without a name: its platform; of a signature or an SBOM, what oras or cosign call it. */
function kindOf(descriptor: Descriptor): string {
  const { platform, artifactType, annotations } = descriptor;
  return platform ? platformName(descriptor) : (artifactType ?? annotations?.kind ?? platformName(descriptor));
}

/** How deep a walk through indexes is, and how many manifests the whole of it has read. */
interface IndexWalk {
  readonly depth: number;
  readonly read: { count: number; total: number };
  /** Each is read once, however often it is named. */
  readonly seen: Map<string, { readonly node: Node | undefined; readonly count: number }>;
}

const newWalk = (): IndexWalk => ({ depth: 0, read: { count: 0, total: 0 }, seen: new Map() });

/** @returns undefined when the archive does not hold it */
async function readNode(archive: Archive, descriptor: Descriptor, walk: IndexWalk): Promise<Node | undefined> {
  walk.read.count++;
  if (walk.read.count > MAX_MANIFESTS) throw tooMany(archive);
  if (walk.depth > MAX_DEPTH) throw invalid(archive, `its indexes are nested more than ${MAX_DEPTH} deep`);
  const key = `${descriptor.mediaType} ${descriptor.digest}`;
  const before = walk.seen.get(key);
  if (before) {
    // What is below it counts as often as it is named.
    walk.read.count += before.count;
    if (walk.read.count > MAX_MANIFESTS) throw tooMany(archive);
    return before.node && { ...before.node, descriptor };
  }
  const counted = walk.read.count;
  const node = await readUnseen(archive, descriptor, walk);
  walk.seen.set(key, { node, count: walk.read.count - counted });
  return node;
}

function tooMany(archive: Archive): Problem {
  return invalid(archive, `it names more than ${MAX_MANIFESTS} manifests`);
}

async function readUnseen(archive: Archive, descriptor: Descriptor, walk: IndexWalk): Promise<Node | undefined> {
  const bytes = await readDescribed(archive, descriptor, MAX_MANIFEST);
  if (!bytes) return undefined;
  walk.read.total += bytes.length;
  if (walk.read.total > MAX_TOTAL) throw invalid(archive, `its manifests are more than ${MAX_TOTAL} bytes together`);
  if (isIndex(descriptor.mediaType)) return readIndex(archive, { descriptor, bytes }, walk);
  const manifest = parseJson(archive, descriptor.digest, bytes) as Manifest;
  if (!isDescriptor(manifest.config)) throw invalid(archive, `${descriptor.digest} is not the manifest of an image`);
  if (manifest.config.mediaType === BUILD_CACHE) throw buildCache(archive);
  // Go programs write null for an empty list.
  const layers = checkDescriptors(archive, descriptor.digest, manifest.layers ?? []);
  // Where the two differ a registry goes by the manifest's own, and refuses it under the other.
  const mediaType = [OCI.manifest, DOCKER.manifest].find((it) => it === manifest.mediaType) ?? descriptor.mediaType;
  return {
    kind: 'image',
    descriptor: { ...descriptor, mediaType },
    bytes,
    manifest: { ...manifest, layers },
    config: blobOf(archive, manifest.config),
    layers: layers.map((layer) => blobOf(archive, layer)),
    diffIds: layers.some(({ mediaType }) => isUncompressed(mediaType))
      ? await diffIdsIn(archive, manifest.config)
      : undefined,
  };
}

/** What a config says of the layers' plain tars; undefined when it is an artifact's, or something else by its content. */
async function diffIdsIn(archive: Archive, config: Descriptor): Promise<readonly string[] | undefined> {
  if (!isImageConfig(config.mediaType)) return undefined;
  const bytes = await readDescribed(archive, config);
  return bytes && parseDiffIds(bytes);
}

async function readIndex(
  archive: Archive,
  { descriptor, bytes }: { readonly descriptor: Descriptor; readonly bytes: Buffer },
  walk: IndexWalk,
): Promise<Node> {
  const index = parseJson(archive, descriptor.digest, bytes) as Index;
  const manifests = checkDescriptors(archive, descriptor.digest, index.manifests);
  if (manifests.some(({ mediaType }) => mediaType === BUILD_CACHE)) throw buildCache(archive);
  const children: Node[] = [];
  const absent: Descriptor[] = [];
  for (const child of manifests) {
    const node = await readNode(archive, child, { ...walk, depth: walk.depth + 1 });
    if (node) children.push(node);
    else absent.push(child);
  }
  if (children.length === 0) throw invalid(archive, `it holds none of the images that ${descriptor.digest} names`);
  return { kind: 'index', descriptor, bytes, index, children, absent };
}

function buildCache({ path }: Archive): Problem {
  return new Problem({
    what: 'this is a build cache (cache-to of buildx), and not an image',
    on: path,
    fix: 'let the build write the image as well (docker buildx build --output type=oci,dest=image.tar), and name that',
  });
}

/** @throws Problem when a blob of an image that is there is not, or has another size */
function blobOf(archive: Archive, descriptor: Descriptor): Blob {
  const content = archive.findBlob(descriptor.digest);
  if (!content && isForeign(descriptor)) return { descriptor, content: undefined };
  if (!content) {
    const hint = 'pack build --sparse leaves the layers of the run image out';
    throw invalid(archive, `it does not hold the blob ${descriptor.digest}`, hint);
  }
  if (content.size !== descriptor.size) {
    throw invalid(archive, `${descriptor.digest} has ${content.size} bytes and should have ${descriptor.size}`);
  }
  return { descriptor, content };
}
