import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { FileState } from '../../base/same-file.ts';
import type { Names } from '../rules/headers.ts';

/** A file to upload, as it was when it was found. Its path is absolute. */
export interface LocalFile extends FileState {
  /** Below LOCAL, with slashes on every system. */
  readonly name: string;
}

/** A folder below LOCAL. */
export interface Folder {
  readonly path: string;
  /** Empty for LOCAL itself. */
  readonly name: string;
}

/** As hundreds of thousands of files may be held, each holds only what it does not share with the others of its folder. */
export class WalkedFile implements LocalFile {
  readonly folder: Folder;
  readonly ownName: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly dev: number;
  readonly ino: number;

  constructor(folder: Folder, ownName: string, { size, mtimeMs, dev, ino }: Stats) {
    this.folder = folder;
    this.ownName = ownName;
    this.size = size;
    this.mtimeMs = mtimeMs;
    this.dev = dev;
    this.ino = ino;
  }

  get path(): string {
    return join(this.folder.path, this.ownName);
  }

  get name(): string {
    return nameIn(this.folder, this.ownName);
  }
}

/** The name of an entry of a folder, below LOCAL. */
export function nameIn({ name }: Pick<Folder, 'name'>, ownName: string): string {
  return name === '' ? ownName : `${name}/${ownName}`;
}

/** What globs of the inputs are matched with. @param base path in the workspace that the name is below */
export function namesOf({ base }: { readonly base: string }, { name }: Pick<LocalFile, 'name'>): Names {
  return base === '' ? [name] : [name, `${base}/${name}`];
}

/** Sorts by the names below LOCAL, which are made only where two folders meet. */
export function byName(a: WalkedFile, b: WalkedFile): number {
  const [one, other] = a.folder === b.folder ? [a.ownName, b.ownName] : [a.name, b.name];
  return one < other ? -1 : 1;
}
