import { type HttpAnswer, readBody } from '../../base/http.ts';
import { digestOf } from '../model/descriptor.ts';
import type { Descriptor } from '../model/image.ts';
import type { RegistryWire } from './repository.ts';
import { BLOB_RULES, verdictOfRegistry as classify } from './retryable.ts';
import { REDIRECTS } from './send.ts';
import { unlessStalled } from './stall.ts';

const MAX_CONFIG = 8 << 20;

/** A read that only saves compressing again is not worth many tries. */
const READ_RULES = { ...BLOB_RULES, attempts: 3 };

export async function hasBlob({ digest, size }: Descriptor, { call, send }: RegistryWire): Promise<boolean> {
  const action = 'ecr:BatchCheckLayerAvailability';
  const head = async (signal: AbortSignal) => {
    const request = { action, method: 'HEAD', path: `blobs/${digest}` };
    // ECR Public answers with a redirect to where the blob lies: then it is there.
    const answer = await send({ ...request, expect: [200, ...REDIRECTS, 404] }, signal);
    await readBody(answer);
    return answer;
  };
  const { status, headers } = await call(action, head, { asked: { digest }, classify });
  const length = status === 200 ? headers['content-length'] : undefined;
  return status !== 404 && (length === undefined || Number(length) === size);
}

export async function readBlob<T>(
  { digest, size }: Descriptor,
  use: (chunks: AsyncIterable<Buffer>) => Promise<T>,
  wire: RegistryWire,
): Promise<T> {
  const read = (signal: AbortSignal) =>
    unlessStalled(signal, wire.rules.stallMs, async (watched, moved) => {
      const answer = await getBlob(digest, wire, { signal: watched });
      return { digest, value: await use(sliced(answer, { from: 0, to: size + 1, moved })) };
    });
  // The caller compares the content: one that does not match the digest is a finding, not a lost connection.
  const how = { rules: READ_RULES, asked: { digest }, classify };
  return (await wire.call('ecr:GetDownloadUrlForLayer', read, how)).value;
}

export async function probeBlob({ digest, size }: Descriptor, wire: RegistryWire): Promise<void> {
  if (size === 0) return;
  const probe = async (signal: AbortSignal) => {
    const answer = await getBlob(digest, wire, { signal, range: [0, 1] });
    for await (const _ of sliced(answer, { from: 0, to: 1 }));
    return { digest };
  };
  await wire.call('ecr:GetDownloadUrlForLayer', probe, { asked: { digest }, classify });
}

export async function openBlob(
  { digest, size }: Descriptor,
  { from, to }: { readonly from: number; readonly to: number },
  wire: RegistryWire,
): Promise<AsyncIterable<Buffer>> {
  const { signal } = new AbortController();
  const isPart = from > 0 || to < size;
  return sliced(await getBlob(digest, wire, { signal, ...(isPart ? { range: [from, to] } : {}) }), { from, to });
}

export async function readConfig({ digest }: Descriptor, wire: RegistryWire): Promise<Buffer> {
  const read = async (signal: AbortSignal) => {
    const bytes = await readBody(await getBlob(digest, wire, { signal }), MAX_CONFIG);
    return { bytes, digest: digestOf(bytes) };
  };
  return (await wire.call('ecr:GetDownloadUrlForLayer', read, { asked: { digest }, classify })).bytes;
}

/** @param range from, to; `to` is exclusive. A server may give all of it nevertheless */
function getBlob(
  digest: string,
  { get }: RegistryWire,
  { signal, range }: { readonly signal: AbortSignal; readonly range?: readonly [number, number] },
): Promise<HttpAnswer> {
  const headers: Record<string, string> = range ? { range: `bytes=${range[0]}-${range[1] - 1}` } : {};
  return get({ action: 'ecr:GetDownloadUrlForLayer', path: `blobs/${digest}`, headers }, signal);
}

interface Slice {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** Called as it arrives. */
  readonly moved?: () => void;
}

/** The range that was asked for, also of an answer that is the whole. */
async function* sliced({ status, body }: HttpAnswer, { from, to, moved }: Slice): AsyncGenerator<Buffer> {
  let skip = status === 206 ? 0 : from;
  let left = to - from;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    moved?.();
    const part = chunk.subarray(skip, skip + left);
    skip = Math.max(0, skip - chunk.length);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left <= 0) break;
  }
}
