/** Globs see a name with a leading dot as any other name: whether it is looked at is `s3-include-hidden-files`' business. */
export const GLOB_OPTIONS = { dot: true } as const;
