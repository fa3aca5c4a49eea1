import { SSMClient } from '@aws-sdk/client-ssm';
import { Problems } from '../base/problem.ts';
import type { Access } from '../job.ts';
import { checkEntries, type Export } from './deliver/check.ts';
import { checkEnvFile, type EnvFile, namesLost } from './deliver/dotenv-file.ts';
import { isSeenByGit } from './deliver/git-ignore.ts';
import { type Dialect, isForCompose1, isForFrameworks } from './deliver/write-dotenv.ts';
import type { Format } from './line.ts';
import { type Hider, makeHider } from './masks/index.ts';
import type { PartsOf } from './masks/parts.ts';
import { hideRest, isPublic } from './masks/ssm-mask.ts';
import type { Fetched } from './read/answers.ts';
import { bareName, belowArn } from './read/arn.ts';
import { type Reads, readsFor } from './read/batches.ts';
import { type Answers, fetchAll } from './read/fetch.ts';
import type { Place } from './read/place.ts';
import type { ParametersRequest } from './request.ts';
import { type Entry, entriesFor } from './values/entries.ts';
import { pick } from './values/expand.ts';

/** What will be delivered, all of it or nothing. Holds values; `describeParameters` does not. */
export interface ParametersPlan {
  readonly entries: readonly Entry[];
  /** What is missing and may be, as the lines wrote it. */
  readonly absent: readonly string[];
  readonly exportTo: Export;
  readonly file?: EnvFile & { readonly dialect: Dialect };
  readonly reads: Reads;
  /** ARNs of the SecureStrings that were read by name, and patterns for the paths that have some. */
  readonly encrypted: readonly string[];
  readonly calls: number;
}

/**
 * Reads everything and checks everything, and writes nothing. Each value is masked when it arrives.
 * @throws Problems: all that keeps the values from being delivered
 */
export async function planParameters(request: ParametersRequest, access: Access): Promise<ParametersPlan> {
  const { runner } = access;
  const place = placeOf(access);
  if (request.file) checkEnvFile(request.file.path, access.runner.env);
  const reads = readsFor(request.lines, place);
  const hider = makeHider(runner);
  const { answers, calls } = await read(reads, hider, { request, access });
  const { entries, absent, problems } = entriesFor(request, answers, place);
  const masks = hideRest(entries, hider, request.mask);
  const { exportTo, allowedNames, file } = request;
  const unfit = checkEntries(entries, { exportTo, allowedNames, dialect: file?.dialect, env: runner.env });
  if (problems.length + unfit.length > 0) throw new Problems([...problems, ...unfit]);
  for (const text of masks.notices) runner.notice(text);
  warnOfCompose1(entries, request, access);
  tellOfFrameworks(entries, request, access);
  warnOfEnds(entries, access);
  warnOfLost(entries, request, access);
  warnOfGit(entries, request, access);
  for (const text of masks.warnings) runner.warning(text);
  return {
    entries,
    absent,
    exportTo,
    reads,
    calls,
    encrypted: encryptedOf(answers, place),
    ...(file ? { file } : {}),
  };
}

export function placeOf({ session }: Access): Place {
  const { partition, region, accountId, arn } = session;
  return { partition, region, accountId, caller: arn };
}

async function read(reads: Reads, hider: Hider, { request, access }: ReadDeps) {
  const { aws } = access;
  const clients = new Map<string, SSMClient>();
  const isHidden = hiddenParts(request);
  let calls = 0;
  const answers = await fetchAll(reads, {
    place: placeOf(access),
    call: (what, attempt, ...how) => {
      calls++;
      return aws.call(what, attempt, ...how);
    },
    client: (region) => {
      const client = clients.get(region) ?? new SSMClient(aws.client(region));
      clients.set(region, client);
      return client;
    },
    hide: (values) => hider.hide(values.flatMap(isHidden)),
  });
  return { answers, calls };
}

interface ReadDeps {
  readonly request: ParametersRequest;
  readonly access: Access;
}

/** Whether a value is to be hidden. What AWS publishes is not a secret; if it were masked, it could not be an output of the job. */
function isToHide({ mask }: ParametersRequest, { secret, arn }: Pick<Fetched, 'secret' | 'arn'>): boolean {
  return !isPublic(arn) && (mask.which === 'all' || secret);
}

