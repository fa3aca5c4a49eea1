import type { Json } from '../aws/api.ts';

/**
 * The keys under which two settings differ, as AWS tells them. Empty values do not count: AWS fills them in itself. The order of
 * entries in a list of objects does not count: names and values are sets.
 */
export function changedKeys(
  one: Json,
  other: Json,
  { without = [] }: { readonly without?: readonly string[] } = {},
): string[] {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].filter((key) => !without.includes(key) && textOf(one[key]) !== textOf(other[key]));
}

/** Equal texts for values that mean the same; empty for what is empty. */
function textOf(value: unknown): string {
  if (value === undefined || value === null || value === 0 || value === false) return '';
  if (Array.isArray(value)) {
    const all = value.map(textOf);
    const isSet = value.every((it) => typeof it === 'object');
    return all.length === 0 ? '' : `[${(isSet ? all.sort() : all).join(',')}]`;
  }
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, it]) => [key, textOf(it)] as const);
  const filled = entries.filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return filled.length === 0 ? '' : `{${filled.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}
