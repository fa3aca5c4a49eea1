import { together } from './problem.ts';

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