/** Of a value that lines use for some fields of it alone, those fields: nothing else of it goes anywhere. */
function hiddenParts(request: ParametersRequest): (fetched: Fetched) => PartsOf[] {
  const byName = Map.groupBy(request.lines, ({ source }) => (source.kind === 'path' ? '' : bareName(source.name)));
  const hasPaths = byName.has('');
  return (fetched) => {
    if (!isToHide(request, fetched)) return [];
    const { name, value, secret, type } = fetched;
    const whole = { value, secret, list: type === 'StringList' };
    const formats = (byName.get(name) ?? []).map(({ format }) => format);
    const fields = formats.map((format) =>
      format.kind === 'json' && format.path ? fieldOf(value, format) : undefined,
    );
    if (hasPaths || fields.length === 0 || fields.includes(undefined)) return [whole];
    return fields.map((field) => ({ value: field ?? '', secret }));
  };
}

function fieldOf(value: string, format: Format): string | undefined {
  try {
    return pick(value, format);
  } catch {
    // It is reported later, with its place.
    return undefined;
  }
}

/** Debian's docker-compose is still version 1, which ended in 2023. */
function warnOfCompose1(entries: readonly Entry[], { file }: ParametersRequest, { runner }: Access): void {
  const names = entries
    .filter(({ value }) => file?.dialect === 'compose' && !isForCompose1(value))
    .map(({ name }) => name);
  if (names.length === 0) return;
  runner.warning(
    `Compose 2 reads ${names.join(', ')} right from ${file?.path}, but docker-compose 1 does not: their values have a $ beside quotes, backslashes or braces. With version 1 use variables (environment: [NAME]) for them`,
  );
}

/** A value that was stored from a file or by echo ends with a line break; the texts of keys and certificates have others, and are meant so. */
function warnOfEnds(entries: readonly Entry[], { runner }: Access): void {
  const stored = entries.filter(
    ({ parameter, value }) => parameter && /\S/.test(value) && !/[\r\n]/.test(value.trim()),
  );
  const named = (end: RegExp) => stored.filter(({ value }) => end.test(value)).map(({ name }) => name);
  const [broken, spaced] = [named(/[\r\n]\s*$/), named(/^\s|[ \t]$/)] as const;
  if (broken.length > 0)
    runner.warning(
      `A line break is at the end of ${broken.join(', ')}, and stays there: $(…) in a shell would take it away. If it came from a file or from echo, store the value without it.`,
    );
  if (spaced.length > 0)
    runner.warning(
      `White space is at the beginning or the end of ${spaced.join(', ')}, and stays there. If it is not meant, store the value without it.`,
    );
}

function warnOfLost(entries: readonly Entry[], { file }: ParametersRequest, { runner }: Access): void {
  if (!file) return;
  const names = entries.map(({ name }) => name);
  const lost = namesLost(file.path, names);
  if (lost.length === 0) return;
  const shown = `${lost.slice(0, 10).join(', ')}${lost.length > 10 ? ` and ${lost.length - 10} more` : ''}`;
  const until = file.keep ? '' : ' until the job ends';
  runner.warning(
    `${file.path} is there already, and is replaced${until}: the new one does not have ${shown}. To have both, read all in one step, or write another file and join them.`,
  );
}

function warnOfGit(entries: readonly Entry[], { file }: ParametersRequest, { runner }: Access): void {
  if (!file || !entries.some(({ parameter }) => parameter?.secret) || !isSeenByGit(file.path)) return;
  runner.warning(
    `${file.path} will hold secrets, and git does not ignore it: a later git add -A, or an action that commits what has changed, would take it along. Add it to .gitignore, or write it below the runner's own folder for temporary files: \${{ runner.temp }}`,
  );
}

/** They know none of the formats, and people use them to read these files. */
function tellOfFrameworks(entries: readonly Entry[], { file }: ParametersRequest, { runner }: Access): void {
  if (file?.dialect !== 'portable' && file?.dialect !== 'node') return;
  const names = entries.filter(({ value }) => !isForFrameworks(value)).map(({ name }) => name);
  if (names.length === 0) return;
  runner.notice(
    `Next, Vite, bun and python-dotenv would read ${names.join(', ')} otherwise from ${file.path}: they expand $NAME or take backslashes for escapes in any quotes. If one of them reads the file, leave these values out and hand them over as variables`,
  );
}

/** Who may read by a path may read what will be below it later: decrypting it should not fail then. */
function encryptedOf({ named, below }: Answers, place: Place): string[] {
  const secure = ({ secret, reference }: Fetched) => secret && !reference;
  const byName = named.map(({ found }) => found).filter(secure);
  const paths = below.filter(({ found }) => found.some(secure)).map(({ path }) => belowArn(path.path, place));
  return [...byName.map(({ arn }) => arn), ...paths];
}
