import { createHash } from 'node:crypto';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/faults.ts';
import type { Scene } from '../../harness/scene.ts';
import { OWNER, s3As, siteScene, upload } from './harness.ts';

/** 40 objects, one of them in three parts. */
const SITE: Readonly<Record<string, string>> = Object.fromEntries([
  ...Array.from({ length: 39 }, (_, n) => [
    n % 5 === 0 ? `page-${n}.html` : `asset-${n}.js`,
    `content ${n} `.repeat(50 * n),
  ]),
  ['video.mp4', '0123456789abcdef'.repeat((17 << 20) / 16)],
]);
const FILES: Record<string, string> = Object.fromEntries(
  Object.entries(SITE).map(([name, text]) => [`site/${name}`, text]),
);
/** HeadBucket, listings, Object Ownership, 39 PUTs, 5 requests of the upload in parts: 49, and what is tried again. */
const REQUESTS = 56;
/** Every index is hit in one of so many runs. */
const RUNS = 4;

/** Objects that are there and differ from their file, or are missing; and uploads that were left behind. */
async function damageOf({ sandbox }: Scene): Promise<{ missing: string[]; wrong: string[]; unfinished: number }> {
  const s3 = s3As(sandbox, OWNER);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'shop-site' }));
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: 'shop-site' }));
  const etags = new Map(Contents.map(({ Key = '', ETag = '' }) => [Key, ETag.replaceAll('"', '')]));
  const md5 = (text: string | Buffer) => createHash('md5').update(text);
  const etagOf = (text: string) => {
    if (text.length <= 16 << 20) return md5(text).digest('hex');
    const parts = [0, 1, 2].map((n) => md5(text.slice(n * (8 << 20), (n + 1) * (8 << 20))).digest());
    return `${md5(Buffer.concat(parts)).digest('hex')}-3`;
  };
  const names = Object.keys(SITE);
  return {
    missing: names.filter((name) => !etags.has(name)),
    wrong: names.filter((name) => etags.has(name) && etags.get(name) !== etagOf(SITE[name]!)),
    unfinished: Uploads.length,
  };
}

const KINDS: readonly (readonly [string, Omit<Fault, 'service' | 'nth'>])[] = [
  ['a connection cut before the answer', { kind: 'reset' }],
  ['a connection cut in mid-body', { kind: 'reset-body' }],
  ['500', { kind: 'status', status: 500, code: 'InternalError' }],
  ['503 SlowDown', { kind: 'throttle' }],
  ['a body that was damaged on its way', { kind: 'status', status: 400, code: 'BadDigest' }],
  ['a session that ends', { kind: 'expire' }],
  ['an answer cut off in mid-body', { kind: 'truncate' }],
];

describe('faults at every request of an upload of 40 objects', () => {
  test.each(KINDS)('%s', async (_what, fault) => {
    const runs = Array.from({ length: RUNS }, async (_, run) => {
      const one = await siteScene({}, { files: FILES });
      for (let nth = run + 1; nth <= REQUESTS; nth += RUNS) one.sandbox.faults.add({ ...fault, service: 's3', nth });
      const result = await one.step(upload());
      one.sandbox.faults.clear();
      expect(result.errors.join('\n')).not.toContain('bug of the action');
      const damage = await damageOf(one);
      expect({ run, wrong: damage.wrong, unfinished: damage.unfinished }).toEqual({ run, wrong: [], unfinished: 0 });
      // A green step has every object; a red one says why.
      if (result.code === 0) expect(damage.missing).toEqual([]);
      else expect(result.errors).not.toEqual([]);
    });
    await Promise.all(runs);
  });

  test('a server that does not answer', async () => {
    const runs = Array.from({ length: RUNS }, async (_, run) => {
      const one = await siteScene({}, { files: FILES });
      for (let nth = run + 1; nth <= REQUESTS; nth += RUNS)
        one.sandbox.faults.add({ kind: 'hang', service: 's3', nth });
      const result = await one.step(upload());
      one.sandbox.faults.clear();
      return { code: result.code, errors: result.errors, ...(await damageOf(one)) };
    });
    for (const result of await Promise.all(runs)) {
      expect(result).toEqual({ code: 0, errors: [], missing: [], wrong: [], unfinished: 0 });
    }
  }, 180_000);

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
      let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
      const result = await one.step(upload(), {
        started: (step) => {
          child = step;
        },
        // Cancelled in the midst of it: a part has been tried, and is being tried again.
        printed: (raw) => {
          if (!raw.includes('s3:UploadPart: InternalError')) return;
          child?.kill('SIGINT');
          // Once: a process that is ending has no handler any more.
          child = undefined;
        },
      });
      expect(result.code).toBe(1);
      expect(result.errors[0]).toContain(fault.status === 500 ? 'The step was cancelled (SIGINT)' : message);
      expect(result.log).toContain('no page (s3-last) was touched');
      const { unfinished, missing } = await damageOf(one);
      expect(unfinished).toBe(0);
      expect(missing).toContain('video.mp4');
    },
  );
});
