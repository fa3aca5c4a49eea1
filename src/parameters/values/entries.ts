import { Problem } from '../../base/problem.ts';
import { type ParameterLine, SECRET_REFERENCE, type Source, sourceText } from '../line.ts';
import { nameFrom } from '../names.ts';
import { covers } from '../read/batches.ts';
import type { Answers, Fetched } from '../read/fetch.ts';
import type { Place } from '../read/place.ts';
import { missing } from '../read/refusals.ts';
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
  const foreign = new Set(lines.map(({ source }) => foreignArn(source, place)));
  const own = { ...answers, named: answers.named.filter(({ arn }) => !foreign.has(arn)) };
  const entries: Entry[] = [];
  const absent: string[] = [];
  const problems = answers.refused.map(({ problem }) => problem);
  for (const line of lines.filter(({ source }) => !isRefused(source, answers))) {
    const found: readonly (Entry | Problem)[] =
      line.source.kind === 'path'
        ? belowPath(line, answers)
        : single(line, foreignArn(line.source, place) ? answers : own);
    entries.push(...found.filter((it): it is Entry => !(it instanceof Problem)));
    problems.push(...found.filter((it) => it instanceof Problem));
    if (found.length > 0) continue;
    if (line.optional) absent.push(sourceText(line.source));
    else problems.push(line.source.kind === 'path' ? emptyPath(line.source, place) : missing(line.source, place));
  }
  return { entries, absent, problems };
}

/** A parameter that another account shares may have the name of an own one. */
function foreignArn(source: Source, { accountId }: Place): string | undefined {
  if (source.kind === 'path' || !source.name.startsWith('arn:')) return undefined;
  return source.name.split(':')[4] === accountId ? undefined : source.name;
}

/** Whether what answers for a source was refused. */
function isRefused(source: Source, { refused }: Answers): boolean {
  return refused.some((it) => same(it.source, source) || (it.source.kind === 'path' && covers(it.source, source)));
}

function belowPath({ source, target }: ParameterLine, answers: Answers): Entry[] {
  if (source.kind !== 'path' || !('prefix' in target)) return [];
  const below = source.path === '/' ? '/' : `${source.path}/`;
  const read = answers.below.find(({ path }) => same(path, source) || covers(path, source));
  return (read?.found ?? [])
    .filter(({ name }) => name.startsWith(below))
    .map((it) => whole(target.prefix + nameFrom(it.name.slice(below.length)), it, it.name));
}

function single({ source, target, format, fallback }: ParameterLine, answers: Answers): (Entry | Problem)[] {
  const from = sourceText(source);
  const fetched = answerTo(source, answers);
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

/** The answer to one request: SSM gives the bare name, and the selector apart. */
function answerTo(source: Source, { named, below }: Answers): Fetched | undefined {
  if (source.kind === 'path') return undefined;
  const path = below.find((it) => covers(it.path, source));
  if (path) return path.found.find(({ name }) => name === source.name);
  const isAsked = ({ name, arn, reference }: Fetched) =>
    name === source.name || arn === source.name || (reference && SECRET_REFERENCE + name === source.name);
  // moto gives a secret's name without the reference before it, and no selector: a version or being the newest tells too.
  const newestFirst = named.filter(isAsked).sort((a, b) => b.version - a.version);
  return newestFirst.find((it) => (it.selector || selectorOf(it, source.selector)) === source.selector);
}

function selectorOf({ version }: Fetched, asked: string): string {
  return asked === `:${version}` ? asked : '';
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
