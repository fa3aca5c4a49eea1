import { together } from './problem.ts';

/**
 * Works on all items, at most so many at a time; the results in order.
 * @throws every problem at once, when all items are through; or the first bug among the failures
 */
export async function atMost<T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: Promise<R>[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) {
      results[at] = work(item);
      await results[at].catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return [...(await together(results))];
}
