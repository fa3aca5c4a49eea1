/** Runs work, and gives it up when nothing has moved for a while. */
export async function unlessStalled<T>(
  signal: AbortSignal,
  stallMs: number,
  work: (signal: AbortSignal, moved: () => void) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), stallMs);
  try {
    return await work(AbortSignal.any([signal, stalled.signal]), () => timer.refresh());
  } catch (thrown) {
    throw stalled.signal.aborted ? lost() : thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** An error that the retries treat as a lost connection. */
export function lost(): Error {
  return Object.assign(new Error('nothing moved'), { code: 'ETIMEDOUT' });
}
