import { createHash } from 'node:crypto';
import { type Content, openContent } from './archive/content.ts';

/** `sha256:…` (or sha512) of a content. */
export async function hashContent(content: Content, algorithm: 'sha256' | 'sha512' = 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of openContent(content) as AsyncIterable<Buffer>) hash.update(chunk);
  return `${algorithm}:${hash.digest('hex')}`;
}
