import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { addRepository, templateFor } from '../ecr/state.ts';
import { type RegistryCall, RegistryError, SilentError, type Upload, type Uploads } from './call.ts';

/** Every part but the last has at least this many bytes. */
const MIN_PART = 5 << 20;

export function makeUploads(): Uploads {
  return new Map();
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function answerBlob(call: RegistryCall): void {
  const { method, reference, answer, authorize } = call;
  authorize(method === 'HEAD' ? 'ecr:BatchCheckLayerAvailability' : 'ecr:GetDownloadUrlForLayer');
  const blob = call.repository().blobs.get(reference);
  if (!blob) throw new RegistryError(404, 'BLOB_UNKNOWN', 'Layer not found');
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': reference };
  if (method === 'HEAD') answer(200, { ...headers, 'content-length': `${blob.length}` });
  else if (call.state.world.blobStore) answer(307, { location: `${call.state.world.blobStore}/${reference}` });
  else {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(call.request.headers.range ?? '')) ?? [];
    if (from === undefined) answer(200, headers, blob);
    else {
      const part = blob.subarray(Number(from), Number(to) + 1);
      answer(206, { ...headers, 'content-range': `bytes ${from}-${to}/${blob.length}` }, part);
    }
  }
}

export async function answerUpload(call: RegistryCall): Promise<void> {
  if (call.method === 'POST') return startUpload(call);
  const upload = call.uploads.get(call.reference);
  if (upload?.repository !== call.repository().name)
    throw new RegistryError(404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload');
  return call.method === 'PATCH' ? addPart(call, upload) : finishUpload(call, upload);
}

/** Both a missing repository and a missing permission are a closed connection, without an answer (aws/containers-roadmap#1970). */
function startUpload(call: RegistryCall): void {
  const { state, name, query, uploads, answer } = call;
  const template = templateFor(state, name);
  if (!state.repositories.has(name) && template && call.allowed('ecr:InitiateLayerUpload', name)) {
    addRepository(state, name, { mutability: template.imageTagMutability ?? 'MUTABLE' });
  }
  if (!state.repositories.has(name) || !call.allowed('ecr:InitiateLayerUpload', name)) {
    throw new SilentError(404, 'NAME_UNKNOWN', 'closed');
  }
  const digest = query.get('mount') ?? '';
  const from = query.get('from') ?? '';
  call.entry.params.mount = digest || undefined;
  if (digest && mountable(call, digest, from)) {
    call.repository().blobs.set(digest, state.repositories.get(from)!.blobs.get(digest)!);
    answer(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
    return;
  }
  const id = randomUUID();
  uploads.set(id, { repository: name, parts: [], size: 0 });
  answer(202, { location: `/v2/${name}/blobs/uploads/${id}`, range: '0-0', 'docker-upload-uuid': id });
}

/** Only where the account enabled it, with read access to the source, and once a manifest there refers to the blob. */
function mountable({ state, allowed }: RegistryCall, digest: string, from: string): boolean {
  const source = state.repositories.get(from);
  if (!state.world.blobMounting || source?.isCache || !source?.blobs.has(digest)) return false;
  const referred = [...source.manifests.values()].some(({ bytes }) => bytes.includes(digest));
  return referred && allowed('ecr:GetDownloadUrlForLayer', from);
}

/** 201 instead of 202, and a Range that sticks at the end of the first part. */
async function addPart(call: RegistryCall, upload: Upload): Promise<void> {
  call.authorize('ecr:UploadLayerPart');
  const first = Number(/^(\d+)-/.exec(String(call.request.headers['content-range'] ?? ''))?.[1] ?? upload.size);
  const range = () => `0-${Math.max(0, (upload.parts[0]?.length ?? 0) - 1)}`;
  const last = upload.parts.at(-1);
  // An earlier part that was smaller than this shows only now that it was not the last one.
  if (last && last.length < MIN_PART) throw new SilentError(400, 'BLOB_UPLOAD_INVALID', 'part too small');
  if (first !== upload.size) return call.answer(416, { range: range() });
  const bytes = await bodyOf(call);
  upload.parts.push(bytes);
  upload.size += bytes.length;
  const location = `/v2/${call.repository().name}/blobs/uploads/${call.reference}`;
  call.answer(201, { location, range: range() });
}

async function finishUpload(call: RegistryCall, upload: Upload): Promise<void> {
  const bytes = await bodyOf(call);
  if (bytes.length > 0) call.authorize('ecr:UploadLayerPart');
  call.authorize('ecr:CompleteLayerUpload');
  const last = upload.parts.at(-1);
  if (bytes.length > 0 && last && last.length < MIN_PART) {
    throw new SilentError(400, 'BLOB_UPLOAD_INVALID', 'part too small');
  }
  const whole = Buffer.concat([...upload.parts, bytes]);
  if (whole.length === 0)
    throw new RegistryError(500, 'UNKNOWN', `Layers with digests '[${call.query.get('digest')}]' do not exist`);
  const digest = digestOf(whole);
  if (digest !== call.query.get('digest')) {
    const text = 'None of the provided layer digests match the calculated layer digest';
    throw new RegistryError(400, 'BLOB_UPLOAD_INVALID', text);
  }
  call.repository().blobs.set(digest, whole);
  call.uploads.delete(call.reference);
  call.entry.params.digest = digest;
  call.answer(201, { location: `/v2/${upload.repository}/blobs/${digest}`, 'docker-content-digest': digest });
}

/** The whole body. @throws RegistryError when it breaks off: the connection is gone then */
export async function bodyOf({
  request,
  entry,
}: {
  request: IncomingMessage;
  entry: { bytesIn: number };
}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      entry.bytesIn += chunk.length;
      chunks.push(chunk);
    }
  } catch {
    throw new SilentError(400, 'SIZE_INVALID', 'the body broke off');
  }
  return Buffer.concat(chunks);
}
