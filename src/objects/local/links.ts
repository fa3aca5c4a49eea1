import { sep } from 'node:path';
import { isGit, isWithin, type Way } from '../../base/path-fence.ts';
import { Problem } from '../../base/problem.ts';
import { isCredentials } from './hidden-files.ts';

/**
 * What a link leads to, or a folder that may have become one.
 * @throws Problem when that is nothing, outside of what may be published, or secret
 */
export function mustBeBounded(
  way: Way,
  { name, realRoot }: { readonly name: string; readonly realRoot: string },
): string {
  if (way.kind === 'missing') {
    throw new Problem({
      what: 'the symbolic link leads nowhere',
      on: name,
      fix: 'remove the link, or exclude it with a line !GLOB',
    });
  }
  const isBounded = way.kind === 'inside' || (way.kind === 'named' && isWithin(way.real, realRoot));
  const parts = way.real.split(sep);
  const what =
    way.kind === 'git' || parts.some(isGit)
      ? 'the symbolic link leads into .git'
      : !isBounded
        ? 'the symbolic link leads out of the workspace'
        : parts.some(isCredentials) && 'the symbolic link leads to the credentials of another action';
  if (what) {
    throw new Problem({
      what,
      on: name,
      why: 'what lies there may be secret, and is not part of what was built',
      fix: 'copy the file into the folder, or exclude the link with a line !GLOB',
    });
  }
  return way.real;
}
