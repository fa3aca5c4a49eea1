import type { Readable } from 'node:stream';
import { allowing } from '../../aws/denied.ts';
import type { HeldDigest } from '../../aws/proof.ts';
import { networkProblem } from '../../base/edge/network.ts';
import { type HttpAnswer, readBody } from '../../base/http.ts';
import { Problem, type ProblemDetails } from '../../base/problem.ts';
import { shapeOf } from '../../base/retryable.ts';
import { UPLOAD_IDLE_MS } from '../../base/timeouts.ts';
import { openContent } from '../model/content.ts';
import type { Descriptor } from '../model/image.ts';
import { hasBlob } from './blobs.ts';
import { PUSHING, RegistryRefused } from './denied.ts';
import type { PushedBlob, RegistryWire, UploadRules } from './repository.ts';
import { BLOB_RULES, verdictOfRegistry, verdictOfUpload } from './retryable.ts';
import { lost, unlessStalled } from './stall.ts';

export const UPLOAD_RULES: UploadRules = { stallMs: UPLOAD_IDLE_MS, partsOver: 2 ** 30, partSize: 64 << 20 };

/** ECR closes the connection on a role that may not upload (aws/containers-roadmap#1970): more tries would not help it. */
const BEGIN_TRIES = 4;
/** A part is sent again by itself so many times; then the blob starts again. */
const PART_TRIES = 4;

/** POST, then one PUT: what containerd does, and the one way that every registry takes. A failed blob starts again. */
export async function uploadBlob(blob: PushedBlob, wire: RegistryWire): Promise<'uploaded' | 'mounted'> {
  const { digest } = blob.descriptor;
  const sent = await wire.call('ecr:CompleteLayerUpload', (signal) => counted(blob, wire, signal), {
    rules: BLOB_RULES,
    asked: { digest },
    classify: verdictOfUpload,
  });
  return sent.how;
}

/** How a blob came to be there, and the digest that the registry says it has. */
interface SentBlob extends HeldDigest {
  readonly how: 'uploaded' | 'mounted';
}

/** An attempt that fails takes back what it counted as sent. */
async function counted(blob: PushedBlob, wire: RegistryWire, signal: AbortSignal): Promise<SentBlob> {
  let sum = 0;
  const sent = (bytes: number) => {
    sum += bytes;
    blob.sent?.(bytes);
  };
  try {
    return await attempt({ ...blob, sent }, wire, signal);
  } catch (thrown) {
    sent(-sum);
    throw thrown;
  }
}

async function attempt(blob: PushedBlob, wire: RegistryWire, signal: AbortSignal): Promise<SentBlob> {
  const { rules } = wire;
  const { size } = blob.descriptor;
  const begun = await beginOrMount(blob, wire);
  if (begun.status === 201 && blob.mountFrom)
    return { how: 'mounted', digest: await heldBy(wire, begun, blob.descriptor) };
  let location = begun.headers.location ?? '';
  let from = 0;
  if (size > rules.partsOver) {
    while (size - from > rules.partSize) {
      const to = from + rules.partSize;
      location = await sendPart({ blob, wire }, { location, from, to }, signal);
      from = to;
    }
  }
  const completed = await complete({ blob, wire }, { location, from }, signal);
  return { how: 'uploaded', digest: await heldBy(wire, completed, blob.descriptor) };
}

/**
 * A mount saves time: where the registry refuses it, the blob is uploaded. Registries that know it say so with 202; others, and those that
 * do not let the user read the other repository, with an error (google/go-containerregistry#1404, oras-project/oras#1892).
 */
async function beginOrMount({ mountFrom, descriptor }: PushedBlob, wire: RegistryWire): Promise<HttpAnswer> {
  if (!mountFrom) return begin('', wire);
  try {
    return await begin(`?mount=${encodeURIComponent(descriptor.digest)}&from=${encodeURIComponent(mountFrom)}`, wire);
  } catch (thrown) {
    if (!(thrown instanceof RegistryRefused) || thrown.status === 429) throw thrown;
    return begin('', wire);
  }
}

/** What the registry says that it holds now; where it does not, it is asked. */
async function heldBy(
  wire: RegistryWire,
  { headers }: HttpAnswer,
  descriptor: Descriptor,
): Promise<string | undefined> {
  const said = headers['docker-content-digest'];
  if (said) return String(said);
  return (await hasBlob(descriptor, wire)) ? descriptor.digest : undefined;
}

