import { appendFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { HANGS, KINDS } from '../../../harness/faults/kinds.ts';
import type { Injection } from '../../../harness/faults/proxy.ts';
import { atMost } from '../../../src/base/parallel.ts';
import { faultsOf, groupsOf, type Run, violations } from './plan.ts';
import { type Outcome, PARTS, runWithFaults, type Scenario, WHOLE } from './step.ts';
import { type Row, rowsOf, rowsOfPage, writeTable } from './table.ts';

/** Steps side by side: most of them wait. */
const LANES = Number(process.env.FAULTS_LANES ?? 10);
/** Every how many groups of calls one is broken for good, other groups with each kind; FAULTS_EVERY=1 takes them all. */
const EVERY = Number(process.env.FAULTS_EVERY ?? 8);
/** A step that hangs is ended by this. */
const SOON = { 'action-timeout-s': '3' };
/** All of them take a quarter of an hour and more. */
const PATIENCE = EVERY < 8 ? 3_600_000 : 600_000;
const ONE_MORE = { 'retry-max-attempts': '2' };

const kinds = Object.keys(KINDS).filter(
  (kind) => !process.env.FAULTS_KINDS || process.env.FAULTS_KINDS.split(',').includes(kind),
);
/** What became of one fault at each request of a whole step. */
const once = new Map<string, Row>();
const tally = new Map<string, { injected: number; right: number; told: number }>();

/** Runs them all; what must not be, with what it takes to see it again. */
async function all(scenario: Scenario, runs: readonly Run[]): Promise<string[]> {
  const found = await atMost(LANES, runs, async ({ injections, inputs }) => {
    const outcome = await runWithFaults(scenario, injections, inputs);
    count(injections, outcome, scenario);
    const faults = faultsOf(injections);
    const never = violations(outcome).map((text) => `${faults}: ${text}`);
    note(never.length > 0 ? never.join('\n') : `fine: ${outcome.result.code} ${faults}`);
    return never;
  });
  return found.flat();
}

/** For who watches the runs: FAULTS_LOG names a file. */
function note(line: string): void {
  if (process.env.FAULTS_LOG) appendFileSync(process.env.FAULTS_LOG, `${line}\n`);
}

function count([injection]: readonly Injection[], { injected, result }: Outcome, scenario: Scenario): void {
  const { kind, times } = injection!;
  const before = tally.get(kind) ?? { injected: 0, right: 0, told: 0 };
  const [right, told] = result.code === 0 ? [injected, 0] : [0, injected];
  tally.set(kind, { injected: before.injected + injected, right: before.right + right, told: before.told + told });
  if (times === 'always' || scenario !== WHOLE) return;
  const row = once.get(kind) ?? { kind, requests: 0, isGreen: true };
  once.set(kind, { kind, requests: row.requests + injected, isGreen: row.isGreen && result.code === 0 });
}

describe.each([
  ['a whole step', WHOLE, 40],
  ['an upload in parts', PARTS, 12],
] as const)('%s', (_name, scenario, atLeast) => {
  let calls: readonly string[] = [];

  test('without faults is green and right, and its calls are known', async () => {
    const outcome = await runWithFaults(scenario, []);
    expect([outcome.result.errors, outcome.wrong]).toEqual([[], {}]);
    calls = [...outcome.proxy.calls];
    expect(calls.length).toBeGreaterThanOrEqual(atLeast);
  });

  test('every kind at every call, once in one run', async () => {
    const quick = kinds.filter((kind) => !HANGS.has(kind));
    const runs = quick.map((kind): Run => ({ injections: [{ kind, times: 'once' }], inputs: {} }));
    expect(await all(scenario, runs)).toEqual([]);
  }, 240_000);

  test(
    'every kind at every call, always',
    async () => {
      const groups = groupsOf(calls);
      const runs = kinds.flatMap((kind, shift) =>
        groups
          .filter((_, at) => (at + shift) % EVERY === 0)
          .map(
            (group): Run => ({
              injections: group.map((call) => ({ call, kind, times: 'always' as const })),
              inputs: { ...ONE_MORE, ...(HANGS.has(kind) ? SOON : { 'action-timeout-s': '60' }) },
            }),
          ),
      );
      expect(await all(scenario, runs)).toEqual([]);
    },
    PATIENCE,
  );
});

test('a call that hangs once is tried again', async () => {
  const runs = [
    'github:token',
    'sts:AssumeRoleWithWebIdentity',
    'ssm:GetParameters',
    's3:PUT /shop-site/index.html',
    'cloudfront:POST',
    'registry:GET shop/manifests/1',
    'ecs:DescribeServices',
  ].flatMap((call) => [...HANGS].map((kind): Run => ({ injections: [{ call, kind, times: 'once' }], inputs: {} })));
  expect(await all(WHOLE, runs)).toEqual([]);
}, 240_000);

test('the table of docs/threat-model.md is what came of it', () => {
  const rows = [...once.values()];
  if (process.env.FAULTS_TABLE === 'write') writeTable(rows);
  expect(Object.fromEntries(rowsOfPage())).toEqual(Object.fromEntries(rowsOf(rows)));
});

test('more than 1,000 faults in all', () => {
  const sum = [...tally.values()].reduce((total, { injected }) => total + injected, 0);
  note(
    [...tally]
      .map(([kind, { injected, right, told }]) => `${kind}: ${injected}, ${right} in green steps, ${told} in told ones`)
      .join('\n'),
  );
  expect(sum).toBeGreaterThan(1_000);
});
