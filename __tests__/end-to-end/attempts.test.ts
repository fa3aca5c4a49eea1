import { expect, test } from '@jest/globals';
import { PARTS, runWithFaults, WHOLE } from '../long/faults/step.ts';

/** What is set for retries holds for every call, also for those that are given more tries than others by themselves. */
test.each<[string, readonly string[], Record<string, string>, number, number]>([
  ['disable-retry: the id token', ['github:token'], { 'disable-retry': 'true' }, 1, 1],
  [
    'disable-retry: an invalidation and a manifest',
    ['cloudfront:POST', 'registry:PUT shop/manifests/1'],
    { 'disable-retry': 'true' },
    2,
    2,
  ],
  // Two layers and a config go side by side; the first that fails stops those that were not begun.
  ['retry-max-attempts: layers', ['registry:PUT shop/blobs/uploads/ID'], { 'retry-max-attempts': '3' }, 3, 9],
  ['retry-max-attempts: where they begin', ['registry:POST shop/blobs/uploads/'], { 'retry-max-attempts': '3' }, 3, 9],
])('%s', async (_what, calls, inputs, atLeast, atMost) => {
  const injections = calls.map((call) => ({ call, kind: '500', times: 'always' as const }));
  const { result, injected } = await runWithFaults(WHOLE, injections, inputs);
  expect(result.code).toBe(1);
  expect(injected).toBeGreaterThanOrEqual(atLeast);
  expect(injected).toBeLessThanOrEqual(atMost);
});

test('a failed step that leaves something under way has its exit code all the same', async () => {
  const { result } = await runWithFaults(PARTS, [
    { call: 's3:PUT /shop-site/film partNumber=2&uploadId', kind: '403', times: 'always' },
  ]);
  expect(result.errors).toEqual([expect.stringContaining('s3:UploadPart was refused')]);
  expect(result.code).toBe(1);
});