/** Opens an upload. @throws Problem naming the permission, when ECR closes the connection again and again */
async function begin(query: string, { send, call, arn, rules }: RegistryWire): Promise<HttpAnswer> {
  const action = 'ecr:InitiateLayerUpload';
  const headers = { 'content-length': '0' };
  const request = { action, method: 'POST', path: `blobs/uploads/${query}`, headers, expect: [201, 202] };
  let closed = 0;
  const classify = (error: unknown) => {
    if (shapeOf(error).code !== 'ECONNRESET') return verdictOfRegistry(error);
    closed++;
    return closed < BEGIN_TRIES ? 'transient' : 'fatal';
  };
  const post = async (signal: AbortSignal) => {
    const answer = await send(request, signal);
    await readBody(answer);
    return answer;
  };
  try {
    return await call(action, post, { classify, isPart: true, rules: { callMs: rules.stallMs } });
  } catch (thrown) {
    const problem = closed === 0 ? undefined : (networkProblem(thrown, { what: action }) ?? thrown);
    if (!(problem instanceof Problem)) throw thrown;
    const closedProblem = new Problem(closedAtBegin(problem, arn));
    // Before that many tries, the blob as a whole is tried again as after any lost connection.
    throw closed < BEGIN_TRIES ? Object.assign(closedProblem, { code: 'ECONNRESET' }) : closedProblem;
  }
}

/** The plan has seen the repository: what is left is the permission, or the network. */
function closedAtBegin({ details }: Problem, arn: string): ProblemDetails {
  return {
    ...details,
    on: arn,
    why: `${details.why ? `${details.why}; ` : ''}ECR closes the connection where ecr:InitiateLayerUpload is not allowed, or the repository is missing`,
    fix: `see that the repository exists, and ${details.fix}; or ${allowing({ needed: [{ actions: PUSHING, resources: [arn] }] })}`,
  };
}

/** The last bytes, or all, and the digest that the registry is to compare. */
async function complete(
  { blob, wire }: { readonly blob: PushedBlob; readonly wire: RegistryWire },
  at: { location: string; from: number },
  signal: AbortSignal,
) {
  const { digest, size } = blob.descriptor;
  const path = `${at.location}${at.location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  return sendRange({ blob, wire, from: at.from, to: size }, signal, async (body, watched) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': `${size - at.from}` };
    const action = 'ecr:CompleteLayerUpload';
    const answer = await wire.send({ action, method: 'PUT', path, headers, body, expect: [201, 204] }, watched);
    await readBody(answer);
    return answer;
  });
}

/**
 * One part, by the position that was sent: the `Range` of ECR's answers sticks at the end of the first part
 * (aws/containers-roadmap#2831). After a 416 it is believed only where it lies within the part just sent.
 */
async function sendPart(
  { blob, wire }: { readonly blob: PushedBlob; readonly wire: RegistryWire },
  part: { location: string; from: number; to: number },
  signal: AbortSignal,
): Promise<string> {
  let { location, from } = part;
  const { send, call } = wire;
  const attempt = (within: AbortSignal) =>
    sendRange({ blob, wire, from, to: part.to }, within, async (body, watched) => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': `${part.to - from}`,
        'content-range': `${from}-${part.to - 1}`,
      };
      // ECR answers 201 where the specification has 202.
      const request = { action: 'ecr:UploadLayerPart', method: 'PATCH', path: location, headers, body };
      const answer = await send({ ...request, expect: [201, 202, 204, 416] }, watched);
      await readBody(answer);
      if (answer.status !== 416) return { location: answer.headers.location ?? location };
      const stored = Number(/^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '')?.[1] ?? Number.NaN) + 1;
      if (stored === part.to) return { location };
      if (!(stored > from && stored < part.to)) throw stale();
      from = stored;
      throw lost();
    });
  // What the registry refused is not sent again by itself.
  const classify = (error: unknown) => (error instanceof RegistryRefused ? 'fatal' : 'transient');
  const how = { signal, classify, isPart: true, rules: { ...BLOB_RULES, attempts: PART_TRIES } } as const;
  try {
    ({ location } = await call('ecr:UploadLayerPart', attempt, how));
    return location;
  } catch (thrown) {
    signal.throwIfAborted();
    // The blob as a whole may be worth another try.
    throw (thrown instanceof Problem && thrown.details.cause) || thrown;
  }
}

/** Sends a range and counts what is sent; one that fails takes its count back, since it is sent again by itself. */
async function sendRange<T>(
  { blob, wire, from, to }: { blob: PushedBlob; wire: RegistryWire; from: number; to: number },
  signal: AbortSignal,
  use: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { content, sent = () => {} } = blob;
  let counted = 0;
  const body = openContent(content, from, to);
  try {
    return await unlessStalled(signal, wire.rules.stallMs, async (watched, moved) => {
      body.on('data', (chunk: Buffer) => {
        moved();
        counted += chunk.length;
        sent(chunk.length);
      });
      body.pause();
      return await use(body, watched);
    });
  } catch (thrown) {
    sent(-counted);
    throw thrown;
  } finally {
    body.destroy();
  }
}

function stale(): Error {
  return Object.assign(new Error('the registry holds another part'), { code: 'ECONNRESET' });
}
