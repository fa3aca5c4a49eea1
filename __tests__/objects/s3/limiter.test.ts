import { describe, expect, test } from '@jest/globals';
import { makeLimiter } from '../../../src/objects/s3/limiter.ts';

describe('the limiter', () => {
  test('grows with what succeeds, halves once for what is refused together, and holds the bytes', async () => {
    const limiter = makeLimiter({ start: 4, most: 8, bytes: 100 });
    for (let n = 0; n < 10; n++) limiter.succeeded();
    expect(limiter.limit).toBe(8);
    for (let n = 0; n < 5; n++) limiter.throttled();
    expect(limiter.limit).toBe(4);

    const order: string[] = [];
    const first = await limiter.take(80);
    const second = limiter.take(30).then((release) => {
      order.push('second');
      return release;
    });
    const third = limiter.take(0).then((release) => {
      order.push('third');
      return release;
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first();
    first();
    (await second)();
    (await third)();
    expect(order).toEqual(['second', 'third']);
    const alone = await limiter.take(1_000);
    alone();
  });
});
