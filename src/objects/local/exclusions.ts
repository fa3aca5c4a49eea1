import { readdirSync } from 'node:fs';
import { flatGlobs } from '../rules/flat-globs.ts';
import { globSet } from '../rules/globs.ts';

/** The lines `!GLOB` of s3-upload. */
export interface Exclusions {
  /** Whether a file or folder is left out by any of its names. */
  has(names: readonly string[]): boolean;
  /** A folder that was left out with all that is in it: what is below it no glob gets to see. @param path where it is */
  prune(names: readonly string[], path: string): void;
  /** Looks at a file that is uploaded. @param name below LOCAL */
  look(name: string): void;
  /** Globs that left files of LOCAL out, and not those of the same kind in its folders. */
  missed(): { readonly glob: string; readonly files: string }[];
  /** Globs that left nothing out, nor would have in a folder that was left out whole. */
  unmatched(): string[];
}

export function exclusionsOf(globs: readonly string[]): Exclusions {
  const set = globSet(globs);
  const flat = flatGlobs(globs);
  const pruned: { readonly names: readonly string[]; readonly path: string }[] = [];
  return {
    has: (names) => globs.length > 0 && set.lastMatch(names) >= 0,
    prune: (names, path) => {
      pruned.push({ names, path });
    },
    look: (name) => flat.look(name, -1),
    missed: () => flat.missed(set.unmatched()),
    unmatched: () => {
      for (const { names, path } of pruned) {
        if (set.unmatched().length === 0) break;
        for (const below of contentOf(path)) set.lastMatch(names.map((name) => `${name}/${below}`));
      }
      return set.unmatched().map((place) => globs[place]!);
    },
  };
}

/** Names below a folder; none where it cannot be read, as nothing of it is uploaded. */
function contentOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  } catch {
    return [];
  }
}
