const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `1.5 MB`: decimal, as registries and Docker show sizes. */
export function formatBytes(bytes: number): string {
  const step = bytes === 0 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.abs(bytes)) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`;
}
