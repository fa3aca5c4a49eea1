import { describe, expect, test } from '@jest/globals';
import { HANGS, KINDS } from '../../../harness/faults/kinds.ts';
import { MACHINES } from './machines.ts';
import { type Run, violationsIn } from './plan.ts';
import { runWithFaults } from './step.ts';

const LANES = 8;
/** Every how many pairs of a call and a kind one is taken; FAULTS_EVERY=1 takes them all. */
const EVERY = Number(process.env.FAULTS_EVERY ?? 16);
const kinds = Object.keys(KINDS);

describe.each(Object.entries(MACHINES))('%s', (_name, scenario) => {
  let calls: readonly string[] = [];

  test('without faults is green and right, and its calls are known', async () => {
    const outcome = await runWithFaults(scenario, []);
    expect([outcome.result.errors, outcome.wrong]).toEqual([[], {}]);
    calls = [...outcome.proxy.calls];
    expect(calls.length).toBeGreaterThanOrEqual(2);
  });

  test('every kind, once at every call in one run and for good at some', async () => {
    const once = kinds
      .filter((kind) => !HANGS.has(kind))
      .filter((_, at) => at % Math.min(EVERY, 2) === 0)
      .map((kind): Run => ({ injections: [{ kind, times: 'once' }], inputs: {} }));
    const always = calls.flatMap((call, shift) =>
      kinds
        .filter((_, at) => (at + shift) % EVERY === 0)
        .map(
          (kind): Run => ({
            injections: [{ call, kind, times: 'always' }],
            inputs: { 'retry-max-attempts': '2', 'action-timeout-s': HANGS.has(kind) ? '3' : '60' },
          }),
        ),
    );
    expect(await violationsIn(scenario, LANES, [...once, ...always])).toEqual([]);
  }, 1_200_000);
});
