import { Problem } from './problem.ts';
import { STOPPING_MS } from './timeouts.ts';

/**
 * A signal that is aborted when the job is cancelled. The runner sends SIGINT, after 7.5 s SIGTERM, and kills 2.5 s later:
 * enough to abort what is under way. A second signal changes nothing: the clean-up goes on.
 * @param timeoutSeconds also aborts after this time; 0 means never
 */
export function stopSignal(timeoutSeconds = 0): AbortSignal {
  const controller = new AbortController();
  const stop = (what: string, fix?: string) => controller.abort(new Problem({ what, fix }));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stop(`the step was cancelled (${name})`));
  if (timeoutSeconds > 0) {
    setTimeout(
      () =>
        stop(
          `the step took longer than action-timeout-s: ${timeoutSeconds} s`,
          'raise action-timeout-s, or leave it out',
        ),
      timeoutSeconds * 1000,
    ).unref();
  }
  return controller.signal;
}

/** Ends the process of a step that was told to stop, also where something does not heed the signal. @param report says why */
export function endAtLast(stop: AbortSignal, report: () => void): void {
  const end = () => {
    report();
    endNow(1);
  };
  stop.addEventListener('abort', () => setTimeout(end, STOPPING_MS).unref(), { once: true });
}

/** Ends the process, whatever is under way; without a code, with the one that is set. */
export function endNow(code = process.exitCode): void {
  // Threads that wait in the file system (a pipe that nobody writes to) keep a process from exiting in an orderly way.
  if (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) process.kill(process.pid, 'SIGKILL');
  process.exit(code);
}
