import { expect, test } from '@jest/globals';
import { makePace } from '../../../src/images/registry/pace.ts';

test('a burst goes through at once, what is more has to wait, and each registry has a bucket of its own', async () => {
  const pace = makePace();
  const stop = new AbortController();
  const passed: string[] = [];
  const call = (host: string) =>
    pace(host, stop.signal).then(
      () => passed.push(host),
      () => {},
    );
  const calls = [...Array.from({ length: 12 }, () => call('a')), call('b')];
  // Everything that need not wait for a timer.
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  expect(passed.filter((host) => host === 'a')).toHaveLength(10);
  expect(passed.filter((host) => host === 'b')).toHaveLength(1);
  stop.abort();
  await Promise.all(calls);
});
