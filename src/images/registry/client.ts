import type { IncomingHttpHeaders } from 'node:http';
import type { Aws } from '../../aws/client.ts';
import { type Http, type HttpAnswer, readBody } from '../../base/http.ts';
import { UPLOAD_IDLE_MS } from '../../base/timeouts.ts';
import { digestOf } from '../model/descriptor.ts';
import type { Descriptor } from '../model/image.ts';
import { ACCEPTED_MANIFESTS } from '../model/media-types.ts';
import { noRegistry, RegistryRefused, readErrorBody } from './denied.ts';
import { type Registry, repositoryArn } from './registry.ts';
import type { RemoteManifest, Repository, Send } from './repository.ts';
import { verdictOfPut, verdictOfRegistry } from './retryable.ts';
import { unlessStalled } from './stall.ts';
import { BLOB_RULES, UPLOAD_RULES, type UploadRules, uploadBlob } from './upload.ts';

export interface RegistryDeps {
  readonly http: Http;
  readonly call: Aws['call'];
  /** Waits for the next free slot under the quota of PutImage. */
  readonly pace: () => Promise<void>;
  /** The house's when left out. */
  readonly upload?: UploadRules;
}

const MAX_MANIFEST = 16 << 20;
const MAX_CONFIG = 8 << 20;

export function openRepository(
  registry: Registry,
  name: string,
  { http, call, pace, upload = UPLOAD_RULES }: RegistryDeps,
): Repository {
  const arn = repositoryArn(registry, name);
  const classify = verdictOfRegistry;
  const send = sender(registry, name, http);
  const getManifest = async (reference: string, signal: AbortSignal): Promise<RemoteManifest> => {
    const { action, path } = { action: 'ecr:BatchGetImage', path: `manifests/${reference}` };
    const answer = await send(
      { action, method: 'GET', path, headers: { accept: ACCEPTED_MANIFESTS }, expect: [200] },
      signal,
    );
    const bytes = await readBody(answer, MAX_MANIFEST);
    const mediaType = mediaTypeOf(answer.headers);
    if (!mediaType.startsWith('application/')) throw noRegistry(arn, `a manifest is of the type "${mediaType}"`);
    if (!isManifest(bytes)) throw noRegistry(arn, 'what it gives as a manifest is not one');
    // ECR's GET has no Docker-Content-Digest (aws/containers-roadmap#1931): the body says what it is.
    return { digest: digestOf(bytes), mediaType, bytes };
  };
  const hasBlob = async ({ digest, size }: Descriptor) => {
    const { status, headers } = await call(
      'ecr:BatchCheckLayerAvailability',
      async (signal) => {
        const request = { action: 'ecr:BatchCheckLayerAvailability', method: 'HEAD', path: `blobs/${digest}` };
        // ECR Public answers with a redirect to where the blob lies: then it is there.
        const answer = await send({ ...request, expect: [200, 307, 404] }, signal);
        await readBody(answer);
        return answer;
      },
      { asked: { digest }, classify },
    );
    const length = status === 200 ? headers['content-length'] : undefined;
    return status !== 404 && (length === undefined || Number(length) === size);
  };
  return {
    name,
    arn,
    manifest: async (reference) => {
      try {
        return await call('ecr:BatchGetImage', (signal) => getManifest(reference, signal), {
          asked: { digest: /^sha256:/.test(reference) ? reference : undefined },
          classify,
        });
      } catch (thrown) {
        if (thrown instanceof RegistryRefused && thrown.status === 404 && thrown.code !== 'NAME_UNKNOWN')
          return undefined;
        throw thrown;
      }
    },
    hasBlob,
    read: async ({ digest, size }, use) => {
      const read = (signal: AbortSignal) =>
        unlessStalled(signal, upload.stallMs, async (watched, moved) => {
          const answer = await openBlob({ send, http }, digest, { signal: watched });
          return { digest, value: await use(sliced(answer, { from: 0, to: size + 1 }, moved)) };
        });
      // Who asked compares the content: one that is not the digest's is a finding, and no lost connection.
      return (await call('ecr:GetDownloadUrlForLayer', read, { rules: BLOB_RULES, asked: { digest }, classify })).value;
    },
    probe: async ({ digest, size }) => {
      if (size === 0) return;
      const probe = async (signal: AbortSignal) => {
        const answer = await openBlob({ send, http }, digest, { signal, range: [0, 1] });
        for await (const _ of sliced(answer, { from: 0, to: 1 }));
        return { digest };
      };
      await call('ecr:GetDownloadUrlForLayer', probe, { asked: { digest }, classify });
    },
    open: async ({ digest, size }, from, to) => {
      const signal = new AbortController().signal;
      const answer = await openBlob({ send, http }, digest, {
        signal,
        ...(from > 0 || to < size ? { range: [from, to] } : {}),
      });
      return sliced(answer, { from, to });
    },
    config: async ({ digest }) => {
      const config = async (signal: AbortSignal) => {
        const bytes = await readBody(await openBlob({ send, http }, digest, { signal }), MAX_CONFIG);
        return { bytes, digest: digestOf(bytes) };
      };
      return (await call('ecr:GetDownloadUrlForLayer', config, { asked: { digest }, classify })).bytes;
    },
    push: (blob) => uploadBlob(blob, { send, call, arn, hasBlob, rules: upload }),
    putManifest: async (reference, mediaType, bytes) => {
      await call(
        'ecr:PutImage',
        async (signal) => {
          await pace();
          const headers = { 'content-type': mediaType, 'content-length': `${bytes.length}` };
          const path = `manifests/${reference}`;
          const request = { action: 'ecr:PutImage', method: 'PUT', path, headers, body: bytes, expect: [200, 201] };
          const answer = await send(request, signal);
          await readBody(answer);
          // Where the registry does not say what it has stored, it is asked.
          const said = answer.headers['docker-content-digest'];
          return { digest: said ? String(said) : (await getManifest(reference, signal)).digest };
        },
        { rules: { callMs: upload.stallMs }, asked: { digest: digestOf(bytes) }, classify: verdictOfPut },
      );
    },
  };
}

