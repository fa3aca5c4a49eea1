import type { IncomingMessage, ServerResponse } from 'node:http';

/** What goes wrong. */
export type FaultKind =
  /** The service's own throttling answer. */
  | 'throttle'
  /** An answer with `status` (500 when left out), `code` and `message`. */
  | 'status'
  /** The connection is cut before anything is read. */
  | 'reset'
  /** The connection is cut after half of the request's body. */
  | 'reset-body'
  /** Nothing is ever answered. */
  | 'hang'
  /** The true answer, cut off in mid-body: what was asked for has been done. */
  | 'truncate'
  /** The caller's session ends now. */
  | 'expire'
  /** No failure: something else happens (`does`) between the request and its answer. */
  | 'meanwhile';

export interface Fault {
  readonly kind: FaultKind;
  readonly service?: string;
  readonly action?: string;
  /** Hits only the n-th such call, counted from 1. */
  readonly nth?: number;
  /** Hits at most this many times. */
  readonly times?: number;
  /** Hits with this probability, 0 to 1, drawn from the seeded series. */
  readonly probability?: number;
  readonly status?: number;
  readonly code?: string;
  readonly message?: string;
  /** Of `meanwhile`: another writer at work, a change of settings, a process that is killed. */
  readonly does?: () => unknown;
}

/** A plan of failures, the same in each run with the same seed and order of calls. */
export interface Faults {
  add(...faults: Fault[]): void;
  clear(): void;
  /** The fault that hits this call, if any; counts the call. */
  next(service: string, action: string): Fault | undefined;
}

export function makeFaults(seed = 1): Faults {
  let planned: { fault: Fault; seen: number; hits: number }[] = [];
  const random = mulberry32(seed);
  return {
    add: (...faults) => {
      planned.push(...faults.map((fault) => ({ fault, seen: 0, hits: 0 })));
    },
    clear: () => {
      planned = [];
    },
    next: (service, action) => {
      let hit: Fault | undefined;
      for (const plan of planned) {
        const { fault } = plan;
        if (fault.service !== undefined && fault.service !== service) continue;
        if (fault.action !== undefined && fault.action !== action) continue;
        plan.seen++;
        const due = (fault.nth ?? plan.seen) === plan.seen && plan.hits < (fault.times ?? Number.POSITIVE_INFINITY);
        if (hit || !due || (fault.probability !== undefined && random() >= fault.probability)) continue;
        plan.hits++;
        hit = fault;
      }
      return hit;
    },
  };
}

/** Lets happen what does without an answer. Returns whether it cut the connection. */
export async function cutConnection(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (fault.kind === 'meanwhile') await fault.does?.();
  if (fault.kind === 'hang') {
    request.resume();
    return true;
  }
  if (fault.kind === 'reset-body') {
    const half = Number(request.headers['content-length'] ?? 2) / 2;
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size >= half) break;
    }
  }
  if (fault.kind !== 'reset' && fault.kind !== 'reset-body') return false;
  response.socket?.resetAndDestroy();
  return true;
}

/** A small seeded generator (mulberry32, public domain): equal seeds give equal series on every machine. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
