import type { FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { Problem } from '../../base/problem.ts';
import { type FileState, openSame } from '../../base/same-file.ts';
import type { FileContent } from '../model/content.ts';
import { type Archive, blobPath } from './archive.ts';
import { MAX_ENTRIES, MAX_HOPS, MAX_META, MAX_META_OF_ENTRY } from './limits.ts';
import { BLOCK, readPaxRecords, readTarHeader, type TarHeader } from './tar-header.ts';

type TarEntry =
  | { readonly kind: 'file'; readonly start: number; readonly size: number }
  | { readonly kind: 'link'; readonly to: string };

const WINDOW = 64 << 10;

/**
 * Indexes a tar: headers are read once, contents are left where they are, so that a blob is a range of the file. (Stream
 * parsers have to read, and libraries that unpack to write, every byte.)
 * @throws Problem when the file is not a tar, is cut off, or names a path outside of itself
 * @param shown how it is called in messages
 */
export async function indexTar(of: FileState, shown = of.path): Promise<Archive> {
  const file = await openSame(of);
  try {
    const entries = await readEntries(shown, of.size, windowed(file));
    const find = (name: string) => follow({ file: of, shown }, entries, name);
    const findBlob = (digest: string) => find(blobPath(digest)) ?? findFlat(digest, find);
    return { path: shown, names: [...entries.keys()], find, findBlob };
  } finally {
    await file.close();
  }
}

/**
 * apko writes an index beside a docker-archive: its manifests and configs are called by their digests, layers by the digest's hex number.
 * https://github.com/chainguard-dev/apko/blob/main/pkg/build/oci/index.go
 */
function findFlat(digest: string, find: Archive['find']): FileContent | undefined {
  return find(digest) ?? find(`${digest.replace(/^\w+:/, '')}.tar.gz`);
}

type ReadAt = (at: number, length: number) => Promise<Buffer>;

async function readEntries(path: string, end: number, read: ReadAt): Promise<Map<string, TarEntry>> {
  const entries = new Map<string, TarEntry>();
  const meta = new Map<string, string>();
  let metaHeaders = 0;
  for (let at = 0, count = 0; ; count++) {
    if (count > MAX_ENTRIES) throw broken(path, `it has more than ${MAX_ENTRIES} entries`);
    // A tar ends in blocks of zeros: without them the rest is missing.
    if (at + BLOCK > end) throw truncated(path, end);
    const block = await read(at, BLOCK);
    if (block.every((byte) => byte === 0)) return entries;
    const header = readTarHeader(block);
    if (!header) throw broken(path, at === 0 ? 'it is not a tar' : `the header at byte ${at} has a wrong checksum`);
    const size = contentSize(header, meta, path);
    const start = at + BLOCK;
    if (start + size > end) throw truncated(path, end, meta.get('path') ?? header.name);
    if ('xgLK'.includes(header.type)) {
      if (size > MAX_META) throw broken(path, `the header at byte ${at} is ${size} bytes long`);
      if (++metaHeaders > MAX_META_OF_ENTRY)
        throw broken(path, `an entry at byte ${at} has more than ${MAX_META_OF_ENTRY} headers`);
      if (header.type !== 'g')
        for (const [key, value] of await metaOf(header, () => read(start, size))) meta.set(key, value);
    } else {
      addEntry(entries, { header, meta }, { start, size, path });
      meta.clear();
      metaHeaders = 0;
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** The size in the pax records stands for files over 8 GiB. Links have no content, whatever their header says. */
function contentSize(header: TarHeader, meta: ReadonlyMap<string, string>, path: string): number {
  if ('12345'.includes(header.type)) return 0;
  const isMeta = 'xgLK'.includes(header.type);
  const size = isMeta || !meta.has('size') ? header.size : Number(meta.get('size'));
  if (!Number.isSafeInteger(size) || size < 0) throw broken(path, `the size of ${shown(header.name)} is not a number`);
  return size;
}

async function metaOf(header: TarHeader, read: () => Promise<Buffer>): Promise<Map<string, string>> {
  const bytes = await read();
  if (header.type === 'x') return readPaxRecords(bytes);
  const end = bytes.indexOf(0);
  return new Map([
    [header.type === 'L' ? 'path' : 'linkpath', bytes.toString('utf8', 0, end < 0 ? bytes.length : end)],
  ]);
}

function addEntry(
  entries: Map<string, TarEntry>,
  { header, meta }: { readonly header: TarHeader; readonly meta: ReadonlyMap<string, string> },
  { start, size, path }: { start: number; size: number; path: string },
): void {
  const given = meta.get('path') ?? header.name;
  const name = inside(given);
  if (name === undefined) throw broken(path, `the entry ${shown(given)} leaves the archive`);
  const link = meta.get('linkpath') ?? header.link;
  if (header.type === '0' || header.type === '7') {
    if ([...meta.keys()].some((key) => key.startsWith('GNU.sparse'))) throw broken(path, `${shown(name)} is sparse`);
    entries.set(name, { kind: 'file', start, size });
  } else if (header.type === '1' || header.type === '2') {
    // A symbolic link is relative to its folder, a hard link to the archive.
    const to = inside(header.type === '2' ? posix.join(posix.dirname(name), link) : link);
    if (to === undefined || (header.type === '2' && link.startsWith('/'))) {
      throw broken(path, `the link ${shown(name)} leaves the archive`);
    }
    entries.set(name, { kind: 'link', to });
  } else if (header.type === 'S') throw broken(path, `${shown(name)} is sparse`);
}

function follow(
  { file, shown: on }: { file: FileState; shown: string },
  entries: ReadonlyMap<string, TarEntry>,
  name: string,
): FileContent | undefined {
  let at = inside(name);
  for (let hop = 0; hop < MAX_HOPS && at !== undefined; hop++) {
    const entry = entries.get(at);
    if (!entry) return undefined;
    if (entry.kind === 'file') return { file, start: entry.start, size: entry.size };
    at = entry.to;
  }
  throw broken(on, `the link ${shown(name)} leads back to itself`);
}

/** The name without `./` and doubled slashes; undefined when it is absolute or leaves the archive. */
function inside(name: string): string | undefined {
  if (name.startsWith('/') || name.includes('\0')) return undefined;
  const normal = posix.normalize(name).replace(/\/$/, '');
  return normal === '..' || normal.startsWith('../') ? undefined : normal;
}

/** Headers lie apart by the size of their contents; small contents share one read. */
function windowed(file: FileHandle): ReadAt {
  let window = Buffer.alloc(0);
  let from = 0;
  return async (at, length) => {
    if (at < from || at + length > from + window.length) {
      const buffer = Buffer.allocUnsafe(Math.max(length, WINDOW));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      window = buffer.subarray(0, bytesRead);
      from = at;
    }
    return window.subarray(at - from, at - from + length);
  };
}

function shown(name: string): string {
  return `"${name.slice(0, 100).replaceAll(/[\x00-\x1f\x7f]/g, '?')}"`;
}

function broken(path: string, why: string): Problem {
  return new Problem({ what: 'the archive cannot be read', on: path, why, fix: 'make the archive again' });
}

function truncated(path: string, end: number, entry?: string): Problem {
  const where = entry === undefined ? '' : ` inside ${shown(entry)}`;
  return new Problem({
    what: `the archive is cut off${where}, after ${end} bytes`,
    on: path,
    fix: 'check whether the disk was full or a download broke off, and make the archive again',
  });
}
