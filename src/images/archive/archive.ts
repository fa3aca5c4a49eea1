import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Fence, fenced, isWithin } from '../../base/path-fence.ts';
import { Problem } from '../../base/problem.ts';
import { stateOf } from '../../base/same-file.ts';
import type { FileContent } from '../model/content.ts';

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
  find(name: string): FileContent | undefined;
  /** The blob of a digest, of an OCI layout. Who asks compares its content with the digest. */
  findBlob(digest: string): FileContent | undefined;
}

/**
 * A folder. Build tools (bazel) leave links to blobs that lie elsewhere. What names itself (index.json, and what a manifest.json
 * names by a path) stays within the fence, so that what a build made cannot name a file of the runner and have it published. A blob is
 * looked up by its digest and compared with it before anything is sent: only who knows all of a file can name its digest, so its link
 * may lead anywhere.
 */
export function folderArchive(path: string, fence: Fence): Archive {
  return {
    path,
    find: (name) => {
      const given = join(path, name);
      if (!isWithin(given, path)) throw leaves(path, name);
      try {
        const found = fenced(given, fence);
        return found?.stats.isFile() ? wholeOf(found.path, found.stats) : undefined;
      } catch (thrown) {
        if (!(thrown instanceof Problem)) throw thrown;
        throw new Problem({ ...thrown.details, on: `${path}: ${name}` });
      }
    },
    findBlob: (digest) => {
      const given = join(path, blobPath(digest));
      try {
        const real = realpathSync(given);
        const stat = statSync(real);
        return stat.isFile() ? wholeOf(real, stat) : undefined;
      } catch (thrown) {
        const { code } = thrown as NodeJS.ErrnoException;
        if (code === 'ENOENT' && lstatSync(given, { throwIfNoEntry: false })) throw leadsNowhere(digest, path);
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        if (code === 'ELOOP')
          throw new Problem({
            what: `the link of ${digest} leads back to itself`,
            on: path,
            fix: 'save the image again; a blob may be a link, but to a file',
          });
        throw thrown;
      }
    },
  };
}

/** A platform that was never pulled has no file; a link without its file was once whole, and is not left out. */
function leadsNowhere(digest: string, on: string): Problem {
  return new Problem({
    what: `the link of ${digest} leads to a file that is not there`,
    on,
    why: 'its build made it elsewhere and did not bring it here, as bazel does with a remote cache',
    fix: 'build it with all its outputs: bazel build --remote_download_outputs=all',
  });
}

function wholeOf(path: string, stats: Stats): FileContent {
  return { file: stateOf(path, stats), start: 0, size: stats.size };
}

/** What everybody on the machine may read, and only builds write: `nix build` and `guix pack -r` leave a link to it in the workspace. */
const STORES = ['/nix/store', '/gnu/store'];

/**
 * Folders outside of the workspace where builds leave what they made, and links to it in the workspace: the stores of nix and guix, and
 * bazel's output base, if a path leads there (its `bazel-bin` is a link to it, and its outputs are links to each other).
 * https://bazel.build/remote/output-directories
 */
export function buildOutputs(path: string): readonly string[] {
  try {
    const [, base] = /^(.+)\/execroot\/[^/]+\/bazel-out\//.exec(`${realpathSync(path)}/`) ?? [];
    return base ? [...STORES, base] : STORES;
  } catch {
    return STORES;
  }
}

export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function leaves(path: string, name: string): Problem {
  return new Problem({ what: `${name} leaves the folder`, on: path, fix: 'build or save the image again' });
}
