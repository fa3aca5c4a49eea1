import { describe, expect, test } from '@jest/globals';
import type { Job } from '../../src/job.ts';
import type { ObjectsPlan } from '../../src/objects/plan/plan.ts';
import { reportObjects } from '../../src/objects/report.ts';
import { startStep } from '../../src/report/step.ts';
import { SUMMARY_BYTES, summaryOf } from '../../src/report/summary.ts';

const object = (key: string, action: string) => ({ bucket: 'b', key, size: 1, action, headers: {} });

/** A plan as far as a report looks at it. */
function planOf(objects: readonly object[], deletions: readonly object[]): ObjectsPlan {
  const nothing = { scopes: [], orphans: [], repairs: [], retags: [], invalidations: [] };
  return { ...nothing, buckets: new Map(), objects, deletions } as unknown as ObjectsPlan;
}

describe('objects', () => {
  const created = Array.from({ length: 80 }, (_, at) => object(`new-${at}`, 'new'));
  const gone = ['x', 'y', 'z'].map((name) => ({ bucket: 'b', key: `gone-${name}` }));
  const { summary, headline } = reportObjects(planOf([...created, object('other', 'changed')], gone));

  test('what is deleted and what changes come before what is new, and long tables fold', () => {
    const keys = [...summary.matchAll(/`s3:\/\/b\/([\w-]+)`/g)].map(([, key]) => key);
    expect(keys.slice(0, 5)).toEqual(['gone-x', 'gone-y', 'gone-z', 'other', 'new-0']);
    expect(summary).toContain('<details><summary>84 objects</summary>');
    expect(summary).toContain('and 34 more');
  });

  test('the headline counts what there is, and nothing else', () => {
    expect(headline).toBe('3 deleted, 1 changed, 80 new');
  });
});

describe('the whole summary', () => {
  const job = (section: string, statements: number): Job => ({
    name: 'parameters',
    plan: async () => undefined,
    apply: async () => undefined,
    permissions: () =>
      Array.from({ length: statements }, (_, at) => ({ actions: ['a:B'], resources: [`arn:${at}`.padEnd(90, 'x')] })),
    report: () => ({ headline: '9,000 values', lines: [], outputs: {}, summary: section }),
    describe: () => ({}),
  });
  const step = (one: Job) => Object.assign(startStep(), { jobs: [one], planned: [{ job: one, plan: undefined }] });

  test.each([
    ['a section of 3 MB', `### Parameters (SSM)\n\n${'| `NAME` |\n'.repeat(300_000)}`, 1],
    ['a policy of 1 MB', '### Parameters (SSM)', 10_000],
  ])('with %s stays below 1 MiB, and says what is not shown', (_, section, statements) => {
    const text = summaryOf(step(job(section, statements)), { limit: SUMMARY_BYTES });
    expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
    expect(text).toContain('9,000 values');
    expect(text).toMatch(/too long to be shown here|is in the output/);
  });

  test('hides the account where the log does', () => {
    const one = job('### x\n\n`arn:aws:s3:::111122223333-b`', 1);
    const session = {
      arn: 'arn:aws:sts::111122223333:assumed-role/publish/x',
      accountId: '111122223333',
      region: 'eu-west-1',
    };
    const text = summaryOf(Object.assign(step(one), { session, hidesAccount: true }), { limit: SUMMARY_BYTES });
    expect(text).not.toContain('111122223333');
  });
});
