import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../../job.ts';
import type { ObjectsPlan } from '../plan/plan.ts';
import { crcHeader } from '../rules/crc.ts';
import type { ObjectsResult } from './result.ts';

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

/** Writes what each key is now, as JSON, below RUNNER_TEMP, for later steps: it goes when the job ends. @returns its path */
export function writeManifest(
  { runner }: Pick<Access, 'runner'>,
  plan: ObjectsPlan,
  done: Pick<ObjectsResult, 'sent' | 'deleted'>,
): string {
  const base = runner.env.RUNNER_TEMP ?? tmpdir();
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'keyless-aws-objects-'));
  runner.undoLater({ kind: 'folder', path: folder });
  const path = join(folder, 'manifest.json');
  const file = openSync(path, 'wx');
  let [lines, before]: [string[], string] = [[], '[\n'];
  const flush = (after: string) => {
    appendFileSync(file, `${before}${lines.join(',\n')}${after}`);
    [lines, before] = [[], lines.length > 0 ? ',\n' : before];
  };
  for (const entry of entriesOf(plan, done)) {
    if (lines.length === ENTRIES_AT_ONCE) flush('');
    lines.push(JSON.stringify(entry));
  }
  flush('\n]\n');
  closeSync(file);
  return path;
}

function* entriesOf(
  { objects }: ObjectsPlan,
  { sent, deleted }: Pick<ObjectsResult, 'sent' | 'deleted'>,
): Generator<ManifestEntry> {
  const bySent = new Map(sent.map((one) => [one.object, one]));
  for (const object of objects) {
    const { bucket, key, action, size } = object;
    const { etag, version, crc = object.crc } = bySent.get(object) ?? {};
    yield {
      bucket,
      key,
      action,
      size,
      ...(etag ? { etag } : {}),
      ...(version ? { version } : {}),
      ...(crc === undefined ? {} : { checksum: `crc32:${crcHeader(crc)}` }),
    };
  }
  for (const { bucket, key } of deleted) yield { bucket, key, action: 'deleted' };
}
