import mime from 'mime-types';
import { flatGlobs } from './flat-globs.ts';
import { globSet } from './globs.ts';
import type { HeaderRule, ObjectSettings } from './settings.ts';

/** Headers of a PutObject request, by lower-case name. Equal ones are one object: a tree has few different ones. */
export type ObjectHeaders = Readonly<Record<string, string>>;

/** A file by its names: below LOCAL, and in the workspace where it is there. */
export type Names = readonly string[];

export interface HeadersOfFile {
  /** All that a PUT sends. */
  readonly all: ObjectHeaders;
  /** Those that the step's inputs name: a copy in place changes them and no others. */
  readonly ruled: ObjectHeaders;
  /** Whether a rule for this very file, or a setting for all, names one: it is then worth comparing with what S3 has. */
  readonly isRuled: boolean;
  /** Whether the charset of the content type is a guess that the file's bytes have to confirm. */
  readonly guessesCharset: boolean;
}

export interface HeaderBook {
  /**
   * @param encoding of the bytes that are stored: the step compressed them, or they lie beside their original as `.br` or `.gz`
   * @param original the name that tells the media type, where it is another file's
   */
  of(names: Names, encoding?: string, original?: string): HeadersOfFile;
  /** How the file is to be stored compressed, if at all. */
  compressionOf(names: Names): 'gzip' | 'br' | undefined;
  /** The `Content-Encoding` that a rule names for the file. */
  encodingOf(names: Names): string | undefined;
  /** Rules that have matched no file so far. */
  unmatched(): { readonly input: string; readonly glob: string }[];
  /** Rules that have matched files in LOCAL, and not those of the same kind in its folders. */
  missed(): { readonly input: string; readonly glob: string; readonly files: string }[];
}

interface RuledHeader {
  readonly input: string;
  readonly header: string;
  /** The value for a file, once for each file. */
  lookup(names: Names): string | undefined;
  /** The same, as often as one likes. */
  peek(names: Names): string | undefined;
  unmatched(): string[];
  missed(): { readonly glob: string; readonly files: string }[];
}

export function headerBook(settings: ObjectSettings): HeaderBook {
  const shared = new Map<string, HeadersOfFile>();
  const fixed = fixedHeaders(settings);
  const encodings = ruledHeader('s3-content-encoding', 'content-encoding', settings.contentEncoding);
  const ruled: readonly RuledHeader[] = [
    ruledHeader('s3-cache-control', 'cache-control', settings.cacheControl),
    ruledHeader('s3-content-type', 'content-type', settings.contentType),
    encodings,
    ruledHeader('s3-content-disposition', 'content-disposition', settings.contentDisposition),
    ruledHeader('s3-content-language', 'content-language', settings.contentLanguage),
    ruledHeader('s3-expires', 'expires', settings.expires),
    ...metadataRules(settings),
  ];
  const compress = ruledHeader('s3-compress', 'content-encoding', settings.compress);
  return {
    compressionOf: (names) => compress.lookup(names) as 'gzip' | 'br' | undefined,
    encodingOf: (names) => encodings.peek(names),
    unmatched: () =>
      [...ruled, compress].flatMap(({ input, unmatched }) => unmatched().map((glob) => ({ input, glob }))),
    missed: () => [...ruled, compress].flatMap(({ input, missed }) => missed().map((one) => ({ input, ...one }))),
    of: (names, encoding, original = names[0] ?? '') => {
      const own: Record<string, string> = encoding ? { 'content-encoding': encoding } : {};
      for (const { header, lookup } of ruled) {
        const value = lookup(names);
        if (value !== undefined) own[header] = value;
      }
      const type = contentTypeOf(original);
      const key = `${type}\n${JSON.stringify(own)}`;
      const known = shared.get(key) ?? {
        all: { ...fixed, 'content-type': type, ...own },
        ruled: { ...fixed, ...own },
        isRuled: Object.keys(own).length > 0 || asksOfAll(settings),
        guessesCharset: own['content-type'] === undefined && CHARSET.test(type),
      };
      shared.set(key, known);
      return known;
    },
  };
}

const CHARSET = /; charset=utf-8$/;

