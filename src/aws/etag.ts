/**
 * An ETag as it is compared: without its quotes. A proxy marks those of answers that it compresses as weak, and some servers write digests
 * in capitals (https://github.com/s3tools/s3cmd/issues/993).
 */
export function plainETag(text: string | undefined): string {
  const bare = (text ?? '').replace(/^W\//, '').replaceAll('"', '');
  return summedIn(bare) === undefined ? bare : bare.toLowerCase();
}

/** What an ETag looks like the MD5 of: the whole content, or the MD5s of so many parts; `undefined`: of neither. */
export function summedIn(etag: string): 'whole' | number | undefined {
  const [found, parts] = /^[0-9a-f]{32}(?:-(\d+))?$/i.exec(etag) ?? [];
  if (found === undefined) return undefined;
  return parts === undefined ? 'whole' : Number(parts);
}
