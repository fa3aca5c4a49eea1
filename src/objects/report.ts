import { consoleUrl } from '../aws/partition.ts';
import { inCode, link, longTable } from '../base/markdown.ts';
import { counted, formatBytes, formatSeconds, grouped } from '../base/units.ts';
import type { Report } from '../job.ts';
import type { ObjectsResult } from './apply/result.ts';
import { plannedPaths } from './plan/invalidation-paths.ts';
import type { ObjectAction, ObjectsPlan, Repair } from './plan/plan.ts';
import type { ObjectAddress } from './rules/key.ts';

/** A summary of a thousand rows helps nobody; GitHub takes 1 MiB. */
const ROWS = 50;
const ENTRIES = 200;

type Kind = ObjectAction | 'deleted';
/** In the order in which they matter to a reader: what is gone, what is another, what is new. */
const KINDS: Readonly<Record<Kind, string>> = {
  deleted: 'deleted',
  changed: 'changed',
  headers: 'headers only',
  new: 'new',
  unchanged: 'unchanged',
};

/** What `s3-fix-acl` does with an object that stays. */
const REPAIRS: Readonly<Record<Repair['by'], string>> = {
  copy: "made the bucket owner's, by a copy in place",
  grant: 'opened to the bucket owner, by the ACL',
};

export function reportObjects(plan: ObjectsPlan, result?: ObjectsResult): Report {
  const counts = countActions(plan, result);
  const told = Object.entries(KINDS)
    .filter(([kind]) => counts[kind as Kind] > 0)
    .map(([kind, title]) => `${grouped(counts[kind as Kind])} ${title}`);
  const numbers = told.join(', ') || 'nothing to do';
  const paths = allPaths(plan);
  const took = result
    ? `; ${formatBytes(result.bytes)} in ${formatSeconds(result.milliseconds)}${rate(result)}`
    : ' (not carried out)';
  return {
    headline: `${numbers}${result && result.bytes > 0 ? `, ${formatBytes(result.bytes)}` : ''}${paths.length > 0 ? `; CloudFront: ${counted(paths.length, 'path')} ${result ? 'invalidated' : 'to invalidate'}` : ''}`,
    changes:
      counts.deleted +
        counts.changed +
        counts.headers +
        counts.new +
        plan.repairs.length +
        plan.retags.length +
        paths.length >
      0,
    lines: [`Objects: ${numbers}${took}`, ...repairLines(plan, result), ...tagLines(plan, result)],
    outputs: result
      ? {
          's3-uploaded': String(counts.new + counts.changed + counts.headers),
          's3-unchanged': String(counts.unchanged),
          's3-deleted': String(counts.deleted),
          's3-bytes': String(result.bytes),
          's3-manifest': result.manifest,
          'cloudfront-invalidation-id': result.invalidations.join(','),
          ...(plan.url ? { url: plan.url.url } : {}),
        }
      : {},
    summary: summaryOf(plan, result),
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
    repairs: plan.repairs.slice(0, ENTRIES).map(({ bucket, key, by }) => ({ bucket, key, by })),
    tags: plan.retags.slice(0, ENTRIES),
    deletions: plan.deletions.slice(0, ENTRIES).map(({ bucket, key }) => ({ bucket, key })),
    notShown: notShown(touched) + notShown(plan.repairs) + notShown(plan.retags) + notShown(plan.deletions),
    invalidations: plannedPaths(plan),
    ...(plan.url ? { url: plan.url.url } : {}),
  };
}

function notShown({ length }: readonly unknown[]): number {
  return Math.max(0, length - ENTRIES);
}

/** What `s3-fix-acl` writes is shown before it is written, too. */
function repairLines({ repairs }: ObjectsPlan, result: ObjectsResult | undefined): string[] {
  if (repairs.length === 0) return [];
  const told = (Object.keys(REPAIRS) as Repair['by'][])
    .map((how) => ({ how, amount: repairs.filter(({ by }) => by === how).length }))
    .filter(({ amount }) => amount > 0)
    .map(({ how, amount }) => `${grouped(amount)} ${REPAIRS[how]}`);
  return [`Repairs (s3-fix-acl): ${told.join(', ')}${result ? '' : ' (not carried out)'}`];
}

