import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../job.ts';
import type { Sent } from './apply.ts';
import type { ObjectsPlan } from './plan.ts';

/** One line of the manifest: what a key is now. */
export interface ManifestEntry {
  readonly bucket: string;
  readonly key: string;
  readonly action: 'new' | 'changed' | 'headers' | 'unchanged' | 'deleted';
  readonly size?: number;
  readonly etag?: string;
  readonly version?: string;
}

/** Writes what each key is now, as JSON, below RUNNER_TEMP: it outlives the step for later ones. @returns its path */
export function writeManifest({ runner }: Pick<Access, 'runner'>, plan: ObjectsPlan, sent: readonly Sent[]): string {
  const bySent = new Map(sent.map((one) => [one.object, one]));
  const entries: ManifestEntry[] = [
    ...plan.objects.map((object) => {
      const { bucket, key, action, size } = object;
      const { etag, version } = bySent.get(object) ?? {};
      return { bucket, key, action, size, ...(etag ? { etag } : {}), ...(version ? { version } : {}) };
    }),
    ...plan.deletions.map(({ bucket, key }) => ({ bucket, key, action: 'deleted' as const })),
  ];
  const base = runner.env.RUNNER_TEMP ?? tmpdir();
  mkdirSync(base, { recursive: true });
  const path = join(mkdtempSync(join(base, 'keyless-aws-objects-')), 'manifest.json');
  writeFileSync(path, `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`);
  return path;
}
