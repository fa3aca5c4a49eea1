import { realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isWithin } from '../../base/fence.ts';
import { Problem } from '../../base/problem.ts';
import type { Content } from '../model/content.ts';

/** Files by name, of a folder or a tar. */
export interface Archive {
  /** Where it lies, for messages. */
  readonly path: string;
  /** Names of its files, for a tar. */
  readonly names?: readonly string[];
  /**
   * A file, through links; undefined when it is not there.
   * @throws Problem when a link leads outside, or back to itself
   */
  find(name: string): Content | undefined;
}

/**
 * A folder. Build tools (bazel) leave links to blobs that lie elsewhere: they are followed within the workspace, so that
 * what a build made cannot name a file of the runner and have it published.
 */
export function folderArchive(path: string, workspace: string): Archive {
  const allowed = [realpathSync(path), realpathSync(workspace)];
  return {
    path,
    find: (name) => {
      const given = join(path, name);
      if (!isWithin(given, path)) throw leaves(path, name);
      try {
        const real = realpathSync(given);
        if (!allowed.some((folder) => isWithin(real, folder))) throw leaves(path, name);
        const stat = statSync(real);
        return stat.isFile() ? { path: real, start: 0, size: stat.size } : undefined;
      } catch (thrown) {
        const code = (thrown as NodeJS.ErrnoException).code;
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        if (code === 'ELOOP') throw new Problem({ what: `The link ${name} leads back to itself`, on: path });
        throw thrown;
      }
    },
  };
}

function leaves(path: string, name: string): Problem {
  return new Problem({
    what: `${name} lies outside of the workspace`,
    on: path,
    fix: 'copy it into the folder: links are followed within the workspace only',
  });
}
