import { describe, expect, test } from '@jest/globals';
import { cancelWhen } from '../../../harness/runner.ts';
import type { Fault } from '../../../sandbox/faults.ts';
import { damageOf, FILES, REQUESTS, RUNS } from './forty.ts';
import { siteScene, upload } from './scene.ts';

type Kind = readonly [string, Omit<Fault, 'service' | 'nth'>];

/** One that ends the connection, one that damages a body, one that ends the session. */
const KINDS: readonly Kind[] = [
  ['a connection cut in mid-body', { kind: 'reset-body' }],
  ['a body that was damaged on its way', { kind: 'status', status: 400, code: 'BadDigest' }],
  ['a session that ends', { kind: 'expire' }],
];

/** With the other long tests alone. */
const MORE: readonly Kind[] = [
  ['a connection cut before the answer', { kind: 'reset' }],
  ['500', { kind: 'status', status: 500, code: 'InternalError' }],
  ['503 SlowDown', { kind: 'throttle' }],
  ['an answer cut off in mid-body', { kind: 'truncate' }],
];

describe('faults at every request of an upload of 40 objects', () => {
  test.each(process.env.KEYLESS_TEST_ALL ? [...KINDS, ...MORE] : KINDS)('%s', async (_what, fault) => {
    const runs = Array.from({ length: RUNS }, async (_, run) => {
      const one = await siteScene({}, { files: FILES });
      for (let nth = run + 1; nth <= REQUESTS; nth += RUNS) one.sandbox.faults.add({ ...fault, service: 's3', nth });
      const result = await one.step(upload());
      one.sandbox.faults.clear();
      expect(result.errors.join('\n')).not.toContain('bug of the action');
      const damage = await damageOf(one);
      // An upload whose id was lost on its way cannot be aborted, nor one that S3 does not end in time: the step says so.
      const told = result.warnings
        .filter((text) => text.includes('unfinished upload'))
        .reduce((sum, text) => sum + Number(/(\d+) unfinished/.exec(text)?.[1] ?? 1), 0);
      const untold = Math.max(0, damage.unfinished - told);
      expect({ run, wrong: damage.wrong, untold }).toEqual({ run, wrong: [], untold: 0 });
      // A green step has every object; a red one says why.
      if (result.code === 0) expect(damage.missing).toEqual([]);
      else expect(result.errors).not.toEqual([]);
    });
    await Promise.all(runs);
  });

  test.each([
    [
      'InternalError for good',
      { kind: 'status', status: 500, code: 'InternalError' },
      's3:UploadPart was refused with InternalError (HTTP 500)',
    ],
    [
      'AccessDenied',
      { kind: 'status', status: 403, code: 'AccessDenied' },
      's3:UploadPart was refused with AccessDenied (HTTP 403)',
    ],
  ] as const)(
    'an upload in parts that fails with %s is aborted, and no page is touched',
    async (_what, fault, message) => {
      const one = await siteScene(
        {},
        { files: { 'site/video.mp4': FILES['site/video.mp4']!, 'site/index.html': 'page' } },
      );
      one.sandbox.faults.add({
        ...fault,
        service: 's3',
        action: 'UploadPart',
      });
      // Cancelled in the midst of it: a part has been tried, and is being tried again.
      const result = await one.step(
        upload(),
        cancelWhen((printed) => printed.includes('s3:UploadPart: InternalError'), 'SIGINT'),
      );
      expect(result.code).toBe(1);
      expect(result.errors[0]).toContain(fault.status === 500 ? 'the step was cancelled (SIGINT)' : message);
      expect(result.log).toContain('no page (s3-last) was touched');
      const { unfinished, missing } = await damageOf(one);
      expect(unfinished).toBe(0);
      expect(missing).toContain('video.mp4');
    },
  );
});
