import { Problem } from '../../base/problem.ts';
import { readContent } from '../model/content.ts';
import { digestOf, isDescriptor } from '../model/descriptor.ts';
import type { Descriptor } from '../model/image.ts';
import { MAX_JSON_DEPTH, MAX_JSON_PARTS, parsedJson } from '../model/parsed-json.ts';
import type { Archive } from './archive.ts';
import { MAX_JSON } from './limits.ts';

/** @throws Problem when the file is too large, or not a JSON object or list; its text is not quoted */
export async function readJson(archive: Archive, name: string): Promise<unknown> {
  const content = archive.find(name);
  if (!content) throw invalid(archive, `it has no ${name}`);
  if (content.size > MAX_JSON) throw invalid(archive, `${name} is larger than ${MAX_JSON} bytes`);
  return parseJson(archive, name, await readContent(content));
}

/** @throws Problem unless the bytes are a JSON object or list */
export function parseJson(archive: Archive, name: string, bytes: Buffer): unknown {
  const value = parsedJson(bytes);
  if (value) return value;
  const limits = `is nested more than ${MAX_JSON_DEPTH} deep, or has more than ${MAX_JSON_PARTS} objects and lists`;
  throw invalid(archive, `${name} is not JSON, ${limits}`);
}

/**
 * Digests of the layers' plain tars, from an image's config; undefined when it is not one.
 * https://github.com/opencontainers/image-spec/blob/main/config.md#properties
 */
export function parseDiffIds(config: Buffer): readonly string[] | undefined {
  const { rootfs } = (parsedJson(config) ?? {}) as { rootfs?: { diff_ids?: unknown } | null };
  const ids = rootfs?.diff_ids;
  return Array.isArray(ids) && ids.every((id) => typeof id === 'string' && /^sha256:[0-9a-f]{64}$/.test(id))
    ? ids
    : undefined;
}

/** Reads a manifest, index or config of a layout. @throws Problem when it is not what its descriptor says */
export async function readDescribed(
  archive: Archive,
  descriptor: Descriptor,
  limit = MAX_JSON,
): Promise<Buffer | undefined> {
  const content = archive.findBlob(descriptor.digest);
  if (!content) return undefined;
  if (content.size !== descriptor.size) {
    throw invalid(archive, `${descriptor.digest} has ${content.size} bytes and should have ${descriptor.size}`);
  }
  if (content.size > limit)
    throw invalid(archive, `${descriptor.digest} is ${content.size} bytes long: ${limit} are taken`);
  const bytes = await readContent(content);
  const digest = digestOf(bytes, descriptor.digest.startsWith('sha512:') ? 'sha512' : 'sha256');
  if (digest !== descriptor.digest) throw invalid(archive, `${descriptor.digest} has different content: ${digest}`);
  return bytes;
}

/** @throws Problem unless this is a list of descriptors, so that what follows can trust their fields */
export function checkDescriptors(archive: Archive, name: string, value: unknown): readonly Descriptor[] {
  if (Array.isArray(value) && value.every(isDescriptor)) return value;
  throw invalid(archive, `${name} holds something other than descriptors (mediaType, digest, size)`);
}

/** @param hint what is often the cause */
export function invalid(archive: Archive, why: string, hint?: string): Problem {
  const fix = `build or save the image again${hint ? `; ${hint}` : ''}`;
  return new Problem({ what: 'the image cannot be read', on: archive.path, why, fix });
}
