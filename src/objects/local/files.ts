import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { onFileSync } from '../../base/edge/files.ts';
import { fenced, isWithin } from '../../base/path-fence.ts';
import type { UploadTarget } from '../request-lines.ts';
import { folderFinder, GLOB_OPTIONS } from '../rules/globs.ts';
import { LOCAL_ITSELF, mayRead, type Walked, type WalkRules, type WalkTask, walkFolder } from './walk.ts';
import { WalkedFile } from './walked-file.ts';

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
  const walk = (root: string, task: Pick<WalkTask, 'kind' | 'wanted' | 'mayHold'>) =>
    walkFolder({ ...task, root, base: pathIn(workspace, root), fence, rules });
  if (found) return walk(found.path, { kind: 'folder', wanted: () => true, mayHold: () => true });
  const { base, glob, isGlob } = picomatch.scan(slashes(local));
  if (!isGlob) return { ...NOTHING, kind: 'missing' };
  const root = fenced(base === '' ? '.' : base, fence);
  if (!root?.stats.isDirectory()) return { ...NOTHING, kind: 'glob' };
  return walk(root.path, { kind: 'glob', wanted: picomatch(glob, GLOB_OPTIONS), mayHold: folderFinder(glob) });
}

/** With slashes; nothing for the workspace itself and for what is not in it. */
function pathIn(workspace: string, path: string): string {
  const full = resolve(workspace, path);
  return isWithin(full, workspace) ? slashes(relative(workspace, full)) : '';
}

function slashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}
