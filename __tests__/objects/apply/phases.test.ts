import { describe, expect, test } from '@jest/globals';
import { phasesOf } from '../../../src/objects/apply/phases.ts';
import type { PlannedObject } from '../../../src/objects/plan/plan.ts';

describe('the order of a release', () => {
  const object = (key: string, action: PlannedObject['action'], { size = 1, last = false } = {}): PlannedObject => ({
    bucket: 'b',
    key,
    file: { path: key, size, mtimeMs: 0, dev: 0, ino: 0 },
    size,
    headers: {},
    action,
    last,
  });

  test('new names, then the rest, then pages; the largest first; nothing for what is unchanged', () => {
    const phases = phasesOf([
      object('page', 'new', { size: 9, last: true }),
      object('old', 'unchanged'),
      object('changed', 'changed'),
      object('headers', 'headers'),
      object('small', 'new'),
      object('large', 'new', { size: 5 }),
    ]);
    expect(phases.map(({ name, objects }) => [name, objects.map(({ key }) => key)])).toEqual([
      ['new', ['large', 'small']],
      ['changed', ['changed', 'headers']],
      ['last', ['page']],
    ]);
  });

  test('what lists others by their hashes after the pages', () => {
    const lists = [
      'sw.js',
      'app/service-worker.js',
      'serviceWorker.mjs',
      'firebase-messaging-sw.js',
      'ngsw.json',
      'dists/stable/InRelease',
      'repodata/repomd.xml',
      'flutter_service_worker.js',
      'custom-service-worker.js',
      'win/latest.yml',
      'latest-linux-arm64.yml',
      'latest.json',
      'appcast-beta.xml',
      'p4pclmv1gyja5kzc26npqpia1qqxrf0l.narinfo',
      'talk/master.m3u8',
      'talk/stream.mpd',
    ];
    const others = [
      'workbox-sw.js',
      'assets/news.js',
      'service-worker.css',
      'ssw.js',
      'greatest.json',
      'latest/a.json',
    ];
    const phases = phasesOf([
      ...[...lists, ...others].map((key) => object(key, 'changed')),
      object('index.html', 'changed', { last: true }),
    ]);
    expect(phases.map(({ name, objects }) => [name, objects.map(({ key }) => key)])).toEqual([
      ['changed', others],
      ['last', ['index.html']],
      ['lists', lists],
    ]);
  });
});
