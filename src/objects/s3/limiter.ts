/** How much may be under way at a time. */
export interface RequestLimits {
  /** Requests at the beginning, and at the most. */
  readonly start: number;
  readonly most: number;
  /** Bytes of bodies that are held in memory. */
  readonly bytes: number;
}

/**
 * 64 MiB of bodies and 96 requests keep the process below 200 MB, and both ends busy while answers take 30 ms (docs/performance.md); more
 * requests bring nothing to one prefix, which S3 lets have 3,500 a second. https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
 */
export const HOUSE_LIMITS: RequestLimits = { start: 32, most: 96, bytes: 64 << 20 };

/** Gives back what `take` gave. */
export type ReleaseSlot = () => void;

/**
 * Lets so many requests be under way as the server takes: one more for each that succeeds, up to the most; half as many when it
 * says 503 SlowDown, then growing slowly.
 */
export interface Limiter {
  /** Waits for room for a request with a body of so many bytes; first come, first served. A larger one waits to be alone. */
  take(bytes: number): Promise<ReleaseSlot>;
  succeeded(): void;
  throttled(): void;
  /** How many requests may be under way now. */
  readonly limit: number;
}

export function makeLimiter({ start, most, bytes: mostBytes }: RequestLimits): Limiter {
  let limit = start;
  let hurried = true;
  let [active, bytesActive] = [0, 0];
  let sinceThrottle = Number.POSITIVE_INFINITY;
  const waiting: { bytes: number; enter: (release: ReleaseSlot) => void }[] = [];
  let first = 0;

  const admit = () => {
    for (;;) {
      const next = waiting[first];
      if (!next || active >= Math.floor(limit)) return;
      if (active > 0 && bytesActive + next.bytes > mostBytes) return;
      first++;
      if (first > 1_000) {
        waiting.splice(0, first);
        first = 0;
      }
      active++;
      bytesActive += next.bytes;
      let held = true;
      next.enter(() => {
        if (!held) return;
        held = false;
        active--;
        bytesActive -= next.bytes;
        admit();
      });
    }
  };
  return {
    get limit() {
      return Math.floor(limit);
    },
    take: (bytes) =>
      new Promise((enter) => {
        waiting.push({ bytes, enter });
        admit();
      }),
    succeeded: () => {
      sinceThrottle++;
      limit = Math.min(most, limit + (hurried ? 1 : 1 / limit));
    },
    throttled: () => {
      hurried = false;
      // Requests that were under way together are refused together: that is one sign, not many.
      if (sinceThrottle >= limit / 2) limit = Math.max(1, limit / 2);
      sinceThrottle = 0;
    },
  };
}
