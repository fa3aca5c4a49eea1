import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import mime from 'mime-types';
import picomatch from 'picomatch';
import type { HeaderRule, ObjectSettings } from '../request-headers.ts';
import { GLOB_OPTIONS } from './globs.ts';

/** Headers of a PutObject request, by lower-case name. Equal ones are one object: a tree has few different ones. */
export type ObjectHeaders = Readonly<Record<string, string>>;

export interface HeaderBook {
  /** @param encoding of the bytes that are stored, if the step compressed them */
  of(name: string, encoding?: string): ObjectHeaders;
  /** Whether a rule of the step names a header of this file: it is then worth comparing with what S3 has. */
  isRuled(name: string): boolean;
  /** How the file is to be stored compressed, if at all. */
  compressionOf(name: string): 'gzip' | 'br' | undefined;
}

type Lookup<T> = (name: string) => T | undefined;

export function headerBook(settings: ObjectSettings): HeaderBook {
  const shared = new Map<string, ObjectHeaders>();
  const fixed = fixedHeaders(settings);
  const ruled: readonly (readonly [string, Lookup<string>])[] = [
    ['cache-control', lastMatch(settings.cacheControl)],
    ['content-type', lastMatch(settings.contentType)],
    ['content-encoding', lastMatch(settings.contentEncoding)],
    ['content-disposition', lastMatch(settings.contentDisposition)],
    ...metadataLookups(settings),
  ];
  const compress = lastMatch(settings.compress);
  return {
    compressionOf: compress,
    isRuled: (name) => compress(name) !== undefined || ruled.some(([, lookup]) => lookup(name) !== undefined),
    of: (name, encoding) => {
      const headers: Record<string, string> = { ...fixed, 'content-type': contentTypeOf(name) };
      if (encoding) headers['content-encoding'] = encoding;
      for (const [header, lookup] of ruled) {
        const value = lookup(name);
        if (value !== undefined) headers[header] = value;
      }
      const key = JSON.stringify(headers);
      const known = shared.get(key) ?? headers;
      shared.set(key, known);
      return known;
    },
  };
}

/**
 * The media type of a name, with `charset=utf-8` for text, as mime-db has it. Without a type S3 stores
 * `binary/octet-stream`, which browsers download.
 */
export function contentTypeOf(name: string): string {
  const extension = /\.[^./]+$/.exec(name)?.[0] ?? '';
  return mime.contentType(extension) || 'application/octet-stream';
}

/** Those of the headers that HEAD shows and that a copy in place can change; tags and encryption are not among them. */
export function comparable(headers: ObjectHeaders): ObjectHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => COMPARED.test(name)));
}

const COMPARED =
  /^(cache-control|content-type|content-encoding|content-disposition|x-amz-meta-.+|x-amz-storage-class)$/;

/** Headers of a PutObject as fields of the SDK's commands. */
export function inputOf(headers: ObjectHeaders): Partial<CopyObjectCommandInput> {
  const metadata = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const fields = Object.entries(FIELDS).map(([name, field]) => [field, headers[name]] as const);
  return {
    ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)),
    Metadata: Object.fromEntries(metadata.map(([name, value]) => [name.slice('x-amz-meta-'.length), value])),
  };
}

const FIELDS = {
  'cache-control': 'CacheControl',
  'content-type': 'ContentType',
  'content-encoding': 'ContentEncoding',
  'content-disposition': 'ContentDisposition',
  'content-language': 'ContentLanguage',
  'x-amz-website-redirect-location': 'WebsiteRedirectLocation',
  'x-amz-storage-class': 'StorageClass',
  'x-amz-tagging': 'Tagging',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
} as const;

function fixedHeaders({ tags, storageClass, encryption, kmsKey }: ObjectSettings): Record<string, string> {
  const headers: Record<string, string> = {};
  const pairs = Object.entries(tags).map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  if (pairs.length > 0) headers['x-amz-tagging'] = pairs.join('&');
  if (storageClass) headers['x-amz-storage-class'] = storageClass;
  if (encryption || kmsKey) headers['x-amz-server-side-encryption'] = encryption ?? 'aws:kms';
  if (kmsKey) headers['x-amz-server-side-encryption-aws-kms-key-id'] = kmsKey;
  return headers;
}

function metadataLookups({ metadata }: ObjectSettings): [string, Lookup<string>][] {
  const names = [...new Set(metadata.map(({ name }) => name))];
  return names.map((name) => [`x-amz-meta-${name}`, lastMatch(metadata.filter((rule) => rule.name === name))]);
}

function lastMatch<T extends string>(rules: readonly HeaderRule<T>[]): Lookup<T> {
  const compiled = rules.map(({ glob, value }) => ({ matches: picomatch(glob, GLOB_OPTIONS), value })).reverse();
  return (name) => compiled.find(({ matches }) => matches(name))?.value;
}
