import type { HistoryEvent } from '../../../harness/histories/index.ts';
import type { Place, World } from './world.ts';

/** What is in LOCAL, and what else the buckets hold that nobody may delete. */
export interface Model {
  readonly files: Map<string, string>;
  /** Objects, PLACE/KEY, that have a header that no rule names, and the content that they had then. */
  readonly dressed: Map<string, string>;
  /** Objects behind a distribution, PLACE/KEY, that a run was to delete. */
  readonly gone: Set<string>;
  /** Where another release wrote a file of its own during the last run. */
  readonly overlapped: Set<Place>;
}

export type ObjectsEvent = HistoryEvent<Model, World>;

export const NAMES = [
  'index.html',
  'a/index.html',
  'app.js',
  'style~main.css',
  'old page.html',
  'notes.txt',
  'video.bin',
] as const;

/** What a file has in it: code is long enough to be stored compressed, a video is sent in parts, notes have a letter beyond ASCII. */
export function contentOf(name: string, text: string): string {
  if (name.endsWith('.js')) return `${text}; `.repeat(100);
  if (name.endsWith('.bin')) return `${text} `.repeat(VIDEO_BYTES / (text.length + 1));
  return name.endsWith('.txt') ? `${text} \u00e9` : text;
}
const VIDEO_BYTES = 17 * 2 ** 20;

export const FIRST = {
  'index.html': 'one',
  'a/index.html': 'two',
  'app.js': contentOf('app.js', 'three'),
  'style~main.css': 'four',
};
export const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'index.html': ['/', '/index.html'],
  'a/index.html': ['/a/index.html'],
  'app.js': ['/app.js'],
  // CloudFront takes a tilde only encoded, and forgets nothing by that.
  'style~main.css': ['/style~main.css'],
  // S3 takes a plus in a path for a space.
  'old page.html': ['/old%20page.html', '/old+page.html'],
};

/** What another release has uploaded before this one looks, and its page follows meanwhile. */
export const ASSET = 'other.txt';

/** A run of the step, and what happens to it. */
export interface Run {
  readonly place: Place;
  /** Who runs it; the owner runs it in its own account. */
  readonly by: 'uploader' | 'owner';
  readonly delete: boolean;
  readonly fix: boolean;
  readonly acl: 'auto' | 'none';
  readonly verify: 'auto' | 'warn' | 'fail';
  readonly served: boolean;
  readonly paths: boolean;
  readonly cache: '' | 'no-cache' | 'max-age=60';
  readonly tag: '' | 'web' | 'shop';
  readonly lines: 1 | 2;
  readonly code: '' | 'compress' | 'both';
  readonly how: 'plain' | 'refused' | 'killed' | 'not invalidated' | 'least' | 'lost' | 'blind' | 'overlapped';
  readonly nth: number;
}
