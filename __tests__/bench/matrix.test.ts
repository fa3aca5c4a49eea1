import { expect, test } from '@jest/globals';
import { QUOTAS, SCENARIOS, SDK_DEFAULT } from '../../bench/matrix/scenarios.ts';
import { simulate } from '../../bench/matrix/simulation.ts';

const matrix = { jobs: 256, startSeconds: 1, quotas: QUOTAS, seed: 7 };

test.each(Object.entries(SCENARIOS))('256 jobs, each with %s: none fails', async (_, calls) => {
  expect(await simulate({ ...matrix, calls })).toMatchObject({ failedJobs: 0 });
});

test.each(Object.entries(SCENARIOS))("256 jobs, each with %s: the SDK's default fails many", async (_, calls) => {
  const { failedJobs } = await simulate({ ...matrix, calls, rules: SDK_DEFAULT });
  expect(failedJobs).toBeGreaterThan(64);
});

test('the quotas are what refuses: without them nothing is throttled, and no request is sent twice', async () => {
  const calls = SCENARIOS['50 parameters'] ?? [];
  expect(await simulate({ ...matrix, quotas: {}, calls })).toMatchObject({ throttled: 0, requests: 256 * 6 });
});