/** The headers of text that is not UTF-8, or says that it is another: what the file itself says then decides. */
export function withoutCharset(headers: ObjectHeaders): ObjectHeaders {
  return { ...headers, 'content-type': (headers['content-type'] ?? '').replace(CHARSET, '') };
}

/**
 * The media type of a name, with `charset=utf-8` for text, as mime-db has it. Without a type S3 stores
 * `binary/octet-stream`, which browsers download.
 */
export function contentTypeOf(name: string): string {
  // https://developer.apple.com/documentation/xcode/supporting-associated-domains: JSON, without an extension.
  if (/(^|\/)apple-app-site-association$/.test(name)) return 'application/json; charset=utf-8';
  const extension = /\.[^./]+$/.exec(name)?.[0] ?? '';
  return mime.contentType(extension) || 'application/octet-stream';
}

/** Those of the headers that HEAD shows and that a copy in place can change; tags are not among them. */
export function comparable(headers: ObjectHeaders): ObjectHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => COMPARED.test(name) || name.startsWith(ENCRYPTION)),
  );
}

const ENCRYPTION = 'x-amz-server-side-encryption';

const COMPARED =
  /^(cache-control|content-type|content-encoding|content-disposition|content-language|expires|x-amz-meta-.+|x-amz-storage-class|x-amz-website-redirect-location)$/;

/** What a HEAD shows of the headers that an object was stored with: a copy in place has to send all of them again. */
export function storedHeaders(answer: Readonly<Record<string, string | string[] | undefined>>): ObjectHeaders {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined && COMPARED.test(name)) found[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  // S3 names the class only when it is not STANDARD.
  found['x-amz-storage-class'] ??= 'STANDARD';
  const encryption = answer['x-amz-server-side-encryption'];
  if (typeof encryption === 'string' && encryption.startsWith('aws:kms')) {
    found['x-amz-server-side-encryption'] = encryption;
    const key = answer['x-amz-server-side-encryption-aws-kms-key-id'];
    if (typeof key === 'string') found['x-amz-server-side-encryption-aws-kms-key-id'] = key;
  }
  return found;
}

/** Tags as the header `x-amz-tagging` has them. */
export function tagging(tags: ObjectSettings['tags']): string {
  const pairs = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  return pairs.join('&');
}

/** Those that every object gets. */
export function fixedHeaders({ tags, storageClass, encryption, kmsKey }: ObjectSettings): Record<string, string> {
  const headers: Record<string, string> = {};
  if (Object.keys(tags).length > 0) headers['x-amz-tagging'] = tagging(tags);
  if (storageClass) headers['x-amz-storage-class'] = storageClass;
  if (encryption || kmsKey) headers['x-amz-server-side-encryption'] = encryption ?? 'aws:kms';
  if (kmsKey) headers['x-amz-server-side-encryption-aws-kms-key-id'] = kmsKey;
  return headers;
}

function metadataRules({ metadata }: ObjectSettings): RuledHeader[] {
  const names = [...new Set(metadata.map(({ name }) => name))];
  return names.map((name) =>
    ruledHeader(
      's3-metadata',
      `x-amz-meta-${name}`,
      metadata.filter((rule) => rule.name === name),
    ),
  );
}

/** Whether something is asked of each object that only HEAD shows; an ETag that is the MD5 shows AES256. */
function asksOfAll({ storageClass, encryption, kmsKey }: ObjectSettings): boolean {
  return storageClass !== undefined || kmsKey !== undefined || (encryption ?? '').startsWith('aws:kms');
}

/** In each list the last match wins. */
function ruledHeader(input: string, header: string, rules: readonly HeaderRule[]): RuledHeader {
  const globs = rules.map(({ glob }) => glob);
  const set = globSet(globs);
  const flat = flatGlobs(globs);
  return {
    input,
    header,
    lookup: (names) => {
      if (rules.length === 0) return undefined;
      const best = set.lastMatch(names);
      flat.look(names[0] ?? '', best);
      return rules[best]?.value;
    },
    peek: (names) => (rules.length === 0 ? undefined : rules[set.lastMatch(names)]?.value),
    unmatched: () => set.unmatched().map((place) => globs[place]!),
    missed: () => flat.missed(set.unmatched()),
  };
}
