import picomatch from 'picomatch';
import { counted } from '../../base/units.ts';
import { GLOB_OPTIONS, meantGlob } from './globs.ts';

/** Globs without a folder, such as `*.html`: they match what lies directly in LOCAL, where other tools match at any depth. */
export interface FlatGlobs {
  /**
   * Notes a file that lies deeper, and that such a glob would match there.
   * @param name below LOCAL
   * @param best place of the glob that the file goes by, -1 for none
   */
  look(name: string, best: number): void;
  /** Of the globs that have such files, and matched others: the files in words. @param unmatched places of globs that matched none */
  missed(unmatched: readonly number[]): { readonly glob: string; readonly files: string }[];
}

/** So many are looked at: each costs a match for each file. */
const MAX_LOOKED_AT = 16;
const MAX_NAMED = 3;

/**
 * `*.html => no-cache` leaves out `about/index.html`, and `!*.map` publishes `assets/app.js.map`. A leading `/` or `./` says that the
 * root is meant, and so does a rule before it that names the folder.
 */
export function flatGlobs(globs: readonly string[]): FlatGlobs {
  const flat = globs
    .map((glob, place) => ({ place, glob: meantGlob(glob), isRooted: /^\.?[/\\]/.test(glob) }))
    .filter(({ glob, isRooted }) => !isRooted && !glob.includes('/') && /[*?]/.test(glob) && !/^\*+$/.test(glob))
    .slice(0, MAX_LOOKED_AT)
    .map((one) => ({ ...one, matches: picomatch(one.glob, GLOB_OPTIONS), count: 0, some: [] as string[] }));
  const isGeneral = (place: number) => place < 0 || /^(\*\*\/)*[^/]*$/.test(meantGlob(globs[place]!));
  return {
    look: (name, best) => {
      const slash = name.lastIndexOf('/');
      if (slash < 0 || flat.length === 0 || !isGeneral(best)) return;
      const ownName = name.slice(slash + 1);
      for (const one of flat) {
        const isMeantDeeper = best >= 0 && meantGlob(globs[best]!) === `**/${one.glob}`;
        if (one.place < best || isMeantDeeper || !one.matches(ownName)) continue;
        one.count++;
        if (one.some.length < MAX_NAMED) one.some.push(name);
      }
    },
    missed: (unmatched) =>
      flat
        .filter(({ place, count }) => count > 0 && !unmatched.includes(place))
        .map(({ place, count, some }) => ({
          glob: globs[place]!,
          files: `${counted(count, 'file')} (${some.join(', ')}${count > some.length ? ', …' : ''})`,
        })),
  };
}
