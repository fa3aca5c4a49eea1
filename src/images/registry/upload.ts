import type { Readable } from 'node:stream';
import { readBody } from '../../http.ts';
import type { Call } from '../../retry.ts';
import { openContent } from '../archive/content.ts';
import { explainLost, type PushedBlob, type Send } from './client.ts';
import { RegistryRefused } from './refused.ts';

export const UPLOAD_RULES = {
  /** An attempt is given up when so long nothing moves; how long it takes in all does not matter. */
  stallMs: 60_000,
  /** A blob larger than this is sent in parts, so that a lost connection costs a part and not all. */
  partsOver: 2 ** 30,
  /** ECR wants at least 5 MiB for each part but the last. */
  partSize: 64 << 20,
} as const;

const DAY = 24 * 3600 * 1000;
/** A blob is worth more tries than a call, and may be hours under way. */
const BLOB_RULES = { attempts: 6, callMs: DAY, budgetMs: DAY };
/** A part is sent again by itself so many times; then the blob starts anew. */
const PART_TRIES = 4;

interface Wire {
  readonly send: Send;
  readonly call: Call;
  readonly arn: string;
}

/** POST, then one PUT: what containerd does, and the one way that every registry takes. A failed blob starts anew. */
export async function uploadBlob(blob: PushedBlob, { send, call, arn }: Wire): Promise<'uploaded' | 'mounted'> {
  try {
    return await call('ecr:CompleteLayerUpload', (signal) => attempt(blob, send, signal), { rules: BLOB_RULES });
  } catch (thrown) {
    throw explainLost(thrown, arn);
  }
}

async function attempt(blob: PushedBlob, send: Send, signal: AbortSignal): Promise<'uploaded' | 'mounted'> {
  const { digest, size } = blob.descriptor;
  const query = blob.mountFrom ? `?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(blob.mountFrom)}` : '';
  const begun = await moving(signal, async (watched) => {
    const path = `blobs/uploads/${query}`;
    const answer = await send(
      {
        action: 'ecr:InitiateLayerUpload',
        method: 'POST',
        path,
        headers: { 'content-length': '0' },
        expect: [201, 202],
      },
      watched,
    );
    await readBody(answer);
    return answer;
  });
  if (begun.status === 201 && blob.mountFrom) return 'mounted';
  let location = begun.headers.location ?? '';
  let from = 0;
  if (size > UPLOAD_RULES.partsOver) {
    while (size - from > UPLOAD_RULES.partSize) {
      const to = from + UPLOAD_RULES.partSize;
      location = await sendPart(blob, send, { location, from, to }, signal);
      from = to;
    }
  }
  await complete(blob, send, { location, from }, signal);
  return 'uploaded';
}

/** The last bytes, or all, and the digest that the registry is to compare. */
async function complete(blob: PushedBlob, send: Send, at: { location: string; from: number }, signal: AbortSignal) {
  const { digest, size } = blob.descriptor;
  const path = `${at.location}${at.location.includes('?') ? '&' : '?'}digest=${encodeURIComponent(digest)}`;
  await sendRange(blob, { from: at.from, to: size }, signal, async (body, watched) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': `${size - at.from}` };
    const action = 'ecr:CompleteLayerUpload';
    await readBody(await send({ action, method: 'PUT', path, headers, body, expect: [201, 204] }, watched));
  });
}

/**
 * One part, by the position that was sent: the `Range` of ECR's answers sticks at the end of the first part
 * (aws/containers-roadmap#2831). After a 416 it is believed only where it lies within the part just sent.
 */
async function sendPart(
  blob: PushedBlob,
  send: Send,
  part: { location: string; from: number; to: number },
  signal: AbortSignal,
): Promise<string> {
  let { location, from } = part;
  for (let tried = 1; ; tried++) {
    try {
      return await sendRange(blob, { from, to: part.to }, signal, async (body, watched) => {
        const headers = {
          'content-type': 'application/octet-stream',
          'content-length': `${part.to - from}`,
          'content-range': `${from}-${part.to - 1}`,
        };
        // ECR answers 201 where the specification has 202.
        const request = { action: 'ecr:UploadLayerPart', method: 'PATCH', path: location, headers, body };
        const answer = await send({ ...request, expect: [201, 202, 204, 416] }, watched);
        await readBody(answer);
        if (answer.status !== 416) return answer.headers.location ?? location;
        const stored = Number(/^(?:bytes=)?0-(\d+)$/.exec(answer.headers.range ?? '')?.[1] ?? Number.NaN) + 1;
        if (stored === part.to) return location;
        if (!(stored > from && stored < part.to)) throw stale();
        from = stored;
        throw lost();
      });
    } catch (thrown) {
      signal.throwIfAborted();
      if (tried >= PART_TRIES || thrown instanceof RegistryRefused) throw thrown;
    }
  }
}

/** Sends a range and counts what is sent; an attempt that fails takes its count back. */
async function sendRange<T>(
  { content, sent = () => {} }: PushedBlob,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
  use: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let counted = 0;
  const body = openContent(content, from, to);
  try {
    return await moving(signal, async (watched, moved) => {
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

/** Runs work that is given up when nothing moved for a while. */
async function moving<T>(
  signal: AbortSignal,
  work: (signal: AbortSignal, moved: () => void) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), UPLOAD_RULES.stallMs);
  try {
    return await work(AbortSignal.any([signal, stalled.signal]), () => timer.refresh());
  } catch (thrown) {
    throw stalled.signal.aborted ? lost() : thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** Errors that the retries take for a lost connection. */
function lost(): Error {
  return Object.assign(new Error('nothing moved'), { code: 'ETIMEDOUT' });
}

function stale(): Error {
  return Object.assign(new Error('the registry holds another part'), { code: 'ECONNRESET' });
}
