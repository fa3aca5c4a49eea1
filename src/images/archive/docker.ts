import { atMost } from '../../base/parallel.ts';
import { openSame } from '../../base/same-file.ts';
import { type FileContent, READ_SIZE, readContent } from '../model/content.ts';
import { digestOf } from '../model/descriptor.ts';
import type { Hasher } from '../model/hash.ts';
import type { Blob, Descriptor, ImageNode, Manifest } from '../model/image.ts';
import { type Compression, DOCKER, OCI } from '../model/media-types.ts';
import { UNPACKED_AT_ONCE, type Unpacked, unpack } from '../model/unpack.ts';
import type { Archive } from './archive.ts';
import { compressionOf, unreadCompression } from './format.ts';
import { invalid, parseDiffIds, readJson } from './json.ts';
import { choose, isDigest, isNamed } from './layout.ts';

/** One image of manifest.json. https://github.com/moby/docker-image-spec, "Combined Image JSON + Filesystem Changeset Format" */
interface DockerEntry {
  readonly Config: string;
  readonly RepoTags?: readonly string[] | null;
  /** Of an image without layers, null. */
  readonly Layers: readonly string[] | null;
}

/**
 * Reads a docker-archive. It has no registry manifest, so one is made: Docker's, or OCI's where a layer is zstd, which
 * Docker's media types cannot say. Layers that are stored as plain tars get the digest that the config states for them;
 * the plan compares it with their content.
 */
export async function readDockerArchive(
  archive: Archive,
  pick: string | undefined,
  hasher: Hasher,
): Promise<ImageNode> {
  const entry = await pickEntry(archive, pick);
  const names = entry.Layers ?? [];
  const configContent = archive.find(entry.Config);
  if (!configContent) throw invalid(archive, `it does not hold the config ${entry.Config}`);
  if (configContent.size > 8 << 20) throw invalid(archive, `its config is ${configContent.size} bytes long`);
  const configBytes = await readContent(configContent);
  const diffIds = parseDiffIds(configBytes) ?? (names.length === 0 ? [] : undefined);
  if (!diffIds) throw invalid(archive, 'its config names no layers (rootfs.diff_ids)');
  if (diffIds.length !== names.length) {
    throw invalid(archive, `it has ${names.length} layers, and its config names ${diffIds.length}`);
  }
  const found: { name: string; content: FileContent; compression: Compression | undefined }[] = [];
  for (const name of names) {
    const content = archive.find(name);
    if (!content) throw invalid(archive, `it does not hold the layer ${name}`);
    const format = await compressionOf(content.file, content.start);
    if (format !== undefined && format !== 'gzip' && format !== 'zstd')
      throw unreadCompression(`${archive.path}: ${name}`, format);
    found.push({ name, content, compression: format });
  }
  const types = found.some(({ compression }) => compression === 'zstd') ? OCI : DOCKER;
  const digests = await atMost(UNPACKED_AT_ONCE, [...found.entries()], async ([at, { name, content, compression }]) => {
    const diffId = diffIds[at]!;
    return compression ? checkedDigest({ archive, name, hasher }, { content, compression, diffId }) : diffId;
  });
  const layers = found.map(({ content, compression }, at): Blob => {
    const descriptor = { mediaType: layerType(types, compression), digest: digests[at]!, size: content.size };
    return { descriptor, content };
  });
  const config = { mediaType: types.config, digest: digestOf(configBytes), size: configBytes.length };
  return imageOf(types.manifest, { descriptor: config, content: configContent }, { layers, diffIds });
}

/** Ten times what ECR takes for a compressed layer, and no more than a hundred times what is there. */
const maxPlainOf = (size: number) => Math.max(8 * 2 ** 30, 100 * size);

/**
 * The digest of a compressed layer. It is computed from the very bytes, so it proves nothing: what the build says of them is
 * the digest of their plain tar, and they are decompressed, in the same pass, to compare it.
 */
async function checkedDigest(
  { archive, name, hasher }: { archive: Archive; name: string; hasher: Hasher },
  { content, compression, diffId }: { content: FileContent; compression: Compression; diffId: string },
): Promise<string> {
  const unpacked = await unpackContent(content, compression);
  hasher.learn(content, unpacked.digest);
  if (unpacked.diffId === diffId) return unpacked.digest;
  if (unpacked.isTooLarge) throw invalid(archive, `its layer ${name} becomes more than a hundred times larger`);
  if (!unpacked.diffId) throw invalid(archive, `its layer ${name} cannot be decompressed: it is damaged or cut off`);
  const what = `its layer ${name} is ${unpacked.diffId} and should be ${diffId}`;
  throw invalid(archive, `${what}: it is another layer, or damaged`);
}

async function unpackContent({ file, start, size }: FileContent, compression: Compression): Promise<Unpacked> {
  const handle = await openSame(file);
  try {
    const end = start + size - 1;
    const chunks = handle.createReadStream({ start, end, highWaterMark: READ_SIZE, autoClose: false });
    return await unpack(chunks, { compression, maxPlain: maxPlainOf(size) });
  } finally {
    await handle.close();
  }
}

function layerType(types: typeof OCI | typeof DOCKER, compression: Compression | undefined): string {
  if (!compression) return types.layer;
  return types === DOCKER ? DOCKER.gzipLayer : `${OCI.layer}+${compression}`;
}

function imageOf(
  mediaType: string,
  config: Blob,
  { layers, diffIds }: { layers: readonly Blob[]; diffIds: readonly string[] },
): ImageNode {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const descriptor: Descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  return { kind: 'image', descriptor, bytes, manifest, config, layers, diffIds };
}

async function pickEntry(archive: Archive, pick: string | undefined): Promise<DockerEntry> {
  const listed = archive.find('manifest.json')!;
  const isNull = listed.size < 16 && (await readContent(listed)).toString().trim() === 'null';
  const entries: unknown = isNull ? [] : await readJson(archive, 'manifest.json');
  if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isEntry)) {
    throw invalid(archive, 'manifest.json lists no images', 'kaniko writes it so where --destination is missing');
  }
  const all: DockerEntry[] = entries;
  const named = all.filter(
    (it) =>
      pick === undefined ||
      isDigest(idOf(it), pick) ||
      idOf(it) === pick ||
      it.RepoTags?.some((tag) => isNamed(tag, pick)),
  );
  // One image under several names is one.
  const found = [...new Map(named.map((it) => [JSON.stringify([it.Config, it.Layers]), it])).values()];
  if (found.length === 1) return found[0]!;
  const names = all.map((it) => ({
    mediaType: '',
    size: 0,
    digest: idOf(it),
    annotations: { 'io.containerd.image.name': it.RepoTags?.[0] ?? idOf(it) },
  }));
  throw choose(
    archive,
    names,
    pick === undefined ? 'it holds several images' : `${found.length} images are called "${pick}"`,
  );
}

/** An image's id is the digest of its config, by which the file is mostly called. */
function idOf({ Config }: DockerEntry): string {
  const [hex] = /[0-9a-f]{64}/.exec(Config) ?? [];
  return hex ? `sha256:${hex}` : Config;
}

function isEntry(value: unknown): value is DockerEntry {
  const it = (value ?? {}) as Partial<Record<keyof DockerEntry, unknown>>;
  return (
    typeof it.Config === 'string' &&
    (it.Layers === null || isStrings(it.Layers)) &&
    (it.RepoTags === undefined || it.RepoTags === null || isStrings(it.RepoTags))
  );
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((it) => typeof it === 'string');
}