/** ECR may answer under another name of the same registry: dual-stack, FIPS. */
function isOwn({ base, hosts }: Registry, { origin, protocol, host }: URL): boolean {
  return origin === base.origin || (protocol === 'https:' && hosts.includes(host));
}

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md: every manifest and index states its schema's version. */
function isManifest(bytes: Buffer): boolean {
  try {
    const { schemaVersion } = (JSON.parse(bytes.toString('utf8')) ?? {}) as { schemaVersion?: unknown };
    return typeof schemaVersion === 'number';
  } catch {
    return false;
  }
}

/** Without parameters: `application/json; charset=utf-8` is not a media type to ECR. */
function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim();
}

function sender(registry: Registry, name: string, http: Http): Send {
  return async ({ action, method, path, headers, body, expect }, signal) => {
    const url = URL.parse(path, new URL(`/v2/${name}/`, registry.base).href);
    // Neither the login nor an image goes to another host, whatever a Location says: ECR's uploads stay on its own.
    if (!url || !isOwn(registry, url)) {
      throw noRegistry(repositoryArn(registry, name), 'an upload is to go to another host');
    }
    const authorization = await registry.authorization(name);
    const answer = await http.request({
      method,
      url,
      headers: { ...(authorization ? { authorization } : {}), ...headers },
      ...(body === undefined ? {} : { body }),
      signal,
    });
    if (expect.includes(answer.status)) return answer;
    const said = readErrorBody(await readBody(answer, 64 << 10));
    const refused = new RegistryRefused({ action, on: repositoryArn(registry, name), status: answer.status, ...said });
    if (refused.isExpired) await registry.renew();
    throw refused;
  };
}

/**
 * A blob lies behind a redirect to S3, which has its own signature: the login is not sent along.
 * @param range from, to; `to` is exclusive. A server may give all of it nevertheless
 */
async function openBlob(
  { send, http }: { send: Send; http: Http },
  digest: string,
  { signal, range }: { signal: AbortSignal; range?: readonly [number, number] },
): Promise<HttpAnswer> {
  const headers: Record<string, string> = range ? { range: `bytes=${range[0]}-${range[1] - 1}` } : {};
  const request = { action: 'ecr:GetDownloadUrlForLayer', method: 'GET', path: `blobs/${digest}`, headers };
  const answer = await send({ ...request, expect: [200, 206, 302, 307] }, signal);
  if (answer.status < 300) return answer;
  await readBody(answer);
  const url = URL.parse(answer.headers.location ?? '');
  if (url?.protocol !== 'https:') throw noRegistry(digest, 'a blob lies at an address that is not https');
  const stored = await http.request({ method: 'GET', url, headers, signal, idleMs: UPLOAD_IDLE_MS });
  if (stored.status < 300) return stored;
  const { code, message } = readErrorBody(await readBody(stored, 64 << 10));
  throw new RegistryRefused({ action: request.action, on: digest, status: stored.status, code, message });
}

/**
 * The range that was asked for, also of an answer that is the whole.
 * @param moved called as it arrives
 */
async function* sliced(
  { status, body }: HttpAnswer,
  { from, to }: { readonly from: number; readonly to: number },
  moved: () => void = () => {},
): AsyncGenerator<Buffer> {
  let skip = status === 206 ? 0 : from;
  let left = to - from;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    moved();
    const part = chunk.subarray(skip, skip + left);
    skip = Math.max(0, skip - chunk.length);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left <= 0) break;
  }
}