function tagLines({ retags }: ObjectsPlan, result: ObjectsResult | undefined): string[] {
  if (retags.length === 0) return [];
  return [`Tags (s3-tags): set on ${counted(retags.length, 'unchanged object')}${result ? '' : ' (not carried out)'}`];
}

function allPaths(plan: ObjectsPlan): string[] {
  return plannedPaths(plan).flatMap(({ afterUpload, afterDeletion }) => [...afterUpload, ...afterDeletion]);
}

function countActions(plan: ObjectsPlan, result?: ObjectsResult): Record<Kind, number> {
  const deleted = (result?.deleted ?? plan.deletions).length;
  const counts = { new: 0, changed: 0, headers: 0, unchanged: 0, deleted };
  for (const { action } of plan.objects) counts[action]++;
  return counts;
}

function summaryOf(plan: ObjectsPlan, result: ObjectsResult | undefined): string {
  const counts = countActions(plan);
  const total =
    counts.deleted + counts.changed + counts.headers + counts.new + plan.repairs.length + plan.retags.length;
  const rows = [
    ...plan.deletions.slice(0, ROWS).map((one) => rowOf(one, KINDS.deleted)),
    ...(['changed', 'headers', 'new'] as const).flatMap((action) =>
      firstOf(plan.objects, (one) => one.action === action).map((one) => rowOf(one, KINDS[action], one.size)),
    ),
    ...(Object.keys(REPAIRS) as Repair['by'][]).flatMap((by) =>
      firstOf(plan.repairs, (one) => one.by === by).map((one) => rowOf(one, REPAIRS[by])),
    ),
    ...plan.retags.slice(0, ROWS).map((one) => rowOf(one, 'tags')),
  ];
  return [
    '### Objects (S3)',
    ...[...plan.buckets.values()].map(({ name, region, acl }) => `${bucketLink(name, region)}: ${acl.line}`),
    ...invalidationLines(plan, result),
    ...(rows.length > 0
      ? [longTable({ heads: ['object', 'what', 'size:'], rows }, { most: ROWS, what: 'objects', total })]
      : ['Everything is there already.']),
  ].join('\n\n');
}

/** Of a large tree the summary shows a small part: only that is made. */
function firstOf<T>(all: readonly T[], isWanted: (one: T) => boolean): readonly T[] {
  return all.filter(isWanted).slice(0, ROWS);
}

function rowOf({ bucket, key }: ObjectAddress, what: string, size?: number): string[] {
  return [inCode(`s3://${bucket}/${key}`), what, size === undefined ? '' : formatBytes(size)];
}

function bucketLink(name: string, region: string): string {
  const page = consoleUrl({ region }, `s3/buckets/${encodeURIComponent(name)}?region=${region}`);
  return page ? link(inCode(`s3://${name}`), page) : inCode(`s3://${name}`);
}

/** Paths of an invalidation that a summary shows. */
const PATHS = 5;

function invalidationLines(plan: ObjectsPlan, result: ObjectsResult | undefined): string[] {
  const paths = allPaths(plan);
  if (paths.length === 0) return [];
  const shown = paths.slice(0, PATHS).map(inCode).join(', ');
  const rest = paths.length > PATHS ? ` and ${grouped(paths.length - PATHS)} more` : '';
  const ids = result?.invalidations.length ? ` (${result.invalidations.map(inCode).join(', ')})` : '';
  return [`CloudFront: ${result ? 'invalidated' : 'to be invalidated'}${ids}: ${shown}${rest}`];
}

function rate({ bytes, milliseconds }: ObjectsResult): string {
  return milliseconds > 1_000 && bytes > 0 ? `, ${formatBytes(bytes / (milliseconds / 1000))}/s` : '';
}
