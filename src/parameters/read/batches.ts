import { type ParameterLine, PUBLIC_PATH, type Source } from '../line.ts';
import { SECRET_REFERENCE } from '../secret.ts';
import { bareName, parameterArn } from './arn.ts';
import type { Place } from './place.ts';

export type ParameterSource = Extract<Source, { kind: 'parameter' }>;
export type PathSource = Extract<Source, { kind: 'path' }>;

/** Parameters that one `GetParameters` asks for. */
export interface Batch {
  readonly region: string;
  readonly names: readonly ParameterSource[];
}

/** The fewest calls that read everything: each path once, each other parameter once. */
export interface Reads {
  readonly paths: readonly PathSource[];
  readonly batches: readonly Batch[];
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
export const MAX_NAMES = 10;

/**
 * What to read for the lines: what a path brings anyway is not asked for again.
 * @param place region and account of every name that is not an ARN
 */
export function readsFor(lines: readonly ParameterLine[], place: Place): Reads {
  const sources = [...Map.groupBy(lines, ({ source }) => requestKey(source, place)).values()].flatMap(([first]) =>
    first ? [byName(first.source, place)] : [],
  );
  const all = sources.filter((source) => source.kind === 'path');
  const paths = all.filter((path) => !all.some((other) => other !== path && covers(other, path)));
  const alone = sources.filter((it) => it.kind === 'parameter' && !paths.some((path) => covers(path, it)));
  const byRegion = Map.groupBy(alone as ParameterSource[], ({ region }) => region ?? place.region);
  const batches = [...byRegion].flatMap(([region, names]) =>
    Array.from({ length: Math.ceil(names.length / MAX_NAMES) }, (_, nth) => ({
      region,
      names: names.slice(nth * MAX_NAMES, (nth + 1) * MAX_NAMES),
    })),
  );
  return { paths, batches };
}

/** The own ARN of a name with levels is asked for by that name, which a path may bring. `/x` and `x` have one ARN, so it stays. */
function byName(source: Source, place: Place): Source {
  if (source.kind === 'path') return source;
  const name = bareName(source.name);
  const own = /^\/.+\//.test(name) && parameterArn(name, place) === source.name;
  return own ? { kind: 'parameter', name, selector: source.selector } : source;
}

/** Whether reading a path brings what another source asks for: the latest versions below it, in the session's account. */
export function covers(path: PathSource, source: Source): boolean {
  if (path.label !== undefined) return false;
  const below = path.path === '/' ? '/' : `${path.path}/`;
  if (source.kind === 'path') return source.label === undefined && `${source.path}/`.startsWith(below);
  if (source.selector !== '' || !source.name.startsWith(below)) return false;
  // The root does not bring what AWS publishes, and no path brings a secret.
  return !source.name.startsWith(SECRET_REFERENCE) && (below !== '/' || !source.name.startsWith(PUBLIC_PATH));
}

/**
 * Equal for sources that one answer answers: a parameter has an account, a region, a name and a selector. `/x` and `x` have one ARN,
 * and only their names tell them apart.
 */
export function requestKey(source: Source, place: Place): string {
  if (source.kind === 'path') return `${source.path} @${source.label ?? ''}`;
  const name = source.name.lastIndexOf('/') <= 0 && !source.name.startsWith('arn:') ? ` named ${source.name}` : '';
  return parameterArn(source.name, place) + source.selector + name;
}
