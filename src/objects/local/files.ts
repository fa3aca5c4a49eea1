import {
  accessSync,
  constants,
  type Dirent,
  lstatSync,
  readdirSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import picomatch from 'picomatch';
import { onFileSync } from '../../base/edge/files.ts';
import { type Fence, fenced, isPrivateOfTemp, isWithin, realOf, wayOf } from '../../base/path-fence.ts';
import { Problem } from '../../base/problem.ts';
import { shapeOf } from '../../base/retryable.ts';
import type { UploadTarget } from '../request-lines.ts';
import { GLOB_OPTIONS } from '../rules/globs.ts';
import type { Exclusions } from './exclusions.ts';
import { isGitFolder, isHidden } from './hidden-files.ts';
import { mustBeBounded } from './links.ts';
import { byName, type Folder, type LocalFile, nameIn, WalkedFile } from './walked-file.ts';

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

/** Among the names that cannot be read. */
export const LOCAL_ITSELF = '.';

export interface Skipped {
  readonly hidden: readonly string[];
  readonly links: readonly string[];
  readonly special: readonly string[];
  /** That LOCAL's glob matches, though perhaps not the files in them. */
  readonly folders: readonly string[];
}

const NOTHING = {
  base: '',
  files: [],
  skipped: { hidden: [], links: [], special: [], folders: [] },
  unreadable: [],
  leavesOut: () => false,
};

/**
 * Finds the files of one LOCAL: an existing path is a file or a folder, also if its name looks like a glob.
 * `.git` is never walked into: its configuration may hold a token; nor is what is private in RUNNER_TEMP.
 * @throws Problem for a symbolic link that leads nowhere, in a circle, or out of the workspace
 */
export async function findFiles({ local }: Pick<UploadTarget, 'local'>, rules: WalkRules): Promise<Walked> {
  const workspace = onFileSync({ on: rules.workspace, doing: 'read' }, () => realpathSync(rules.workspace));
  const fence = { workspace, temp: rules.temp };
  const found = fenced(local, fence);
  if (found?.stats.isFile()) {
    const { path, stats } = found;
    const file = new WalkedFile({ path: dirname(path), name: '' }, basename(path), stats);
    const unreadable = mayRead(path) ? [] : [LOCAL_ITSELF];
    return { ...NOTHING, kind: 'file', base: pathIn(workspace, join(path, '..')), files: [file], unreadable };
  }
  if (found) return walk({ kind: 'folder', root: found.path, fence, rules, wanted: () => true });
  const { base, glob, isGlob } = picomatch.scan(slashes(local));
  if (!isGlob) return { ...NOTHING, kind: 'missing' };
  const root = fenced(base === '' ? '.' : base, fence);
  if (!root?.stats.isDirectory()) return { ...NOTHING, kind: 'glob' };
  return walk({ kind: 'glob', root: root.path, fence, rules, wanted: picomatch(glob, GLOB_OPTIONS) });
}

interface Walk {
  readonly kind: 'folder' | 'glob';
  readonly root: string;
  readonly fence: Fence;
  readonly rules: WalkRules;
  readonly wanted: (name: string) => boolean;
}

/** Are looked at without a pause. */
const ENTRIES_AT_ONCE = 256;

async function walk({ kind, root, fence, rules, wanted }: Walk): Promise<Walked> {
  const files: WalkedFile[] = [];
  const skipped = { hidden: [] as string[], links: [] as string[], special: [] as string[], folders: [] as string[] };
  const unreadable: string[] = [];
  const base = pathIn(fence.workspace, root);
  const isExcluded = (name: string) => rules.exclusions.has(base === '' ? [name] : [name, `${base}/${name}`]);
  const realRoot = realOf(root) ?? root;
  const realTemp = fence.temp && realOf(fence.temp);
  // They may not be there yet.
  const secrets = rules.secretFiles.map((path) => join(realOf(dirname(path)) ?? dirname(path), basename(path)));
  const isPrivate = (name: string, inReal: string) => inReal === realTemp && isPrivateOfTemp(name);

  const gitFolders = new Set<string>();
  const leavesOut = (name: string) =>
    withFolders(name).some((it) => isExcluded(it) || gitFolders.has(it)) ||
    name.split('/').some((part) => isHidden(part, rules)) ||
    isPrivate(name, realRoot) ||
    !wanted(name);

  const pending: { folder: Folder; inReal: string; above: readonly string[] }[] = [
    { folder: { path: root, name: '' }, inReal: realRoot, above: [realRoot] },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { folder, inReal, above } = next;
    for (const secret of secrets) {
      if (dirname(secret) === inReal && !leavesOut(nameIn(folder, basename(secret)))) throw holdsSecrets(secret);
    }
    const entries = entriesOf(folder, unreadable);
    if (folder.name !== '' && isGitFolder(entries)) {
      skipped.hidden.push(folder.name);
      gitFolders.add(folder.name);
      continue;
    }
    const below: (typeof next)[] = [];
    for (const [at, entry] of entries.entries()) {
      if (at % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) await setImmediate();
      const name = nameIn(folder, entry.name);
      const path = join(folder.path, entry.name);
      if (isExcluded(name)) {
        if (entry.isDirectory()) rules.exclusions.prune(base === '' ? [name] : [name, `${base}/${name}`], path);
        continue;
      }
      if (isHidden(entry.name, rules) || isPrivate(entry.name, inReal)) skipped.hidden.push(name);
      else if (entry.isSymbolicLink() && !rules.followSymlinks) skipped.links.push(name);
      else {
        const { stats, real } = look({ path, name, entry, fence, realRoot });
        if (!stats) unreadable.push(name);
        else if (stats.isDirectory()) {
          if (real && above.includes(real))
            throw new Problem({ what: 'the symbolic link leads to a folder above itself', on: name });
          if (kind === 'glob' && wanted(name)) skipped.folders.push(name);
          below.push({
            folder: { path, name },
            inReal: real ?? join(inReal, entry.name),
            above: real ? [...above, real] : above,
          });
        } else if (!stats.isFile()) skipped.special.push(name);
        else if (wanted(name)) {
          if (real && secrets.includes(real)) throw holdsSecrets(real);
          if (mayRead(path)) files.push(new WalkedFile(folder, entry.name, stats));
          else unreadable.push(name);
        }
      }
    }
    // The first of them is next: so the files come nearly sorted.
    for (const one of below.reverse()) pending.push(one);
    // A link in the place of the folder, since it was found, would have led elsewhere.
    const way = wayOf(folder.path, fence);
    if (way.kind !== 'missing' && (folder.name === '' || way.real !== inReal))
      mustBeBounded(way, { name: folder.name || root, realRoot });
    // Thousands of folders, or of files in one, must not keep the other jobs of the step from their network.
    await setImmediate();
  }
  files.sort(byName);
  // A glob with ** has what is in them, or means to leave it out.
  skipped.folders = skipped.folders.filter((folder) => !wanted(`${folder}/x`) && !wanted(`${folder}/x/y`));
  return { kind, base, files, skipped, unreadable, leavesOut };
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

interface Looked {
  readonly path: string;
  readonly name: string;
  readonly entry: Dirent;
  readonly fence: Fence;
  readonly realRoot: string;
}

/** `real` only for what a link leads to; no `stats` for what vanished, or for what is in a folder whose names alone may be seen. */
function look({ path, name, entry, fence, realRoot }: Looked): { stats?: Stats | undefined; real?: string } {
  // What became a link since the folder was listed is neither a file nor a folder.
  if (!entry.isSymbolicLink()) return { stats: statsOf(path, lstatSync) };
  const way = wayOf(path, fence);
  if (way.kind === 'missing' && !maySee(path)) return {};
  const real = mustBeBounded(way, { name, realRoot });
  return { stats: statsOf(real, statSync), real };
}

/** Whether the user may look what a link leads to, if anything. */
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

function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** With slashes; nothing for the workspace itself and for what is not in it. */
function pathIn(workspace: string, path: string): string {
  const full = resolve(workspace, path);
  return isWithin(full, workspace) ? slashes(relative(workspace, full)) : '';
}

function slashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}
