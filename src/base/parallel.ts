import { problemsIn } from './edge/index.ts';
import { Problems } from './problem.ts';

/** Does work on every item, at most `width` at a time. The first failure keeps further items from being begun, and is thrown. */
export async function eachOf<T>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let failed = false;
  const worker = async () => {
    for (let next = await source.next(); !next.done && !failed; next = await source.next()) {
      try {
        await work(next.value);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: width }, worker));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}

/**
 * Works on all items, whatever fails, at most so many at a time; the results in order.
 * @throws every problem at once, when all items are through; or the first bug among the failures
 */
export async function atMost<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: Promise<R>[] = [];
  await eachOf(items.entries(), limit, async ([at, item]) => {
    results[at] = work(item);
    await results[at].catch(() => {});
  });
  return [...(await together(results))];
}

/** What came of work done side by side. */
export interface SettledWork<T> {
  /** Results of what succeeded, in order. */
  readonly done: readonly T[];
  /** All problems as one error; or the first bug among the failures, as it is. */
  readonly failure: unknown;
}

/** Waits for all, side by side, whatever fails. */
export async function settle<T>(work: readonly Promise<T>[]): Promise<SettledWork<T>> {
  const settled = await Promise.allSettled(work);
  const done = settled.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
  const failures: unknown[] = settled.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  return { done, failure: failures.find((it) => !problemsIn(it)) ?? joined(failures) };
}

/**
 * Waits for all, side by side; the results in order.
 * @throws every problem at once; or the first bug among the failures, as it is.
 */
export async function together<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const { done, failure } = await settle(work);
  if (failure !== undefined) throw failure;
  return done;
}

function joined(failures: readonly unknown[]): unknown {
  const problems = failures.flatMap((failure) => problemsIn(failure) ?? []);
  return problems.length > 1 ? new Problems(problems) : problems[0];
}
