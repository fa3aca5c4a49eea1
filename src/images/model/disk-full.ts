import { dirname } from 'node:path';
import { Problem } from '../../base/problem.ts';

/** A full disk, met while a temporary file was written, as a Problem; any other error as it is. */
export function diskFull(thrown: unknown, path: string): unknown {
  const { code } = (thrown ?? {}) as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return thrown;
  return new Problem({
    what: 'the disk is full',
    on: dirname(path),
    why: 'layers that are compressed, archives that are unpacked and images of the Docker daemon are kept there for a while',
    fix: 'free disk space before this step, or name a source whose layers are compressed already',
    cause: thrown,
  });
}
