import { expect, test } from '@jest/globals';
import type { Clock } from '../../../src/base/clock.ts';
import { waitFor } from '../../../src/objects/apply/wait.ts';

/** A look that gets no answer. */
const LOST = 'lost';

/** Waits for something whose states these are, the last one for good, on a clock that only sleeping moves. */
async function wait(states: readonly (string | undefined)[]) {
  let now = 0;
  const said: string[] = [];
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => now,
    random: () => 0,
    sleep: async (ms) => {
      pauses.push(ms);
      now += ms;
    },
  };
  let asked = 0;
  const waiting = waitFor(
    {
      what: 'invalidation I1',
      input: 'cloudfront-wait',
      ask: async () => {
        const state = states[Math.min(asked++, states.length - 1)];
        if (state === LOST) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
        return state;
      },
      pausesMs: [1_000, 2_000, 4_000, 8_000, 15_000],
      deadlineMs: 600_000,
      fix: 'look at it',
    },
    { runner: { info: (line) => said.push(line) }, signal: new AbortController().signal },
    clock,
  );
  const thrown = await waiting.then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return { thrown, said, pauses, now, asked };
}

test('ends when it has ended, and says what it waits for', async () => {
  const { thrown, said, pauses } = await wait(['InProgress', 'InProgress', 'InProgress', 'InProgress', undefined]);
  expect(thrown).toBeUndefined();
  expect(said).toEqual(['Waiting for invalidation I1, at most 10 minutes (cloudfront-wait): InProgress']);
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
});

test('what has ended already is not waited for', async () => {
  expect(await wait([undefined])).toMatchObject({ thrown: undefined, said: [], pauses: [], asked: 1 });
});

test('ends at its deadline, with what to do, and says so every half minute until then', async () => {
  const { thrown, said, now } = await wait(['InProgress']);
  expect(thrown).toMatch(/Input cloudfront-wait: invalidation I1 did not end within 10 minutes \(InProgress\)/);
  expect(now).toBeLessThanOrEqual(600_000);
  expect(said.length).toBeGreaterThan(15);
});

test('a look that got no answer is made again', async () => {
  const { thrown, said } = await wait(['InProgress', LOST, undefined]);
  expect(thrown).toBeUndefined();
  expect(said).toContain('No answer while waiting for invalidation I1; asking again');
});
