import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onFileSync } from '../../base/edge/files.ts';
import { Problem } from '../../base/problem.ts';
import type { Runner } from '../../base/runner.ts';
import type { FileState } from '../../base/same-file.ts';
import { type HeaderBook, type HeadersOfFile, withoutCharset } from '../rules/headers.ts';
import { makeLimiter } from '../s3/limiter.ts';
import { isPage, isUtf8Encoded, isUtf8File } from './charset.ts';
import { compressed, isGzip } from './compress.ts';
import type { LocalTarget } from './targets.ts';
import { type LocalFile, namesOf } from './walked-file.ts';

/** What is stored of a file: itself or its compressed form, and with which headers. */
export interface StoredForm extends HeadersOfFile {
  readonly file: FileState;
}

export interface StoredForms {
  /** @throws Problem when two inputs say different things of its encoding */
  of(target: LocalTarget, file: LocalFile): Promise<StoredForm>;
  /** Names of files that are compressed for browsers, and that nothing tells browsers to decompress. */
  readonly unencoded: readonly string[];
}

/** A compressor holds tens of megabytes; there are mostly no more cores. */
const COMPRESSORS = 4;

/** Files that build tools leave beside their originals. A `.tar.gz` beside a `.tar` is a download, not an encoding. */
const SIBLING = /^(.+\.(?!tar)[^./]+)\.(br|gz)$/;

/** What a browser runs or shows, compressed. Game engines leave no original beside it: https://docs.unity3d.com/Manual/webgl-deploying.html */
const FOR_BROWSERS = /\.(m?js|css|html|wasm|data|symbols\.json)\.(br|gz)$/;

const ENDINGS = { gzip: /\.gz$/, br: /\.br$/ } as const;

export function storedForms(runner: Pick<Runner, 'env' | 'undoLater'>, book: HeaderBook): StoredForms {
  const compressors = makeLimiter({ start: COMPRESSORS, most: COMPRESSORS, bytes: 0 });
  const names = new WeakMap<LocalTarget, Map<string, LocalFile>>();
  const unencoded: string[] = [];
  let folder: string | undefined;
  let serial = 0;
  /** The original of `app.js.br` or `app.js.gz`, if it is uploaded too. */
  const originalOf = (target: LocalTarget, file: LocalFile) => {
    const [, of, ending] = SIBLING.exec(file.name) ?? [];
    if (of === undefined || target.kind === 'file') return undefined;
    const all = names.get(target) ?? new Map(target.files.map((file) => [file.name, file]));
    names.set(target, all);
    const original = all.get(of);
    if (!original || (ending === 'gz' && !isGzip(file))) return undefined;
    return { original, encoding: ending === 'br' ? 'br' : 'gzip' };
  };
  return {
    unencoded,
    of: async (target, file) => {
      const own = namesOf(target, file);
      const sibling = originalOf(target, file);
      if (sibling) {
        const { original } = sibling;
        const headers = book.of(own, sibling.encoding, original.name);
        return { file, ...settled(headers, () => isUtf8File(original)) };
      }
      const encoding = book.compressionOf(own);
      const stated = book.encodingOf(own);
      const original = isNamelessPage(file) ? `${file.name}.html` : file.name;
      if (!encoding) {
        if (stated === undefined && FOR_BROWSERS.test(file.name)) unencoded.push(file.name);
        if (stated !== 'gzip' && stated !== 'br') return { file, ...book.of(own, undefined, original) };
        // `game.wasm.br`, without its original beside it: decoded it is what the rest of its name says.
        const headers = book.of(own, undefined, file.name.replace(ENDINGS[stated], ''));
        return { file, ...settled(headers, () => isUtf8Encoded(file, stated)) };
      }
      if (stated !== undefined) {
        if (stated === 'gzip' && isGzip(file)) return { file, ...book.of(own) };
        throw twoEncodings(file, encoding, stated);
      }
      folder ??= temporaryFolder(runner);
      const release = await compressors.take(0);
      const smaller = await compressed(file, encoding, join(folder, String(serial++))).finally(release);
      if (!smaller) return { file, ...book.of(own, undefined, original) };
      const headers = book.of(own, encoding, original);
      return { file: smaller, ...settled(headers, () => isUtf8File(file)) };
    },
  };
}

/** Pages without an extension, as sites with clean addresses have them: browsers save what is `application/octet-stream`. */
function isNamelessPage(file: LocalFile): boolean {
  return /(^|\/)[^./]+$/.test(file.name) && isPage(file);
}

/** The bytes that are sent are compressed: the charset is that of their content. */
function settled(headers: HeadersOfFile, isUtf8: () => boolean): HeadersOfFile {
  if (!headers.guessesCharset) return headers;
  return { ...headers, all: isUtf8() ? headers.all : withoutCharset(headers.all), guessesCharset: false };
}

function twoEncodings(file: LocalFile, encoding: string, stated: string): Problem {
  return new Problem({
    what: `s3-compress makes it ${encoding}, and s3-content-encoding says that it is ${stated}`,
    on: file.path,
    why: 'viewers decode what the header says, whatever the bytes are',
    fix: 'leave the file out of one of the two: s3-content-encoding is for files that are compressed already',
  });
}

function temporaryFolder(runner: Pick<Runner, 'env' | 'undoLater'>): string {
  const base = runner.env.RUNNER_TEMP ?? tmpdir();
  return onFileSync({ on: base, doing: 'written' }, () => {
    const folder = mkdtempSync(join(base, 'keyless-aws-compressed-'));
    runner.undoLater({ kind: 'folder', path: folder });
    return folder;
  });
}
