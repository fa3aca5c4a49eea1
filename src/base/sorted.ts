/**
 * Finds what has a name in a list that is sorted by its names, by the code units as `<` compares them, without holding the names. Who
 * asks in the same order mostly asks for the one behind the last that was found.
 * @returns its place, `undefined` where there is none
 */
export function placeFinder<T>(sorted: readonly T[], nameOf: (one: T) => string): (name: string) => number | undefined {
  let next = 0;
  const isNext = (name: string) => next < sorted.length && nameOf(sorted[next]!) === name;
  return (name) => {
    if (!isNext(name)) next = firstNotBefore(name, sorted, nameOf);
    return isNext(name) ? next++ : undefined;
  };
}

function firstNotBefore<T>(name: string, sorted: readonly T[], nameOf: (one: T) => string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (nameOf(sorted[middle]!) < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
