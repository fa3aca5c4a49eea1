import { isTagImmutable, type Repository } from '../ecr/state.ts';
import { bodyOf, digestOf } from './blobs.ts';
import { type RegistryCall, RegistryError } from './call.ts';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const TYPES = [OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST];
const MAX_LAYERS = 500;
/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html */
const MAX_MANIFEST = 4 << 20;

interface Written {
  readonly schemaVersion?: number;
  readonly mediaType?: string;
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string; readonly size: number; readonly urls?: readonly string[] }[];
  readonly manifests?: readonly { readonly digest: string }[];
}

export async function answerManifest(call: RegistryCall): Promise<void> {
  return call.method === 'PUT' ? putManifest(call) : getManifest(call);
}

function getManifest(call: RegistryCall): void {
  const { method, reference, answer, request } = call;
  call.authorize('ecr:BatchGetImage');
  call.importUpstream();
  const repository = call.repository();
  const digest = reference.startsWith('sha256:') ? reference : repository.tags.get(reference);
  const stored = digest === undefined ? undefined : repository.manifests.get(digest);
  // Nobody gets an image in the archive: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
  if (!stored || repository.archived.has(digest!))
    throw new RegistryError(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
  const accepted = String(request.headers.accept ?? '*/*');
  const takes = accepted.includes('*/*') || accepted.includes(stored.mediaType);
  // By tag, a type that is not accepted is converted, and has another digest; by digest never.
  const bytes = takes || reference.startsWith('sha256:') ? stored.bytes : Buffer.from(`${stored.bytes}\n`);
  // GET has no Docker-Content-Digest, HEAD has (aws/containers-roadmap#1931).
  const named = method === 'HEAD' ? { 'docker-content-digest': digestOf(bytes) } : {};
  const size = method === 'HEAD' ? { 'content-length': `${bytes.length}` } : {};
  answer(200, { 'content-type': `${stored.mediaType}`, ...named, ...size }, bytes);
}

async function putManifest(call: RegistryCall): Promise<void> {
  call.authorize('ecr:PutImage');
  const repository = call.repository();
  const bytes = await bodyOf(call);
  const type = String(call.request.headers['content-type'] ?? '');
  const manifest = parse(bytes, type);
  checkComplete(repository, manifest);
  const digest = digestOf(bytes);
  const { reference } = call;
  if (reference.startsWith('sha256:')) {
    if (reference !== digest) throw new RegistryError(400, 'DIGEST_INVALID', 'the digest does not match');
  } else {
    if (!/^\w[\w.-]{0,127}$/.test(reference)) throw new RegistryError(400, 'TAG_INVALID', `invalid tag '${reference}'`);
    // Even for the same digest.
    if (repository.tags.has(reference) && isTagImmutable(repository, reference)) {
      const text = `The image tag '${reference}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`;
      throw new RegistryError(400, 'TAG_INVALID', text);
    }
  }
  repository.archived.delete(digest);
  repository.manifests.set(digest, { bytes, mediaType: type });
  if (!reference.startsWith('sha256:')) repository.tags.set(reference, digest);
  Object.assign(call.entry.params, { digest, reference });
  call.answer(201, { location: `/v2/${repository.name}/manifests/${digest}`, 'docker-content-digest': digest });
}

/** All that ECR dislikes in a manifest is "Invalid JSON syntax". */
function parse(bytes: Buffer, type: string): Written {
  const dislike = (why = 'Invalid JSON syntax') =>
    new RegistryError(
      405,
      'UNSUPPORTED',
      `Invalid parameter at 'ImageManifest' failed to satisfy constraint: '${why}'`,
    );
  if (!TYPES.includes(type)) throw dislike();
  if (bytes.length > MAX_MANIFEST) throw dislike(`Member must have length less than or equal to ${MAX_MANIFEST}`);
  let manifest: Written;
  try {
    manifest = JSON.parse(bytes.toString('utf8')) as Written;
  } catch {
    throw dislike();
  }
  if (manifest.schemaVersion !== 2) throw dislike();
  if (manifest.mediaType !== undefined && manifest.mediaType !== type) throw dislike();
  if (type === OCI_INDEX || type === DOCKER_LIST) {
    if (!Array.isArray(manifest.manifests) || manifest.manifests.length === 0) throw dislike();
    return manifest;
  }
  if (!manifest.config || !Array.isArray(manifest.layers) || manifest.layers.length === 0) throw dislike();
  if (manifest.layers.length > MAX_LAYERS) throw dislike('Limit on number of layers per image exceeded');
  return manifest;
}

/** A manifest refers to what is there: blobs with their sizes, children of an index. */
function checkComplete(
  { blobs, manifests }: Repository,
  { config, layers = [], manifests: children = [] }: Written,
): void {
  const own = layers.filter(({ urls }) => !urls?.length);
  const missing = [...(config ? [config] : []), ...own].filter(({ digest }) => !blobs.has(digest));
  if (missing.length > 0) {
    const text = `Layers with digests '[${missing.map(({ digest }) => digest).join(', ')}]' required for pushing image into repository do not exist`;
    throw new RegistryError(404, 'BLOB_UNKNOWN', text);
  }
  for (const { digest, size } of own) {
    if (blobs.get(digest)!.length !== size)
      throw new RegistryError(400, 'SIZE_INVALID', `the size of ${digest} is wrong`);
  }
  const absent = children.filter(({ digest }) => !manifests.has(digest));
  if (absent.length > 0) {
    const text = `Images with digests '[${absent.map(({ digest }) => digest).join(', ')}]' required for pushing image into repository do not exist`;
    throw new RegistryError(404, 'MANIFEST_BLOB_UNKNOWN', text);
  }
}
