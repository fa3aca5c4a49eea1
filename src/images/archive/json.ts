import { Problem } from '../../base/problem.ts';
import { readContent } from '../model/content.ts';
import { digestOf, isDescriptor } from '../model/descriptor.ts';
import type { Descriptor } from '../model/image.ts';
import type { Archive } from './archive.ts';

/** ECR takes manifests of up to 4 MiB; configs and indexes of archives are smaller still. */
const MAX_JSON = 8 << 20;

/** @throws Problem when the file is too large or no JSON object or list; its text is not quoted */
export async function readJson(archive: Archive, name: string): Promise<unknown> {
  const content = archive.find(name);
  if (!content) throw invalid(archive, `it has no ${name}`);
  if (content.size > MAX_JSON) throw invalid(archive, `${name} is larger than ${MAX_JSON} bytes`);
  return parseJson(archive, name, await readContent(content));
}

/** @throws Problem unless the bytes are a JSON object or list */
export function parseJson(archive: Archive, name: string, bytes: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Said below: the parser's text quotes what it read.
  }
  throw invalid(archive, `${name} is no JSON`);
}

/** Reads a manifest, index or config of a layout. @throws Problem when it is not what its descriptor says */
export async function readDescribed(archive: Archive, descriptor: Descriptor): Promise<Buffer | undefined> {
  const content = archive.find(blobPath(descriptor.digest));
  if (!content) return undefined;
  if (content.size !== descriptor.size) {
    throw invalid(archive, `${descriptor.digest} has ${content.size} bytes and should have ${descriptor.size}`);
  }
  if (content.size > MAX_JSON) throw invalid(archive, `${descriptor.digest} is larger than ${MAX_JSON} bytes`);
  const bytes = await readContent(content);
  const digest = digestOf(bytes, descriptor.digest.startsWith('sha512:') ? 'sha512' : 'sha256');
  if (digest !== descriptor.digest) throw invalid(archive, `${descriptor.digest} has another content: ${digest}`);
  return bytes;
}

export function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** @throws Problem unless this is a list of descriptors, so that what follows can trust their fields */
export function checkDescriptors(archive: Archive, name: string, value: unknown): readonly Descriptor[] {
  if (Array.isArray(value) && value.every(isDescriptor)) return value;
  throw invalid(archive, `${name} holds something else than descriptors (mediaType, digest, size)`);
}

export function invalid(archive: Archive, why: string): Problem {
  return new Problem({ what: 'The image cannot be read', on: archive.path, why, fix: 'build or save the image anew' });
}
