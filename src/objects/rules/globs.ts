import picomatch from 'picomatch';

/** Globs see a name with a leading dot as any other name: whether it is looked at is `s3-include-hidden-files`' business. */
export const GLOB_OPTIONS = { dot: true } as const;

/** Globs of one input, in the order of its lines. */
export interface GlobSet {
  /** The place of the last glob that matches one of the names, -1 for none. What matches is remembered for `unmatched`. */
  lastMatch(names: readonly string[]): number;
  /** Places of the globs that have matched no name so far. */
  unmatched(): number[];
}

/** Below so many globs an index is not worth its lookups. */
const INDEX_FROM = 16;

/**
 * A glob as people mean it: a leading `./` or `/` is the root itself, a trailing `/` a folder with all that is in it, and a
 * backslash before a letter is Windows' separator.
 */
export function meantGlob(glob: string): string {
  const forward = process.platform === 'win32' ? glob.replaceAll('\\', '/') : glob.replace(/\\(?=[\w.]|\*\*)/g, '/');
  const rooted = forward.replace(/^(?:\.?\/+)+/, '');
  return rooted.endsWith('/') ? `${rooted}**` : rooted;
}

/**
 * Whether a folder may hold what a glob matches, by the segments of both: what cannot is not LOCAL's, however large it is and whoever may
 * read it. Where braces or brackets may stand for slashes, as in `{a/b,c}`, every folder may.
 */
export function folderFinder(glob: string): (folder: string) => boolean {
  if (/[({]/.test(glob)) return () => true;
  const segments = glob
    .split('/')
    .map((segment) => (segment.includes('**') ? undefined : picomatch(segment, GLOB_OPTIONS)));
  const open = segments.indexOf(undefined);
  const certain = open < 0 ? segments : segments.slice(0, open);
  return (folder) => {
    const names = folder.split('/');
    if (open < 0 && names.length >= segments.length) return false;
    return names.every((name, depth) => certain[depth]?.(name) ?? true);
  };
}

/**
 * Many globs at once: each is found by a literal part that a name must have (a folder, an extension), so that a thousand of them
 * cost hardly more than ten.
 */
export function globSet(globs: readonly string[]): GlobSet {
  const matchers = globs.map((glob) => picomatch(meantGlob(glob), GLOB_OPTIONS));
  const matched = new Uint8Array(globs.length);
  const { always, bySegment, byExtension } = indexOf(globs);
  const find = (name: string, before: number): number => {
    let best = before;
    const look = (places: readonly number[]) => {
      for (const place of places) {
        if (place <= best && matched[place]) continue;
        if (!matchers[place]!(name)) continue;
        matched[place] = 1;
        best = Math.max(best, place);
      }
    };
    look(always);
    if (bySegment.size > 0) for (const segment of name.split('/')) look(bySegment.get(segment) ?? []);
    if (byExtension.size > 0) look(byExtension.get(extensionOf(name)) ?? []);
    return best;
  };
  return {
    lastMatch: (names) => names.reduce((best, name) => find(name, best), -1),
    unmatched: () => globs.map((_, place) => place).filter((place) => !matched[place]),
  };
}

interface GlobIndex {
  readonly always: readonly number[];
  readonly bySegment: ReadonlyMap<string, readonly number[]>;
  readonly byExtension: ReadonlyMap<string, readonly number[]>;
}

function indexOf(globs: readonly string[]): GlobIndex {
  const always: number[] = [];
  const bySegment = new Map<string, number[]>();
  const byExtension = new Map<string, number[]>();
  for (const [place, glob] of globs.entries()) {
    const [index, part] = literalOf(meantGlob(glob), { bySegment, byExtension });
    if (globs.length < INDEX_FROM || !index) always.push(place);
    else index.set(part, [...(index.get(part) ?? []), place]);
  }
  return { always, bySegment, byExtension };
}

type PlacesByPart = Map<string, number[]>;

/** A literal part of every name that a glob matches. None where braces, brackets or negation could stand for it. */
function literalOf(
  glob: string,
  { bySegment, byExtension }: { readonly bySegment: PlacesByPart; readonly byExtension: PlacesByPart },
): [PlacesByPart | undefined, string] {
  if (/[{}()[\]!\\+@|]/.test(glob)) return [undefined, ''];
  const segments = glob.split('/');
  const literal = segments.find((segment) => segment !== '' && !/[*?]/.test(segment));
  if (literal !== undefined) return [bySegment, literal];
  const [, extension] = /^\*\.([^.*?]+)$/.exec(segments.at(-1) ?? '') ?? [];
  return extension === undefined ? [undefined, ''] : [byExtension, extension];
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
