import { expect, test } from '@jest/globals';
import { HANGS, KINDS } from '../../../harness/faults/kinds.ts';
import type { Injection } from '../../../harness/faults/proxy.ts';
import { violationsIn } from './plan.ts';
import { ROLLOUTS } from './rollouts.ts';
import { runWithFaults } from './step.ts';

const LANES = 6;
/** The calls that change something; those of one row are made side by side, for targets that know nothing of each other. */
const WRITES = [
  ['lambda:PUT /2015-03-31/functions/mailer/code', 'autoscaling:StartInstanceRefresh', 'codedeploy:CreateDeployment'],
  ['lambda:POST /2015-03-31/functions/mailer/versions'],
  ['lambda:PUT /2015-03-31/functions/mailer/aliases/live'],
];

let calls: readonly string[] = [];

function all(runs: readonly (readonly Injection[])[], inputs: Record<string, string> = {}): Promise<string[]> {
  return violationsIn(
    ROLLOUTS,
    LANES,
    runs.map((injections) => ({ injections, inputs })),
  );
}

test('without faults is green and right', async () => {
  const outcome = await runWithFaults(ROLLOUTS, []);
  expect([outcome.result.errors, outcome.wrong]).toEqual([[], {}]);
  calls = [...outcome.proxy.calls];
  expect(calls.length).toBeGreaterThanOrEqual(18);
});

test('every kind at every call, once in one run', async () => {
  const kinds = Object.keys(KINDS).filter((kind) => !HANGS.has(kind));
  expect(await all(kinds.map((kind) => [{ kind, times: 'once' as const }]))).toEqual([]);
}, 240_000);

test('every kind at every write, always', async () => {
  const runs = Object.keys(KINDS)
    .filter((kind) => !HANGS.has(kind))
    .flatMap((kind) =>
      WRITES.map((row) =>
        calls.filter((call) => row.includes(call)).map((call) => ({ call, kind, times: 'always' as const })),
      ),
    )
    .filter((injections) => injections.length > 0);
  expect(runs.length).toBeGreaterThan(20);
  expect(await all(runs, { 'retry-max-attempts': '2' })).toEqual([]);
}, 600_000);

test('a call that hangs for good, at every sixth call of each kind', async () => {
  const runs = [...HANGS].flatMap((kind, shift) =>
    calls.filter((_, at) => (at + shift) % 6 === 0).map((call) => [{ call, kind, times: 'always' as const }]),
  );
  expect(runs.length).toBeGreaterThan(20);
  expect(await all(runs, { 'retry-max-attempts': '2', 'action-timeout-s': '6' })).toEqual([]);
}, 600_000);
