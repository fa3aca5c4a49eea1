import type { Dirent } from 'node:fs';
import { isGit } from '../../base/path-fence.ts';

/**
 * Whether a file or folder of this name is left out: with `s3-include-hidden-files: false` all that begin with a dot; always what holds
 * credentials: `.git`, whose configuration may have a token, and files of other actions.
 */
export function isHidden(name: string, { hiddenFiles }: { readonly hiddenFiles: boolean }): boolean {
  return isGit(name) || isCredentials(name) || (!hiddenFiles && name.startsWith('.'));
}

/**
 * Whether a name is that of a file in which another action leaves credentials for later steps: google-github-actions/auth in the
 * workspace, actions/checkout (from v6 on) in RUNNER_TEMP. https://github.com/google-github-actions/auth#readme, "Prerequisites"
 */
export function isCredentials(name: string): boolean {
  return /^(gha-creds-.*\.json|git-credentials-.*\.config)$/i.test(name);
}

/**
 * Whether a folder with these entries is git's own under another name: a bare clone, or what `.git` names with `gitdir:`.
 * https://git-scm.com/docs/gitrepository-layout: without these three git does not take it for a repository
 */
export function isGitFolder(entries: readonly Dirent[]): boolean {
  const isFolder = (name: string) => entries.some((it) => it.name === name && it.isDirectory());
  return entries.some((it) => it.name === 'HEAD') && isFolder('objects') && isFolder('refs');
}
