import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFileSync } from '../../base/edge/files.ts';
import type { Access } from '../../job.ts';
import type { Deletion, PlannedObject } from '../plan/plan.ts';
import { crcHeader } from '../rules/crc.ts';
import type { Stored } from './sender.ts';

/** One line of the manifest: what a key is now. */
export interface ManifestEntry {
  readonly bucket: string;
  readonly key: string;
  readonly action: 'new' | 'changed' | 'headers' | 'unchanged' | 'deleted';
  readonly size?: number;
  readonly etag?: string;
  readonly version?: string;
  /** `crc32:` and the base64 form that S3 shows; absent where nothing was read or sent. */
  readonly checksum?: string;
}

const ENTRIES_AT_ONCE = 1_000;

/** What each key is now, as JSON, written as it becomes known: what S3 said of a large tree would fill the memory. */
export interface ManifestFile {
  readonly path: string;
  /** What stays as it is has nothing `stored`. */
  object(object: PlannedObject, stored?: Stored): void;
  deleted(deletion: Deletion): void;
  /** The file is complete then. */
  end(): void;
}

/** Begins a manifest below RUNNER_TEMP, for later steps: it goes when the job ends. */
export function openManifest({ runner }: Pick<Access, 'runner'>): ManifestFile {
  const base = runner.env.RUNNER_TEMP ?? tmpdir();
  const { path, file } = onFileSync({ on: base, doing: 'written' }, () => {
    mkdirSync(base, { recursive: true });
    const folder = mkdtempSync(join(base, 'keyless-aws-objects-'));
    runner.undoLater({ kind: 'folder', path: folder });
    const path = join(folder, 'manifest.json');
    return { path, file: openSync(path, 'wx') };
  });
  let [lines, before]: [string[], string] = [[], '[\n'];
  const flush = (after: string) => {
    onFileSync({ on: path, doing: 'written' }, () => appendFileSync(file, `${before}${lines.join(',\n')}${after}`));
    [lines, before] = [[], lines.length > 0 ? ',\n' : before];
  };
  const add = (entry: ManifestEntry) => {
    if (lines.length === ENTRIES_AT_ONCE) flush('');
    lines.push(JSON.stringify(entry));
  };
  return {
    path,
    object: (object, stored) => add(entryOf(object, stored)),
    deleted: ({ bucket, key }) => add({ bucket, key, action: 'deleted' }),
    end: () => {
      flush('\n]\n');
      closeSync(file);
    },
  };
}

function entryOf(object: PlannedObject, { etag, version, crc = object.crc }: Partial<Stored> = {}): ManifestEntry {
  const { bucket, key, action, size } = object;
  return {
    bucket,
    key,
    action,
    size,
    ...(etag ? { etag } : {}),
    ...(version ? { version } : {}),
    ...(crc === undefined ? {} : { checksum: `crc32:${crcHeader(crc)}` }),
  };
}
