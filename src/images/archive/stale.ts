import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Environment } from '../../base/environment.ts';
import { parsedJson } from '../model/parsed-json.ts';

/** Clocks of a runner and of a daemon elsewhere differ. */
const MARGIN_MS = 10 * 60_000;

/**
 * When an image of the daemon got its tag, if that was before the job: then it is not what the job built. A build with a builder of its own
 * (docker/setup-buildx-action), or for several platforms, leaves nothing in the daemon without --load, and the name is still that of
 * another build's image (kserve/kserve#3062, scaleapi/scale-agentex-python#478).
 * @param inspected what the daemon says of the image: https://docs.docker.com/reference/api/engine/, `GET /images/{name}/json`
 */
export function taggedBefore(inspected: Buffer, began: number | undefined): string | undefined {
  const { Metadata } = (parsedJson(inspected) ?? {}) as { Metadata?: { LastTagTime?: unknown } | null };
  const time = Date.parse(String(Metadata?.LastTagTime ?? ''));
  // Without a tag of its own it is the year 1.
  return began !== undefined && time > 0 && time < began - MARGIN_MS
    ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : undefined;
}

/**
 * When the job began: the runner empties its folder for temporary files then, and makes the folder of GITHUB_ENV in it. Milliseconds;
 * undefined where the file system does not say when a folder was made.
 */
export function jobBegan({ GITHUB_ENV }: Environment): number | undefined {
  if (!GITHUB_ENV) return undefined;
  const stats = statSync(dirname(GITHUB_ENV), { throwIfNoEntry: false });
  return stats && stats.birthtimeMs > 0 ? stats.birthtimeMs : undefined;
}
