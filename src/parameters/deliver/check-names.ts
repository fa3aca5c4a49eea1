import { ALWAYS, FROM_VALUES, HARMLESS, STATE } from './refused-names.ts';

/** Who chose a name: the workflow that spells it, or a path or a value that brings it. */
export interface Naming {
  readonly spelled: boolean;
  /** Of `ssm-allow-names`: names, with `*` for any characters. */
  readonly allowed: readonly string[];
}

/** Why a name is refused, or `undefined`. */
export function powerOf(name: string, { spelled, allowed }: Naming): string | undefined {
  if (allowed.some((pattern) => matches(pattern, name))) return undefined;
  const always = ALWAYS.find(({ names }) => names.some((pattern) => matches(pattern, name)));
  if (always || spelled) return always?.what;
  if (STATE.test(name)) return 'actions keep what their post step undoes in it';
  const harmless = HARMLESS.test(name);
  const isMeant = (pattern: string) => matches(pattern, name) && !(harmless && pattern.includes('*'));
  return FROM_VALUES.find(({ names }) => names.some(isMeant))?.what;
}

function matches(pattern: string, name: string): boolean {
  const [start = '', end] = pattern.toUpperCase().split('*');
  const upper = name.toUpperCase();
  if (end === undefined) return upper === start;
  return upper.length >= start.length + end.length && upper.startsWith(start) && upper.endsWith(end);
}

/**
 * Entries that want the same name, each group once. Environment variables are one on Windows whatever their case, and so
 * are outputs on every system.
 */
export function collisions<T extends { readonly name: string }>(
  entries: readonly T[],
  { ignoreCase }: { readonly ignoreCase: boolean },
): T[][] {
  const byName = Map.groupBy(entries, ({ name }) => (ignoreCase ? name.toUpperCase() : name));
  return [...byName.values()].filter((group) => group.length > 1);
}
