import { Problem } from '../../base/problem.ts';
import { type Format, type ParameterLine, type Source, sourceText } from '../line.ts';
import type { Fetched } from '../read/answers.ts';
import { covers, requestKey } from '../read/batches.ts';
import { missing } from '../read/denied.ts';
import type { Answers } from '../read/fetch.ts';
import type { Place } from '../read/place.ts';
import { type NameCase, nameFrom } from '../variable-names.ts';
import { expand, type NamePattern, pick } from './expand.ts';

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
  /** Whether the workflow spells the name, or a path or a value brings it: then who writes parameters chooses it. */
  readonly spelled: boolean;
}

/** What the lines ask for. */
interface LinesOfStep {
  readonly lines: readonly ParameterLine[];
  readonly nameCase: NameCase;
}

/** The variables that lines ask for, in their order, and what keeps others from being. */
export interface FoundEntries {
  readonly entries: readonly Entry[];
  /** Sources that are missing and may be, as the lines wrote them. */
  readonly absent: readonly string[];
  readonly problems: readonly Problem[];
}

export function entriesFor({ lines, nameCase }: LinesOfStep, answers: Answers, place: Place): FoundEntries {
  const bySource = indexOf(answers, place);
  const entries: Entry[] = [];
  const absent: string[] = [];
  const problems = answers.refused.map(({ problem }) => problem);
  for (const line of lines.filter(({ source }) => !isRefused(source, answers, place))) {
    const found: readonly (Entry | Problem)[] =
      line.source.kind === 'path'
        ? belowPath(line, answers, nameCase)
        : single(line, bySource.get(requestKey(line.source, place)), nameCase);
    entries.push(...found.filter((it): it is Entry => !(it instanceof Problem)));
    problems.push(...found.filter((it) => it instanceof Problem));
    if (found.length > 0) continue;
    if (line.optional) absent.push(sourceText(line.source));
    else problems.push(nothingFor(line, bySource.get(requestKey(line.source, place)), place));
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

function belowPath({ source, target }: ParameterLine, answers: Answers, nameCase: NameCase): Entry[] {
  if (source.kind !== 'path' || !('prefix' in target)) return [];
  const below = source.path === '/' ? '/' : `${source.path}/`;
  const read = answers.below.find(({ path }) => same(path, source) || covers(path, source));
  return (read?.found ?? [])
    .filter(({ name }) => name.startsWith(below))
    .map((it) => whole(target.prefix + nameFrom(it.name.slice(below.length), nameCase), it, it.name));
}

function single(
  { source, target, format, fallback }: ParameterLine,
  fetched: Fetched | undefined,
  nameCase: NameCase,
): (Entry | Problem)[] {
  const from = sourceText(source) + fieldText(format);
  try {
    if ('prefix' in target)
      return fetched && format.kind !== 'text'
        ? parts(fetched, format, { ...target, nameCase }).map((it) => ({ ...it, from }))
        : [];
    const value = fetched && pick(fetched.value, format);
    if (fetched && value !== undefined) {
      return [{ ...whole(target.name, fetched, from), value, whole: format.kind === 'text', spelled: true }];
    }
    if (fallback === undefined) return [];
    return [{ name: target.name, value: fallback, from: `default of ${from}`, whole: true, spelled: true }];
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return [new Problem({ ...thrown.details, on: from })];
  }
}

/** @throws Problem when the value has none, or cannot be read */
function parts(fetched: Fetched, format: Exclude<Format, { kind: 'text' }>, naming: NamePattern): Entry[] {
  const found = expand(fetched.value, format, naming);
  const word = format.kind === 'json' ? 'json' : format.reader;
  if (found.length === 0)
    throw new Problem({
      what: `read as ${word}, it has no entries`,
      fix: `check what is stored there, or leave out "as ${word}" to take the value as it is`,
    });
  return found.map(([name, value]) => ({ ...whole(name, fetched, ''), value, whole: false }));
}

/** What was read by its own request, or came with a path, by `requestKey`. */
function indexOf({ named, below }: Answers, place: Place): ReadonlyMap<string, Fetched> {
  const latest = below.filter(({ path }) => path.label === undefined).flatMap(({ found }) => found);
  return new Map([
    ...latest.map((it) => [requestKey({ kind: 'parameter', name: it.name, selector: '' }, place), it] as const),
    ...named.map(({ source, found }) => [requestKey(source, place), found] as const),
  ]);
}

function whole(name: string, fetched: Fetched, from: string): Entry {
  const { arn, version, type, secret } = fetched;
  return { name, value: fetched.value, from, parameter: { arn, version, type, secret }, whole: true, spelled: false };
}

/** @param fetched the parameter, where it is there and only its field is not */
function nothingFor({ source, format }: ParameterLine, fetched: Fetched | undefined, place: Place): Problem {
  if (source.kind === 'path') return emptyPath(source, place);
  if (!fetched) return missing(source, place);
  return new Problem({
    on: sourceText(source),
    what: `the JSON has no ${fieldText(format).trim()}`,
    fix: 'check the spelling of the field, or write NAME?= if it may be missing, ?? for a default',
  });
}

function fieldText(format: Format): string {
  if (format.kind !== 'json' || !format.path) return '';
  const steps = format.path.map((it) =>
    typeof it === 'number' ? `[${it}]` : /^[A-Za-z_][\w-]*$/.test(it) ? `.${it}` : `[${JSON.stringify(it)}]`,
  );
  return ` ${steps.join('')}`;
}

function emptyPath(source: Source, { accountId, region }: Place): Problem {
  return new Problem({
    on: sourceText(source),
    what: 'there is no parameter below it',
    why: `account ${accountId}, region ${region}`,
    fix: `check the account, the region and the spelling; if it is a parameter itself, write it without the slash at its end; if it may be empty, write PRE_*?= (or *?=)`,
  });
}

function same(a: Source, b: Source): boolean {
  return sourceText(a) === sourceText(b);
}
