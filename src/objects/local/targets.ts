import { problemsIn } from '../../base/edge/index.ts';
import { Problem, Problems } from '../../base/problem.ts';
import { counted, someOf } from '../../base/units.ts';
import type { ObjectsRequest } from '../request.ts';
import type { UploadTarget } from '../request-lines.ts';
import { isPublicAcl } from '../rules/acl.ts';
import { problemOfKey } from '../rules/key.ts';
import { MAX_OBJECT_BYTES } from '../rules/parts.ts';
import { type Exclusions, exclusionsOf } from './exclusions.ts';
import { findFiles } from './files.ts';
import { decomposedNames, lfsPointers, pointersProblem, unlinkedNames } from './suspects.ts';
import { LOCAL_ITSELF, type Skipped, type Walked } from './walk.ts';
import type { LocalFile } from './walked-file.ts';

/** Where the files of a line go. */
export interface TargetPlace {
  readonly bucket: string;
  readonly kind: Walked['kind'];
  /** What its keys begin with: ends in a slash or is empty; of a single file the whole key. */
  readonly prefix: string;
}

/** One line of `s3-upload` with the files that it names. */
export interface LocalTarget extends TargetPlace, Pick<UploadTarget, 'local' | 'line'> {
  /** Path in the workspace that the files' names are below. */
  readonly base: string;
  /** Sorted by their names. */
  readonly files: readonly LocalFile[];
  readonly leavesOut: Walked['leavesOut'];
}

/** The key of a file of a target. */
export function keyOf(
  { kind, prefix }: Pick<TargetPlace, 'kind' | 'prefix'>,
  { name }: Pick<LocalFile, 'name'>,
): string {
  return kind === 'file' ? prefix : prefix + name;
}

interface TargetLog {
  info(line: string): void;
  warning(text: string): void;
}

export interface FoundTargets {
  readonly targets: LocalTarget[];
  /** To be called when the buckets were listed: an exclusion may have kept something there. */
  readonly warnOfUnmatched: () => void;
}

/**
 * Finds the files of every line.
 * @throws Problems: every missing LOCAL, file that cannot be read or has no content, key that cannot be, and link that leads out
 */
export async function findTargets(
  request: ObjectsRequest,
  temp: string | undefined,
  log: TargetLog,
): Promise<FoundTargets> {
  const problems: Problem[] = [];
  const targets: LocalTarget[] = [];
  const exclusions = exclusionsOf(request.excludes.map(({ glob }) => glob));
  for (const target of request.targets) {
    const on = `Input s3-upload, line ${target.line}`;
    try {
      const walked = await findFiles(target, { ...request, temp, exclusions });
      const found = withPrefix(target, walked);
      targets.push(found);
      if (request.excludes.length > 0) for (const { name } of found.files) exclusions.look(name);
      if (walked.unreadable.length > 0) problems.push(unreadable(target, walked.unreadable));
      else if (found.files.length === 0) nothingFound({ ...walked, local: target.local }, request, log);
      saySkipped(target, walked.skipped, log);
      problems.push(...problemsOfKeys(found));
      const pointers = lfsPointers(found.files);
      if (pointers.length > 0) problems.push(pointersProblem(pointers, on));
      warnOfDecomposed(target, found.files, log);
      if (isServed(request)) warnOfUnlinked(target, found.files, log);
    } catch (thrown) {
      const found = problemsIn(thrown);
      if (!found) throw thrown;
      problems.push(
        ...found.map(({ details }) => new Problem({ ...details, on: [on, details.on].filter(Boolean).join(', ') })),
      );
    }
  }
  if (problems.length > 0) throw new Problems(problems);
  return { targets, warnOfUnmatched: () => warnOfUnmatched(request, exclusions, log) };
}

/** One problem for all files that have the same one: a wrong name of a folder is in each of its files. */
function problemsOfKeys(target: LocalTarget): Problem[] {
  const byKind = new Map<string, { readonly problem: { what: string; fix?: string | undefined }; paths: string[] }>();
  for (const file of target.files) {
    const problem =
      problemOfKey(keyOf(target, file)) ??
      (file.size > MAX_OBJECT_BYTES ? { what: 'the file is larger than S3 takes' } : undefined);
    if (!problem) continue;
    const same = byKind.get(problem.fix ?? problem.what) ?? { problem, paths: [] as string[] };
    byKind.set(problem.fix ?? problem.what, same);
    same.paths.push(file.path);
  }
  return [...byKind.values()].map(({ problem, paths }) => new Problem({ ...problem, on: someOf(paths) }));
}

function withPrefix(target: UploadTarget, { kind, base, files, leavesOut }: Walked): LocalTarget {
  const { bucket, prefix, local, line } = target;
  const isFolder = prefix === '' || prefix.endsWith('/');
  const common = { local, bucket, line, kind, base, files, leavesOut };
  if (kind === 'file') return { ...common, prefix: isFolder ? prefix + (files[0]?.name ?? '') : prefix };
  return { ...common, prefix: isFolder ? prefix : `${prefix}/` };
}

