const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `1.5 MB`: decimal, as registries and Docker show sizes. */
export function formatBytes(bytes: number): string {
  let step = 0;
  let value = bytes;
  // 999,960 bytes are 1.0 MB, not 1000.0 kB.
  for (; Math.abs(value) >= (step === 0 ? 1000 : 999.95) && step < UNITS.length - 1; step++) value /= 1000;
  return `${step === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[step]}`;
}

/** `12.3 s` of milliseconds. */
export function formatSeconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `1,234,567`. Intl says the same, and takes 12 ms to load. */
export function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 object`, `3 objects`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The first few of many, for a message: `a, b, c, and 4 more`. */
export function someOf(items: readonly string[], most = 5): string {
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
