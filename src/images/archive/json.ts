import { Problem } from '../../base/problem.ts';
import { readContent } from '../model/content.ts';
import { digestOf, isDescriptor } from '../model/descriptor.ts';
import type { Descriptor } from '../model/image.ts';
import type { Archive } from './archive.ts';
import { MAX_JSON, MAX_JSON_DEPTH } from './limits.ts';

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
  throw invalid(archive, `${name} is not JSON, or is nested more than ${MAX_JSON_DEPTH} deep`);
}

/** An object or list, or undefined. The parser's own error quotes what it read, so it is not passed on. */
function parsedJson(bytes: Buffer): object | undefined {
  if (isDeep(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Looked at before it is parsed: megabytes of brackets become hundreds of megabytes of objects, and overflow the stack later. */
function isDeep(bytes: Buffer): boolean {
  let [depth, inString] = [0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
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
  if (digest !== descriptor.digest) throw invalid(archive, `${descriptor.digest} has another content: ${digest}`);
  return bytes;
}

/** @throws Problem unless this is a list of descriptors, so that what follows can trust their fields */
export function checkDescriptors(archive: Archive, name: string, value: unknown): readonly Descriptor[] {
  if (Array.isArray(value) && value.every(isDescriptor)) return value;
  throw invalid(archive, `${name} holds something other than descriptors (mediaType, digest, size)`);
}

export function invalid(archive: Archive, why: string): Problem {
  return new Problem({ what: 'the image cannot be read', on: archive.path, why, fix: 'build or save the image again' });
}
