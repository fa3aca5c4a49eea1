import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import picomatch from 'picomatch';
import { Problem } from '../../base/problem.ts';
import type { UploadTarget } from '../request.ts';
import { GLOB_OPTIONS } from '../rules/globs.ts';

/** A file to upload, as it was when it was found. */
export interface LocalFile {
  /** Absolute. */
  readonly path: string;
  /** Below LOCAL, with slashes on every system. */
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

export interface WalkRules {
  readonly workspace: string;
  /** Matched against the name below LOCAL, and against the path in the workspace. */
  readonly excludes: readonly string[];
  readonly hiddenFiles: boolean;
  readonly followSymlinks: boolean;
}

/** What LOCAL names. For a file, `files` has that one. */
export interface Walked {
  readonly kind: 'file' | 'folder' | 'glob' | 'missing';
  readonly files: readonly LocalFile[];
  /** How many entries were left out, for the log. */
  readonly skipped: { readonly hidden: number; readonly links: number; readonly special: number };
  /** Names below LOCAL that the rules leave out, on this side or in the bucket. */
  readonly leavesOut: (name: string) => boolean;
}

/**
 * Finds the files of one LOCAL: an existing path is a file or a folder, also if its name looks like a glob.
 * `.git` is never walked into: its configuration may hold a token.
 * @throws Problem for a symbolic link that leads nowhere, in a circle, or out of the workspace
 */
export async function findFiles({ local }: Pick<UploadTarget, 'local'>, rules: WalkRules): Promise<Walked> {
  const workspace = realpathSync(rules.workspace);
  const path = resolve(workspace, local);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) {
    const file = localFile(path, basename(path), stats);
    return { kind: 'file', files: [file], skipped: { hidden: 0, links: 0, special: 0 }, leavesOut: () => false };
  }
  if (stats?.isDirectory()) return walk('folder', path, workspace, rules, () => true);
  const { base, glob, isGlob } = picomatch.scan(slashes(local));
  if (!isGlob)
    return { kind: 'missing', files: [], skipped: { hidden: 0, links: 0, special: 0 }, leavesOut: () => false };
  const root = resolve(workspace, base);
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
    return { kind: 'glob', files: [], skipped: { hidden: 0, links: 0, special: 0 }, leavesOut: () => false };
  }
  return walk('glob', root, workspace, rules, picomatch(glob, GLOB_OPTIONS));
}

async function walk(
  kind: 'folder' | 'glob',
  root: string,
  workspace: string,
  rules: WalkRules,
  wanted: (name: string) => boolean,
): Promise<Walked> {
  const files: LocalFile[] = [];
  const skipped = { hidden: 0, links: 0, special: 0 };
  const inWorkspace = slashes(relative(workspace, root));
  const excluded = picomatch([...rules.excludes], GLOB_OPTIONS);
  const isExcluded = (name: string) =>
    rules.excludes.length > 0 && (excluded(name) || excluded(inWorkspace === '' ? name : `${inWorkspace}/${name}`));
  const isHidden = (name: string) =>
    name.split('/').some((part) => part === '.git' || (!rules.hiddenFiles && part.startsWith('.')));
  const bounds = [workspace, realpathSync(root)];

  const pending: { folder: string; name: string; above: readonly string[] }[] = [
    { folder: root, name: '', above: [realpathSync(root)] },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { folder, name: prefix, above } = next;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      const path = join(folder, entry.name);
      if (isExcluded(name)) continue;
      if (isHidden(entry.name)) skipped.hidden++;
      else if (entry.isSymbolicLink() && !rules.followSymlinks) skipped.links++;
      else {
        const { stats, real } = look(path, name, entry, bounds);
        if (stats.isDirectory()) {
          if (real && above.includes(real))
            throw new Problem({ what: 'the symbolic link leads to a folder above itself', on: name });
          pending.push({ folder: path, name, above: real ? [...above, real] : above });
        } else if (!stats.isFile()) skipped.special++;
        else if (wanted(name)) files.push(localFile(path, name, stats));
      }
    }
    // Thousands of folders must not keep the other jobs of the step from their network.
    await setImmediate();
  }
  files.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { kind, files, skipped, leavesOut: (name) => isExcluded(name) || isHidden(name) || !wanted(name) };
}

/** `real` only for what a link leads to. */
function look(path: string, name: string, entry: Dirent, bounds: readonly string[]): { stats: Stats; real?: string } {
  if (!entry.isSymbolicLink()) return { stats: statSync(path) };
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    throw new Problem({
      what: 'the symbolic link leads nowhere',
      on: name,
      fix: 'remove the link, or exclude it with a line !GLOB',
    });
  }
  if (!bounds.some((bound) => isWithin(real, bound))) {
    throw new Problem({
      what: 'the symbolic link leads out of the workspace',
      on: name,
      why: 'what lies outside may be secret, and is not part of what was built',
      fix: 'copy the file into the folder, or exclude the link with a line !GLOB',
    });
  }
  return { stats: statSync(real), real };
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function localFile(path: string, name: string, { size, mtimeMs }: Stats): LocalFile {
  return { path, name, size, mtimeMs };
}

function slashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}
