import { problemsIn } from '../../base/edge.ts';
import { Problem, Problems } from '../../base/problem.ts';
import type { ObjectsRequest, UploadTarget } from '../request.ts';
import { problemOfKey } from '../rules/key.ts';
import { MAX_OBJECT_BYTES } from '../rules/parts.ts';
import { findFiles, type LocalFile, type Walked } from './files.ts';

/** One line of `s3-upload` with the files that it names. */
export interface Target extends Pick<UploadTarget, 'local' | 'bucket'> {
  readonly kind: Walked['kind'];
  /** What its keys begin with: ends in a slash or is empty; of a single file the whole key. */
  readonly prefix: string;
  readonly files: readonly (LocalFile & { readonly key: string })[];
  readonly leavesOut: Walked['leavesOut'];
}

/**
 * Finds the files of every line, and gives each its key.
 * @throws Problems: every missing LOCAL, key that can't be, link that leads out, and two files for one key
 */
export async function findTargets(
  request: ObjectsRequest,
  say: { info(line: string): void; warning(text: string): void },
): Promise<Target[]> {
  const problems: Problem[] = [];
  const targets: Target[] = [];
  const taken = new Map<string, Map<string, string>>();
  for (const target of request.targets) {
    const on = `Input s3-upload, line ${target.line}`;
    try {
      const walked = await findFiles(target, request);
      const found = withKeys(target, walked);
      targets.push(found);
      if (found.files.length === 0) nothingFound(target, walked, request, say);
      saySkipped(target, walked, say);
      const keys = taken.get(target.bucket) ?? new Map<string, string>();
      taken.set(target.bucket, keys);
      for (const { key, path, size } of found.files) {
        const wrong =
          problemOfKey(key) ?? (size > MAX_OBJECT_BYTES ? { what: 'the file is larger than S3 takes' } : undefined);
        if (wrong) problems.push(new Problem({ ...wrong, on: path }));
        const other = keys.get(key);
        if (other !== undefined && other !== path) {
          problems.push(
            new Problem({
              what: `${other} and ${path} have the same key`,
              on: `s3://${target.bucket}/${key}`,
              fix: 'change a prefix, or exclude one',
            }),
          );
        }
        keys.set(key, path);
      }
    } catch (thrown) {
      const found = problemsIn(thrown);
      if (!found) throw thrown;
      problems.push(
        ...found.map(({ details }) => new Problem({ ...details, on: [on, details.on].filter(Boolean).join(', ') })),
      );
    }
  }
  if (problems.length > 0) throw new Problems(problems);
  return targets;
}

function withKeys(target: UploadTarget, { kind, files, leavesOut }: Walked): Target {
  const { bucket, prefix, local } = target;
  const isFolder = prefix === '' || prefix.endsWith('/');
  if (kind === 'file') {
    const keyed = files.map((file) => ({ ...file, key: isFolder ? prefix + file.name : prefix }));
    return { local, bucket, kind, prefix: keyed[0]?.key ?? prefix, files: keyed, leavesOut };
  }
  const folder = isFolder ? prefix : `${prefix}/`;
  const keyed = files.map((file) => ({ ...file, key: folder + file.name }));
  return { local, bucket, kind, prefix: folder, files: keyed, leavesOut };
}

/** @throws Problem when `s3-if-no-files-found` is error, or LOCAL itself is not there */
function nothingFound(
  { local }: UploadTarget,
  { kind }: Walked,
  { ifNoFilesFound }: ObjectsRequest,
  say: { warning(text: string): void },
): void {
  const what = kind === 'missing' ? `there is no ${local} in the workspace` : `${local} has no files to upload`;
  if (ifNoFilesFound === 'error') {
    throw new Problem({
      what,
      fix: 'look at the path and at the step that builds it; s3-if-no-files-found: warn or ignore lets it pass',
    });
  }
  if (ifNoFilesFound === 'warn') say.warning(`s3-upload: ${what}`);
}

function saySkipped({ local }: UploadTarget, { skipped }: Walked, say: { info(line: string): void }): void {
  const parts = [
    skipped.hidden > 0 ? `${skipped.hidden} hidden (s3-include-hidden-files)` : '',
    skipped.links > 0 ? `${skipped.links} symbolic links (s3-follow-symlinks)` : '',
    skipped.special > 0 ? `${skipped.special} that are no files` : '',
  ].filter(Boolean);
  if (parts.length > 0) say.info(`${local}: left out ${parts.join(', ')}`);
}
