import { accessSync, constants, type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Fence, isPrivateOfTemp, realOf, wayOf } from '../../base/path-fence.ts';
import { Problem } from '../../base/problem.ts';
import { shapeOf } from '../../base/retryable.ts';
import type { Exclusions } from './exclusions.ts';
import { isGitFolder, isHidden } from './hidden-files.ts';
import { mustBeBounded } from './links.ts';
import { byName, type Folder, type LocalFile, nameIn, namesOf, WalkedFile } from './walked-file.ts';

export interface WalkRules {
  readonly workspace: string;
  /** RUNNER_TEMP, where earlier steps may have left what they built. */
  readonly temp?: string | undefined;
  readonly exclusions: Exclusions;
  readonly hiddenFiles: boolean;
  readonly followSymlinks: boolean;
  /** Absolute paths of files with secrets that steps of this action write, in place or not. */
  readonly secretFiles: readonly string[];
}

/** What LOCAL names. For a file, `files` has that one. */
export interface Walked {
  readonly kind: 'file' | 'folder' | 'glob' | 'missing';
  /** Path in the workspace of what the names are below; nothing where LOCAL lies outside, or is the workspace. */
  readonly base: string;
  /** Sorted by their names. */
  readonly files: readonly LocalFile[];
  /** Names of what was left out, for the log. */
  readonly skipped: Skipped;
  /** Names of what the user of the runner may not read, or what vanished while it was looked for; folders end in a slash. */
  readonly unreadable: readonly string[];
  /** Names below LOCAL that the rules leave out, on this side or in the bucket. */
  readonly leavesOut: (name: string) => boolean;
}

/** Stands for LOCAL among the names that cannot be read. */
export const LOCAL_ITSELF = '.';

export interface Skipped {
  readonly hidden: readonly string[];
  readonly links: readonly string[];
  readonly special: readonly string[];
  /** Folders that LOCAL's glob matches, though perhaps not the files in them. */
  readonly folders: readonly string[];
}

export interface WalkTask {
  readonly kind: 'folder' | 'glob';
  readonly root: string;
  /** Goes into what is found (`Walked.base`). */
  readonly base: string;
  readonly fence: Fence;
  readonly rules: WalkRules;
  readonly wanted: (name: string) => boolean;
  /** Whether there may be something wanted in a folder. */
  readonly mayHold: (name: string) => boolean;
}

/** What tells whether a name is left out. The plan holds it, so it has no files in it. */
interface WalkFilter extends WalkTask {
  /** Where the root and RUNNER_TEMP are when all links are followed. */
  readonly realRoot: string;
  readonly realTemp: string | undefined;
  /** Names of folders that are git's own. */
  readonly gitFolders: Set<string>;
}

interface Walk extends WalkFilter {
  /** Files with secrets, in place or not. */
  readonly secrets: readonly string[];
  readonly files: WalkedFile[];
  readonly skipped: { readonly [kind in keyof Skipped]: string[] };
  readonly unreadable: string[];
}

/** A folder that is yet to be read. */
interface PendingFolder {
  readonly folder: Folder;
  /** Where it is when all links are followed. */
  readonly real: string;
  /** The same of the folders above it, and its own: a link to one of them has no end. */
  readonly above: readonly string[];
}

/** So many entries are looked at without a pause. */
const ENTRIES_AT_ONCE = 256;

/** @throws Problem for a symbolic link that leads nowhere, in a circle, or out of the workspace, and for a file with secrets */
export async function walkFolder(task: WalkTask): Promise<Walked> {
  const { kind, root, base, fence, rules, wanted } = task;
  const realRoot = realOf(root) ?? root;
  const filter = { ...task, realRoot, realTemp: fence.temp && realOf(fence.temp), gitFolders: new Set<string>() };
  const walk: Walk = {
    ...filter,
    // They may not be there yet.
    secrets: rules.secretFiles.map((path) => join(realOf(dirname(path)) ?? dirname(path), basename(path))),
    files: [],
    skipped: { hidden: [], links: [], special: [], folders: [] },
    unreadable: [],
  };
  const pending: PendingFolder[] = [{ folder: { path: root, name: '' }, real: realRoot, above: [realRoot] }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const below = await readFolder(walk, next);
    // The first of them is next: so the files come nearly sorted.
    for (const one of below.reverse()) pending.push(one);
    // Thousands of folders, or of files in one, must not keep the other jobs of the step from their network.
    await setImmediate();
  }
  const { files, skipped, unreadable } = walk;
  files.sort(byName);
  // A glob with ** has what is in them, or means to leave it out.
  const folders = skipped.folders.filter((folder) => !wanted(`${folder}/x`) && !wanted(`${folder}/x/y`));
  const leavesOut = (name: string) => isLeftOut(filter, name);
  return { kind, base, files, skipped: { ...skipped, folders }, unreadable, leavesOut };
}

