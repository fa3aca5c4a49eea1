import type { ObjectAddress } from '../rules/key.ts';
import type { Scope } from './plan.ts';

/**
 * The objects that lie in each scope. A prefix ends in a slash or is empty, so an object's scopes are found by its own folders: asking
 * each scope about each object takes seconds for a thousand lines of many files.
 */
export function groupByScope<T extends ObjectAddress>(
  scopes: readonly Scope[],
  objects: Iterable<T>,
): ReadonlyMap<Scope, readonly T[]> {
  const groups = new Map<Scope, T[]>(scopes.map((scope) => [scope, []]));
  const known = new Map<string, Scope[]>();
  for (const scope of scopes) {
    const same = known.get(placeOf(scope));
    if (same) same.push(scope);
    else known.set(placeOf(scope), [scope]);
  }
  for (const object of objects) {
    for (const place of placesOf(object)) for (const scope of known.get(place) ?? []) groups.get(scope)!.push(object);
  }
  return groups;
}

/** The scopes that may hold an object: its key, and each of its folders. */
function* placesOf({ bucket, key }: ObjectAddress): Generator<string> {
  yield placeOf({ bucket, prefix: key, isKey: true });
  yield placeOf({ bucket, prefix: '', isKey: false });
  for (let at = key.indexOf('/'); at >= 0; at = key.indexOf('/', at + 1))
    yield placeOf({ bucket, prefix: key.slice(0, at + 1), isKey: false });
}

function placeOf({ bucket, prefix, isKey }: Pick<Scope, 'bucket' | 'prefix' | 'isKey'>): string {
  return `${isKey ? 'key' : 'prefix'} ${bucket}/${prefix}`;
}
