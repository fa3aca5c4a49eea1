import type { SessionCredentials } from '../aws/session.ts';
import type { Credentials } from './sts/sts.ts';

/** The SDK, too, renews five minutes before the end. */
const MARGIN_MS = 5 * 60_000;

/**
 * Credentials that sign in again when they are about to end, or when AWS said that they have ended. Callers at the same time
 * share one sign-in. If a renewal fails while the old ones are still valid, those are returned.
 */
export function renewing(
  first: Credentials,
  again: () => Promise<Credentials>,
  now: () => number = Date.now,
): SessionCredentials {
  let held = first;
  let since = now();
  let renewal: Promise<Credentials> | undefined;
  const renew = () => {
    renewal ??= again()
      .then((fresh) => {
        held = fresh;
        since = now();
        return fresh;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  };
  const provide = async () => {
    const left = (held.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - now();
    if (left > MARGIN_MS) return held;
    return renew().catch((error: unknown) => {
      if (left > 0) return held;
      throw error;
    });
  };
  return Object.assign(provide, {
    memoized: true as const,
    // Requests that were sent side by side fail side by side: only the first of them discards what is held.
    forget: (gotBefore: number) => {
      if (since <= gotBefore) held = { ...held, expiration: new Date(0) };
    },
  });
}