function unreadable({ local, line }: UploadTarget, names: readonly string[]): Problem {
  return new Problem({
    what: names.includes(LOCAL_ITSELF)
      ? `${local} cannot be read`
      : `what is in ${local} cannot all be read: ${someOf(names)}`,
    on: `Input s3-upload, line ${line}`,
    why: "the runner's user may not read it, as when a container step wrote it as root; or it vanished while the step looked",
    fix: 'sudo chown -R "$USER" on the folder in an earlier step, or leave out what nobody needs with a line !GLOB',
  });
}

/** @throws Problem when `s3-if-no-files-found` is error, or LOCAL itself is not there */
function nothingFound(
  { local, kind, skipped }: Pick<UploadTarget, 'local'> & Pick<Walked, 'kind' | 'skipped'>,
  { ifNoFilesFound }: ObjectsRequest,
  log: Pick<TargetLog, 'warning'>,
): void {
  const what = kind === 'missing' ? `there is no ${local} in the workspace` : `${local} has no files to upload`;
  if (ifNoFilesFound === 'error') {
    throw new Problem({
      what,
      why: skipped.hidden.length > 0 ? `left out as hidden: ${someOf(skipped.hidden)}` : undefined,
      fix: 'check the path, the exclusions and the step that builds it; s3-if-no-files-found: warn or ignore lets it pass',
    });
  }
  if (ifNoFilesFound === 'warn') log.warning(`s3-upload: ${what}`);
}

function warnOfDecomposed({ local }: UploadTarget, files: readonly LocalFile[], log: TargetLog): void {
  const names = decomposedNames(files);
  if (names.length === 0) return;
  log.warning(
    `${local}: ${counted(names.length, 'name')} in decomposed form (Unicode NFD, as macOS writes it): ${someOf(names)}. The keys have that form too, so a link in the usual composed form gets a 404. Rename the files in the repository (convmv -f utf8 -t utf8 --nfc), unless the links are written the same way.`,
  );
}

/** Whether viewers are to read what is uploaded, as far as the inputs say. */
function isServed({ distributions, acl }: Pick<ObjectsRequest, 'distributions' | 'acl'>): boolean {
  return distributions.length > 0 || isPublicAcl(acl);
}

/** Programs that fetch by the API encode what they ask for; links mostly do not. */
function warnOfUnlinked({ local }: UploadTarget, files: readonly LocalFile[], log: TargetLog): void {
  const names = unlinkedNames(files);
  if (names.length === 0) return;
  log.warning(
    `${local}: ${counted(names.length, 'name')} that a plain link does not reach: ${someOf(names)}. S3 takes + in the path of a URL for a space, and browsers take a backslash for a slash. Write %2B and %5C in links, or rename the files.`,
  );
}

/**
 * Names what was left out: nobody notices a missing file by a number. What was surely meant to be served is a warning: `.well-known` is there
 * for nothing else (RFC 8615), and other tools follow links.
 */
function saySkipped({ local }: UploadTarget, { hidden, links, special, folders }: Skipped, log: TargetLog): void {
  const told = (names: readonly string[], what: string, how: string) =>
    names.length === 0 ? [] : [`${names.length} ${what} (${someOf(names)})${how}`];
  const parts = [
    ...told(
      hidden,
      'hidden',
      '; s3-include-hidden-files: true uploads them, except .git and credentials of other actions',
    ),
    ...told(
      links,
      links.length === 1 ? 'symbolic link' : 'symbolic links',
      '; s3-follow-symlinks: true uploads what they lead to',
    ),
    ...told(special, 'neither file nor folder', ''),
  ];
  const isMissed = links.length > 0 || hidden.some((name) => name.split('/').at(-1) === '.well-known');
  if (parts.length > 0)
    log[isMissed ? 'warning' : 'info'](
      `${local}: left out ${parts.join(', ')}${isMissed ? '. A line !GLOB leaves them out without this warning.' : ''}`,
    );
  if (folders.length > 0) {
    log.warning(
      `s3-upload: ${local} matches ${counted(folders.length, 'folder')} (${someOf(folders)}), and none of the files in ${folders.length === 1 ? 'it' : 'them'}. Write the folder itself, or /** in place of /*.`,
    );
  }
}

/** A glob that was meant to keep something private, and matches nothing, would otherwise publish it without a word. */
function warnOfUnmatched(request: ObjectsRequest, exclusions: Exclusions, log: Pick<TargetLog, 'warning'>): void {
  for (const { glob, files } of exclusions.missed()) {
    log.warning(
      `s3-upload: !${glob} leaves out only what lies directly in LOCAL. In its folders it does not keep back ${files}. Write !**/${glob} for any depth, or !/${glob} if only the root is meant.`,
    );
  }
  const unmatched = new Set(exclusions.unmatched());
  const lines = request.excludes.filter(({ glob }) => unmatched.has(glob));
  const how =
    'Globs are matched with the path below LOCAL and with the path in the workspace; ** stands for any folders, **/NAME for a name at any depth.';
  if (lines.length > MAX_WARNINGS) {
    const some = someOf(lines.map(({ glob, line }) => `!${glob} (line ${line})`));
    log.warning(`s3-upload: ${lines.length} exclusions left nothing out: ${some}. ${how}`);
    return;
  }
  for (const { glob, line } of lines) log.warning(`s3-upload, line ${line}: !${glob} left nothing out. ${how}`);
}

/** GitHub shows ten warnings a step. */
const MAX_WARNINGS = 10;
