export interface Deadline {
  readonly signal: AbortSignal;
  /** Rejects with the signal's reason when it is aborted. */
  readonly passed: Promise<never>;
  /** Nothing is aborted any more. */
  end(): void;
}

/**
 * Aborted after this time, or with another signal. `AbortSignal.any` and `timeout` would keep each of thousands of requests in
 * memory until its deadline, also when it has long been answered.
 */
export function deadlineOf(ms: number, signal: AbortSignal): Deadline {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new NoAnswer(ms)), ms);
  signal.addEventListener('abort', stop);
  const passed = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  passed.catch(() => {});
  return {
    signal: controller.signal,
    passed,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

/** An attempt whose deadline passed. */
export class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s`);
  }
}
