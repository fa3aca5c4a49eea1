import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import picomatch from 'picomatch';
import { onFileSync } from '../../base/edge/files.ts';
import { fenced, isWithin } from '../../base/path-fence.ts';
import type { UploadTarget } from '../request-lines.ts';
import { GLOB_OPTIONS } from '../rules/globs.ts';
import { LOCAL_ITSELF, mayRead, type Walked, type WalkRules, walkFolder } from './walk.ts';
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
  const walk = (kind: 'folder' | 'glob', root: string, wanted: (name: string) => boolean) =>
    walkFolder({ kind, root, base: pathIn(workspace, root), fence, rules, wanted });
  if (found) return walk('folder', found.path, () => true);
  const { base, glob, isGlob } = picomatch.scan(slashes(local));
  if (!isGlob) return { ...NOTHING, kind: 'missing' };
  const root = fenced(base === '' ? '.' : base, fence);
  if (!root?.stats.isDirectory()) return { ...NOTHING, kind: 'glob' };
  return walk('glob', root.path, picomatch(glob, GLOB_OPTIONS));
}

/** With slashes; nothing for the workspace itself and for what is not in it. */
function pathIn(workspace: string, path: string): string {
  const full = resolve(workspace, path);
  return isWithin(full, workspace) ? slashes(relative(workspace, full)) : '';
}

function slashes(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}
