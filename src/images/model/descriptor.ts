import { createHash } from 'node:crypto';
import type { Descriptor } from './image.ts';

export function digestOf(bytes: Buffer, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** RFC 6838, 4.2. It becomes a header, and ECR takes no parameters. */
const MEDIA_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/;

export function isDescriptor(value: unknown): value is Descriptor {
  const it = (value ?? {}) as Partial<Record<keyof Descriptor, unknown>>;
  return (
    typeof it.mediaType === 'string' &&
    MEDIA_TYPE.test(it.mediaType) &&
    typeof it.digest === 'string' &&
    /^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/.test(it.digest) &&
    typeof it.size === 'number' &&
    Number.isSafeInteger(it.size) &&
    it.size >= 0 &&
    isMap(it.annotations) &&
    isMap(it.platform) &&
    (it.urls === undefined || it.urls === null || Array.isArray(it.urls))
  );
}

function isMap(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}
