import { globSet, meantGlob } from '../rules/globs.ts';

/** The lines `!GLOB` of s3-upload. */
export interface Exclusions {
  /** Whether a file or folder is left out by any of its names. */
  has(names: readonly string[]): boolean;
  /** A folder that was left out with all that is in it: what is below it no glob gets to see. */
  prune(names: readonly string[]): void;
  /** Globs that left nothing out. */
  unmatched(): string[];
}

export function exclusionsOf(globs: readonly string[]): Exclusions {
  const set = globSet(globs);
  const pruned: string[] = [];
  return {
    has: (names) => globs.length > 0 && set.lastMatch(names) >= 0,
    prune: (names) => {
      pruned.push(...names);
    },
    unmatched: () =>
      set
        .unmatched()
        .map((place) => globs[place]!)
        .filter((glob) => !pruned.some((folder) => mayLieBelow(meantGlob(glob), folder))),
  };
}

/** Whether what a glob means may have been in a folder that was left out whole. */
function mayLieBelow(glob: string, folder: string): boolean {
  const [start = ''] = glob.split(/[*?{[(]/);
  return start.startsWith(`${folder}/`) || (glob.includes('**') && `${folder}/`.startsWith(start));
}
