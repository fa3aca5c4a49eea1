import { realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { onFileSync } from './edge/files.ts';
import { Problem } from './problem.ts';

/** What the repository may lead the step to by a symbolic link. */
export interface Fence {
  /** Where paths that are not absolute begin. */
  readonly workspace: string;
  /** RUNNER_TEMP, where earlier steps may have left what they built. */
  readonly temp?: string | undefined;
  /** Further folders that a link of the workspace may lead to: a build tool's output outside of the workspace. */
  readonly also?: readonly string[];
}

/** Where a path leads. */
export type Way =
  /** `outside`: a link of the workspace leads out of it. `git`: into a `.git`, whose configuration may hold a token. */
  | { readonly kind: 'inside' | 'named' | 'outside' | 'git'; readonly path: string; readonly real: string }
  | { readonly kind: 'missing'; readonly path: string };

/**
 * The one rule for every root that a user names and the repository supplies. What is written as a path in the workspace, or in
 * RUNNER_TEMP, must also lie there when all links on its way are followed: the repository, or a build, made those links, and a
 * `site -> ../home/.aws` would be published. A path that is written as one outside (`named`) is the workflow's own word.
 * @param given as the user wrote it, or the absolute path of a link that a walk met
 */
export function wayOf(given: string, { workspace, temp, also = [] }: Fence): Way {
  const path = resolve(workspace, given);
  const real = realOf(path);
  if (real === undefined) return { kind: 'missing', path };
  const roots = [workspace, ...(temp ? [temp] : [])];
  const isOurs = roots.some((root) => isWithin(path, root) || isWithin(path, realOf(root) ?? root));
  if (!isOurs) return { kind: 'named', path, real };
  const home = [...roots, ...also].map((root) => realOf(root) ?? root).filter((root) => isWithin(real, root));
  const [root] = home.sort((a, b) => b.length - a.length);
  if (root === undefined) return { kind: 'outside', path, real };
  const below = relative(root, real).split(sep);
  if (below.some(isGit)) return { kind: 'git', path, real };
  const isTemp = temp !== undefined && root === realOf(temp) && !isWithin(path, temp);
  // The folder as a whole includes what is private.
  const isPrivate = isTemp && (real === root || isPrivateOfTemp(below[0] ?? ''));
  return { kind: isPrivate ? 'outside' : 'inside', path, real };
}

/** Whether a name is that of git's own folder: a disk that does not tell capitals from small letters finds it by any of them. */
export function isGit(name: string): boolean {
  return name.toLowerCase() === '.git';
}

/**
 * Whether a name right below RUNNER_TEMP is of the runner (`_runner_file_commands` has what earlier steps exported), of this
 * action, or of actions/checkout (from v6 on it keeps the job's token there): nothing in it is ever published by way of a folder above it.
 */
export function isPrivateOfTemp(name: string): boolean {
  return /^(_|keyless-|git-credentials-)/i.test(name);
}

/**
 * A path that may be read: within the fence, and a file or a folder, so that reading it ends.
 * @returns `undefined` when there is nothing at the path
 * @throws Problem for a path that leads out of the fence, into `.git`, or to a pipe, a socket or a device, and where the user may not look
 */
export function fenced(given: string, fence: Fence): { readonly path: string; readonly stats: Stats } | undefined {
  const way = wayOf(given, fence);
  if (way.kind === 'missing') {
    // Where the user may not look, nothing can be called missing.
    onFileSync({ on: given, doing: 'read' }, () => statSync(way.path, { throwIfNoEntry: false }));
    return undefined;
  }
  const { path, real } = way;
  if (way.kind === 'outside') {
    throw new Problem({
      on: given,
      what: 'a symbolic link on this path leads out of the workspace',
      why: `it leads to ${real}: what lies outside may be secret, and is not part of what was built`,
      fix: 'copy what is to be published into the workspace, or write the path it leads to',
    });
  }
  if (way.kind === 'git') {
    throw new Problem({
      on: given,
      what: 'this path leads into .git',
      why: 'the configuration and the history of a repository may hold a token',
      fix: 'copy what is to be published elsewhere in the workspace',
    });
  }
  const stats = statSync(real);
  if (stats.isFile() || stats.isDirectory()) return { path, stats };
  throw new Problem({
    on: given,
    what: 'this is neither a file nor a folder',
    why: 'reading a pipe, a socket or a device may never end',
    fix: 'write what it gives to a file first',
  });
}

/** Whether a path is a folder or lies below it; both without links, or both with. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * With every name as the disk has it, so that it can be compared.
 * @returns `undefined` when there is nothing, or a link that leads nowhere or in a circle
 */
export function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}