/** @returns the folders in it, in the order of their names */
async function readFolder(walk: Walk, pending: PendingFolder): Promise<PendingFolder[]> {
  const { root, realRoot, fence, secrets, unreadable } = walk;
  const { folder, real } = pending;
  for (const secret of secrets) {
    if (dirname(secret) === real && !isLeftOut(walk, nameIn(folder, basename(secret)))) throw holdsSecrets(secret);
  }
  const entries = entriesOf(folder, unreadable);
  if (folder.name !== '' && isGitFolder(entries)) {
    walk.skipped.hidden.push(folder.name);
    walk.gitFolders.add(folder.name);
    return [];
  }
  const below: PendingFolder[] = [];
  for (const [at, entry] of entries.entries()) {
    if (at % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) await setImmediate();
    const found = takeEntry(walk, pending, entry);
    if (found) below.push(found);
  }
  // A link in the place of the folder, since it was found, would have led elsewhere.
  const way = wayOf(folder.path, fence);
  if (way.kind !== 'missing' && (folder.name === '' || way.real !== real))
    mustBeBounded(way, { name: folder.name || root, realRoot });
  return below;
}

/** Keeps a file, or the name of what is left out. @returns the folder that it is */
function takeEntry(walk: Walk, pending: PendingFolder, entry: Dirent): PendingFolder | undefined {
  const { kind, rules, wanted, mayHold, skipped, unreadable } = walk;
  const { folder, above } = pending;
  const name = nameIn(folder, entry.name);
  const path = join(folder.path, entry.name);
  if (isExcluded(walk, name)) {
    if (entry.isDirectory()) rules.exclusions.prune(namesOf(walk, { name }), path);
    return undefined;
  }
  if (!wanted(name) && !mayHold(name)) return undefined;
  const isPrivate = pending.real === walk.realTemp && isPrivateOfTemp(entry.name);
  if (isPrivate || isHidden(entry.name, rules)) skipped.hidden.push(name);
  else if (entry.isSymbolicLink() && !rules.followSymlinks) skipped.links.push(name);
  else {
    const { stats, real } = look(walk, { path, name, entry });
    if (stats?.isDirectory()) {
      if (real && above.includes(real))
        throw new Problem({
          what: 'the symbolic link leads to a folder above itself',
          on: name,
          fix: 'leave it out with a line !GLOB, or leave s3-follow-symlinks out',
        });
      if (kind === 'glob' && wanted(name)) skipped.folders.push(name);
      if (!mayHold(name)) return undefined;
      return {
        folder: { path, name },
        real: real ?? join(pending.real, entry.name),
        above: real ? [...above, real] : above,
      };
    }
    if (!stats) unreadable.push(name);
    else if (!stats.isFile()) skipped.special.push(name);
    else if (wanted(name)) {
      if (real && walk.secrets.includes(real)) throw holdsSecrets(real);
      if (mayRead(path)) walk.files.push(new WalkedFile(folder, entry.name, stats));
      else unreadable.push(name);
    }
  }
  return undefined;
}

function isLeftOut(filter: WalkFilter, name: string): boolean {
  const { rules, gitFolders, realRoot, realTemp, wanted } = filter;
  return (
    withFolders(name).some((it) => isExcluded(filter, it) || gitFolders.has(it)) ||
    name.split('/').some((part) => isHidden(part, rules)) ||
    (realRoot === realTemp && isPrivateOfTemp(name)) ||
    !wanted(name)
  );
}

function isExcluded(filter: WalkFilter, name: string): boolean {
  return filter.rules.exclusions.has(namesOf(filter, { name }));
}

/**
 * A LOCAL that is the file itself is the workflow's own word, as for the `environmentFiles` of ECS. What a folder has in it is not:
 * whether the file is there already depends on what ran before.
 */
function holdsSecrets(path: string): Problem {
  return new Problem({
    what: 'the folder has a file in it that ssm-env-file writes, and would publish it',
    on: path,
    why: 'it holds secrets in plain text',
    fix: 'write it to another folder or leave it out with a line !GLOB; to publish it, name the file itself in a line of s3-upload',
  });
}

/** `a/b/c` is excluded by `a/b` and by `a` as well. */
function withFolders(name: string): string[] {
  const names = [name];
  for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/', slash - 1)) {
    names.push(name.slice(0, slash));
  }
  return names;
}

function entriesOf({ path, name }: Folder, unreadable: string[]): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    unreadable.push(name === '' ? LOCAL_ITSELF : `${name}/`);
    return [];
  }
}

interface FoundEntry {
  readonly path: string;
  readonly name: string;
  readonly entry: Dirent;
}

/** `real` only for what a link leads to; no `stats` for what vanished, or for what is in a folder whose names alone may be seen. */
function look(
  { fence, realRoot }: Pick<Walk, 'fence' | 'realRoot'>,
  { path, name, entry }: FoundEntry,
): { stats?: Stats | undefined; real?: string } {
  // An entry that has become a link since the folder was listed is neither a file nor a folder.
  if (!entry.isSymbolicLink()) return { stats: statsOf(path, lstatSync) };
  const way = wayOf(path, fence);
  if (way.kind === 'missing' && !maySee(path)) return {};
  const real = mustBeBounded(way, { name, realRoot });
  return { stats: statsOf(real, statSync), real };
}

/** Whether the user may look at what a link leads to, if anything. */
function maySee(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (thrown) {
    return shapeOf(thrown).code !== 'EACCES';
  }
}

function statsOf(path: string, stat: (path: string) => Stats): Stats | undefined {
  try {
    return stat(path);
  } catch {
    return undefined;
  }
}

export function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
