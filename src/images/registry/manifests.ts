import type { IncomingHttpHeaders } from 'node:http';
import { readBody } from '../../base/http.ts';
import { digestOf } from '../model/descriptor.ts';
import { ACCEPTED_MANIFESTS, OCI } from '../model/media-types.ts';
import { parsedJson } from '../model/parsed-json.ts';
import { noRegistry, RegistryRefused } from './denied.ts';
import type { RegistryWire, RemoteManifest } from './repository.ts';
import { verdictOfPut, verdictOfRegistry } from './retryable.ts';

const MAX_MANIFEST = 16 << 20;

export async function readManifest(reference: string, wire: RegistryWire): Promise<RemoteManifest | undefined> {
  const how = { asked: { digest: /^sha256:/.test(reference) ? reference : undefined }, classify: verdictOfRegistry };
  try {
    return await wire.call('ecr:BatchGetImage', (signal) => getManifest(reference, wire, signal), how);
  } catch (thrown) {
    const isMissing = thrown instanceof RegistryRefused && thrown.status === 404 && !thrown.isOfUpstream;
    if (isMissing && thrown.code !== 'NAME_UNKNOWN') return undefined;
    throw thrown;
  }
}

async function getManifest(
  reference: string,
  { get, arn }: RegistryWire,
  signal: AbortSignal,
): Promise<RemoteManifest> {
  const request = {
    action: 'ecr:BatchGetImage',
    path: `manifests/${reference}`,
    headers: { accept: ACCEPTED_MANIFESTS },
  };
  const answer = await get(request, signal);
  const bytes = await readBody(answer, MAX_MANIFEST);
  const mediaType = mediaTypeOf(answer.headers, bytes);
  if (!mediaType.startsWith('application/')) throw noRegistry(arn, `a manifest is of the type "${mediaType}"`);
  if (!isManifest(bytes)) throw noRegistry(arn, 'what it gives as a manifest is not one');
  // ECR's GET has no Docker-Content-Digest (aws/containers-roadmap#1931): the body says what it is.
  return { digest: digestOf(bytes), mediaType, bytes };
}

export async function putManifest(
  reference: string,
  { mediaType, bytes }: { readonly mediaType: string; readonly bytes: Buffer },
  wire: RegistryWire,
): Promise<void> {
  const headers = { 'content-type': mediaType, 'content-length': `${bytes.length}` };
  const request = { action: 'ecr:PutImage', method: 'PUT', path: `manifests/${reference}`, headers, body: bytes };
  const put = async (signal: AbortSignal) => {
    await wire.pace();
    const answer = await wire.send({ ...request, expect: [200, 201] }, signal);
    await readBody(answer);
    // Where the registry does not say what it has stored, it is asked.
    const said = answer.headers['docker-content-digest'];
    return { digest: said ? String(said) : (await getManifest(reference, wire, signal)).digest };
  };
  const how = { rules: { callMs: wire.rules.stallMs }, asked: { digest: digestOf(bytes) }, classify: verdictOfPut };
  await wire.call('ecr:PutImage', put, how);
}

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md: every manifest and index states its schema's version. */
function isManifest(bytes: Buffer): boolean {
  const { schemaVersion } = (parsedJson(bytes) ?? {}) as { schemaVersion?: unknown };
  return typeof schemaVersion === 'number';
}

/** What a server says that does not know manifests, a bucket or a proxy. */
const UNKNOWN_TYPES = ['', 'application/json', 'application/octet-stream', 'text/plain'];

/** Without parameters: `application/json; charset=utf-8` is not a media type to ECR. Where the answer has none, the manifest's own. */
function mediaTypeOf(headers: IncomingHttpHeaders, bytes: Buffer): string {
  const said = (headers['content-type'] ?? '').split(';')[0]!.trim();
  if (!UNKNOWN_TYPES.includes(said)) return said;
  const { mediaType, config, manifests } = (parsedJson(bytes) ?? {}) as Readonly<Record<string, unknown>>;
  // OCI allows it to be left out.
  const own = mediaType ?? (manifests ? OCI.index : config ? OCI.manifest : undefined);
  return ACCEPTED_MANIFESTS.split(', ').find((it) => it === own) ?? said;
}
