// `npm run bench:matrix`: the table "Matrix builds" of docs/performance.md.
import type { RetryRules } from '../../src/base/retry.ts';
import { QUOTAS, SCENARIOS, SDK_DEFAULT } from './scenarios.ts';
import { type MatrixResult, simulate } from './simulation.ts';

const JOBS = 256;
const SEEDS = Array.from({ length: 30 }, (_, seed) => seed + 1);

console.log('| each job has | retries | jobs that fail | last job ends after | requests | throttled requests |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [name, calls] of Object.entries(SCENARIOS)) {
  for (const [who, rules] of [
    ['this action', undefined],
    ["the SDK's default", SDK_DEFAULT],
  ] as const) {
    const runs = await runAll(calls, rules);
    const failed = (100 * mean(runs, (run) => run.failedJobs)) / JOBS;
    const cells = [name, who, `${failed.toFixed(1)} %`, `${mean(runs, (run) => run.seconds).toFixed(1)} s`];
    const counts = [mean(runs, (run) => run.requests), mean(runs, (run) => run.throttled)].map((it) => it.toFixed(0));
    console.log(`| ${[...cells, ...counts].join(' | ')} |`);
  }
}

async function runAll(calls: (typeof SCENARIOS)[string], rules: Partial<RetryRules> | undefined) {
  const runs: MatrixResult[] = [];
  for (const seed of SEEDS) {
    runs.push(
      await simulate({ jobs: JOBS, startSeconds: 1, calls, quotas: QUOTAS, seed, ...(rules ? { rules } : {}) }),
    );
  }
  return runs;
}

function mean(runs: readonly MatrixResult[], of: (run: MatrixResult) => number): number {
  return runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
}
