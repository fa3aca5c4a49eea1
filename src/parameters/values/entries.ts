import { Problem } from '../../base/problem.ts';
import { type ParameterLine, type Source, sourceText } from '../line.ts';
import { nameFrom } from '../names.ts';
import { parameterArn } from '../read/arn.ts';
import { covers, requestKey } from '../read/batches.ts';
import { missing } from '../read/denied.ts';
import type { Answers, Fetched } from '../read/fetch.ts';
import type { Place } from '../read/place.ts';
import { expand } from './expand.ts';

/** One variable to be, with where its value comes from. */
export interface Entry {
  readonly name: string;
  readonly value: string;
  /** As the line wrote it, or the parameter below a path: `/shop/prod/db:3`. */
  readonly from: string;
  /** `undefined`: the value is the default of its line. */
  readonly parameter?: Pick<Fetched, 'arn' | 'version' | 'type' | 'secret'>;
  /** Whether the value is the whole of the parameter's, not a field or an entry of it. */
  readonly whole: boolean;
}

/** The variables that lines ask for, in their order, and what keeps others from being. */
export interface Found {
  readonly entries: readonly Entry[];
  /** Sources that are missing and may be, as the lines wrote them. */
  readonly absent: readonly string[];
  readonly problems: readonly Problem[];
}

export function entriesFor(lines: readonly ParameterLine[], answers: Answers, place: Place): Found {
  const bySource = indexOf(answers, place);
  const entries: Entry[] = [];
  const absent: string[] = [];
  const problems = answers.refused.map(({ problem }) => problem);
  for (const line of lines.filter(({ source }) => !isRefused(source, answers, place))) {
    const found: readonly (Entry | Problem)[] =
      line.source.kind === 'path'
        ? belowPath(line, answers)
        : single(line, bySource.get(requestKey(line.source, place)));
    entries.push(...found.filter((it): it is Entry => !(it instanceof Problem)));
    problems.push(...found.filter((it) => it instanceof Problem));
    if (found.length > 0) continue;
    if (line.optional) absent.push(sourceText(line.source));
    else problems.push(line.source.kind === 'path' ? emptyPath(line.source, place) : missing(line.source, place));
  }
  return { entries, absent, problems };
}

/** Whether what answers for a source was refused. */
function isRefused(source: Source, { refused }: Answers, place: Place): boolean {
  const key = requestKey(source, place);
  return refused.some(
    (it) => requestKey(it.source, place) === key || (it.source.kind === 'path' && covers(it.source, source)),
  );
}

function belowPath({ source, target }: ParameterLine, answers: Answers): Entry[] {
  if (source.kind !== 'path' || !('prefix' in target)) return [];
  const below = source.path === '/' ? '/' : `${source.path}/`;
  const read = answers.below.find(({ path }) => same(path, source) || covers(path, source));
  return (read?.found ?? [])
    .filter(({ name }) => name.startsWith(below))
    .map((it) => whole(target.prefix + nameFrom(it.name.slice(below.length)), it, it.name));
}

function single(
  { source, target, format, fallback }: ParameterLine,
  fetched: Fetched | undefined,
): (Entry | Problem)[] {
  const from = sourceText(source);
  if (!fetched) {
    const byDefault = fallback !== undefined && 'name' in target;
    return byDefault ? [{ name: target.name, value: fallback, from: `default of ${from}`, whole: true }] : [];
  }
  if ('name' in target || format === 'text') return 'name' in target ? [whole(target.name, fetched, from)] : [];
  try {
    const parts = expand(fetched.value, format, target.prefix);
    if (parts.length === 0) return [new Problem({ on: from, what: `read as ${format}, it has no entries` })];
    return parts.map(([name, value]) => ({ ...whole(name, fetched, from), value, whole: false }));
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return [new Problem({ ...thrown.details, on: from })];
  }
}

/** What was read by its own request, or came with a path, by `requestKey`. */
function indexOf({ named, below }: Answers, place: Place): ReadonlyMap<string, Fetched> {
  const latest = below.filter(({ path }) => path.label === undefined).flatMap(({ found }) => found);
  return new Map([
    ...latest.map((it) => [parameterArn(it.name, place), it] as const),
    ...named.map(({ source, found }) => [requestKey(source, place), found] as const),
  ]);
}

function whole(name: string, fetched: Fetched, from: string): Entry {
  const { arn, version, type, secret } = fetched;
  return { name, value: fetched.value, from, parameter: { arn, version, type, secret }, whole: true };
}

function emptyPath(source: Source, { accountId, region }: Place): Problem {
  return new Problem({
    on: sourceText(source),
    what: 'there is no parameter below it',
    why: `account ${accountId}, region ${region}`,
    fix: 'look at the account, the region and the spelling, or write PRE_*?= (or *?=) if it may be empty',
  });
}

function same(a: Source, b: Source): boolean {
  return sourceText(a) === sourceText(b);
}
