/**
 * An ETag as it is compared: without its quotes. A proxy marks those of answers that it compresses as weak, and some servers write digests
 * in capitals (https://github.com/s3tools/s3cmd/issues/993).
 */
export function plainETag(text: string | undefined): string {
  const bare = (text ?? '').replace(/^W\//, '').replaceAll('"', '');
  return isDigest(bare) ? bare.toLowerCase() : bare;
}

/** Whether it looks like the MD5 of the content, or of the parts' MD5s with their number. */
export function isDigest(etag: string): boolean {
  return /^[0-9a-f]{32}(-\d+)?$/i.test(etag);
}
