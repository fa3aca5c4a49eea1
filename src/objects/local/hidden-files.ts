import { isGit } from '../../base/path-fence.ts';

/**
 * Whether a file or folder of this name is left out: with `s3-include-hidden-files: false` all that begin with a dot; `.git` always, as
 * its configuration may hold a token.
 */
export function isHidden(name: string, { hiddenFiles }: { readonly hiddenFiles: boolean }): boolean {
  return isGit(name) || (!hiddenFiles && name.startsWith('.'));
}
