import { inCode } from '../base/markdown.ts';
import { formatBytes, formatSeconds } from '../base/units.ts';
import type { Report } from '../job.ts';
import { count } from './apply/progress.ts';
import type { ObjectsResult } from './apply/result.ts';
import type { Action, ObjectsPlan } from './plan/plan.ts';

/** A summary of a thousand rows helps nobody; GitHub takes 1 MiB. */
const ROWS = 50;
const GLANCE = 8;
const ENTRIES = 200;

const TITLES: Readonly<Record<Action | 'deleted', string>> = {
  new: 'new',
  changed: 'changed',
  headers: 'headers only',
  unchanged: 'unchanged',
  deleted: 'deleted',
};

export function reportObjects(plan: ObjectsPlan, result?: ObjectsResult): Report {
  const counts = countActions(plan);
  const numbers = Object.entries(TITLES).map(
    ([action, title]) => `${count(counts[action as Action | 'deleted'])} ${title}`,
  );
  const took = result
    ? `; ${formatBytes(result.bytes)} in ${formatSeconds(result.milliseconds)}${rate(result)}`
    : ' (not carried out)';
  return {
    lines: [`Objects: ${numbers.join(', ')}${took}`],
    outputs: result
      ? {
          's3-uploaded': String(counts.new + counts.changed + counts.headers),
          's3-unchanged': String(counts.unchanged),
          's3-deleted': String(counts.deleted),
          's3-bytes': String(result.bytes),
          's3-manifest': result.manifest,
          'cloudfront-invalidation-id': result.invalidations.join(','),
        }
      : {},
    summary: summaryOf(plan, result, counts),
  };
}

/** The plan as data: counts in full, objects as far as an output can hold them. */
export function describeObjects(plan: ObjectsPlan): unknown {
  const touched = plan.objects.filter(({ action }) => action !== 'unchanged');
  return {
    counts: countActions(plan),
    buckets: [...plan.buckets.values()].map(({ name, region, ownership, relation, acl }) => ({
      name,
      region,
      ownership,
      relation,
      acl: acl.send ?? null,
    })),
    objects: touched
      .slice(0, ENTRIES)
      .map(({ bucket, key, size, action, headers }) => ({ bucket, key, size, action, headers })),
    deletions: plan.deletions.slice(0, ENTRIES),
    notShown: Math.max(0, touched.length - ENTRIES) + Math.max(0, plan.deletions.length - ENTRIES),
    invalidation: plan.invalidation,
  };
}

function countActions(plan: ObjectsPlan): Record<Action | 'deleted', number> {
  const counts = { new: 0, changed: 0, headers: 0, unchanged: 0, deleted: plan.deletions.length };
  for (const { action } of plan.objects) counts[action]++;
  return counts;
}

function summaryOf(
  plan: ObjectsPlan,
  result: ObjectsResult | undefined,
  counts: Record<Action | 'deleted', number>,
): string {
  const rows = [
    ...plan.objects.filter(({ action }) => action !== 'unchanged'),
    ...plan.deletions.map((deletion) => ({ ...deletion, action: 'deleted' as const, size: undefined })),
  ];
  const table = rows.slice(0, ROWS).map(({ bucket, key, action, size }) => {
    return `| ${inCode(`s3://${bucket}/${key}`)} | ${TITLES[action]} | ${size === undefined ? '' : formatBytes(size)} |`;
  });
  const more = rows.length > ROWS ? [`| … and ${count(rows.length - ROWS)} more | | |`] : [];
  const head = Object.entries(TITLES)
    .map(([action, title]) => ({ title, amount: counts[action as Action | 'deleted'] }))
    .filter(({ amount }) => amount > 0)
    .map(({ title, amount }) => `**${count(amount)}** ${title}`);
  return [
    '### Objects (S3)',
    '',
    `${head.join(' · ')}${result ? ` · ${formatBytes(result.bytes)} in ${formatSeconds(result.milliseconds)}` : ''}`,
    ...[...plan.buckets.values()].map(({ name, acl }) => `\n${inCode(`s3://${name}`)}: ${acl.line}`),
    ...(rows.length > 0
      ? ['', ...folded(rows.length, ['| object | | size |', '| --- | --- | ---: |', ...table, ...more])]
      : []),
  ].join('\n');
}

/** A table that is longer than a glance opens by a click. */
function folded(rows: number, table: readonly string[]): readonly string[] {
  if (rows <= GLANCE) return table;
  return [`<details><summary>${count(rows)} objects</summary>`, '', ...table, '', '</details>'];
}

function rate({ bytes, milliseconds }: ObjectsResult): string {
  return milliseconds > 1_000 && bytes > 0 ? `, ${formatBytes(bytes / (milliseconds / 1000))}/s` : '';
}
