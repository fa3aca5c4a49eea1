import { Problem } from '../../base/problem.ts';
import { someOf } from '../../base/units.ts';
import { headOf } from './charset.ts';
import type { LocalFile } from './walked-file.ts';

/** https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer: three lines, of which only the size varies. */
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:[0-9a-f]{64}\nsize \d+\n$/;
const POINTER_BYTES = { least: 126, most: 145 };

/**
 * Files that are pointers of Git LFS: a checkout without LFS leaves them in place of pictures and fonts, builds copy them, and nothing
 * fails but the page.
 */
export function lfsPointers(files: readonly LocalFile[]): LocalFile[] {
  return files.filter(
    (file) =>
      file.size >= POINTER_BYTES.least &&
      file.size <= POINTER_BYTES.most &&
      POINTER.test(headOf(file, POINTER_BYTES.most).toString('latin1')),
  );
}

/** @param on the line of s3-upload */
export function pointersProblem(pointers: readonly LocalFile[], on: string): Problem {
  return new Problem({
    what: `${pointers.length === 1 ? 'a file is' : `${pointers.length} files are`} only a pointer of Git LFS, without the content: ${someOf(pointers.map(({ name }) => name))}`,
    on,
    why: 'actions/checkout does not fetch what Git LFS stores, unless it is told to, and builds copy the pointers',
    fix: 'set lfs: true on actions/checkout, or run git lfs pull before the build; to upload pointers on purpose, put them into an archive; or leave them out with a line !GLOB',
  });
}

/**
 * Names in decomposed form (NFD), as macOS gives them: keys are bytes, and a link that is typed has the composed form.
 * https://unicode.org/reports/tr15/
 */
export function decomposedNames(files: readonly Pick<LocalFile, 'name'>[]): string[] {
  return files.flatMap(({ name }) => (NOT_ASCII.test(name) && name !== name.normalize('NFC') ? [name] : []));
}

/**
 * Names that a link does not reach as it is typed: S3 takes `+` in a path for a space, and browsers take a backslash for a slash.
 * https://github.com/aptly-dev/aptly/issues/98
 */
export function unlinkedNames(files: readonly Pick<LocalFile, 'name'>[]): string[] {
  return files.flatMap(({ name }) => (/[+\\]/.test(name) ? [name] : []));
}

const NOT_ASCII = /[^\0-\x7f]/;
