import { describe, expect, test } from '@jest/globals';
import { type PastInvalidations, planInvalidation } from '../../../src/objects/plan/owed-invalidations.ts';

type Earlier = PastInvalidations['earlier'][number];

/** Milliseconds since 1970, of a made-up day. */
const at = (seconds: number) => seconds * 1_000;

describe('what is owed to the viewers of a distribution', () => {
  const ours = (created: number, more: Partial<Earlier> = {}): Earlier => ({
    created,
    paths: [],
    isOurs: true,
    scope: 's',
    announces: false,
    ...more,
  });
  const theirs = (created: number, ...paths: string[]): Earlier => ({
    created,
    paths,
    isOurs: false,
    scope: undefined,
    announces: false,
  });

  test.each([
    ['nothing older than the last of this release', [ours(at(10))], at(10), []],
    ['what was written since', [ours(at(10))], at(11), ['index.html']],
    ['what another one covers', [theirs(at(20), '/*'), ours(at(10))], at(11), []],
    ['what another one covers by every address', [theirs(at(20), '/', '/index.html'), ours(at(10))], at(11), []],
    ['what another one covers in part', [theirs(at(20), '/index.html'), ours(at(10))], at(11), ['index.html']],
    ['what may have been written after another one', [theirs(at(20.5), '/*'), ours(at(10))], at(20), ['index.html']],
    ['what is older than another one, where none of this release is', [theirs(at(20), '/*')], at(11), ['new.html']],
    ['everything, where nothing was ever told', [], at(11), ['index.html', 'new.html']],
  ] as const)('%s', (_what, earlier, modified, owed) => {
    const told: PastInvalidations = {
      line: { distribution: 'E1' },
      scope: 's',
      facts: undefined,
      maySee: true,
      isKnown: earlier.at(-1)?.isOurs ?? false,
      earlier,
    };
    const planned = planInvalidation(told, undefined, {
      kept: [{ bucket: 'b', key: 'index.html', modified }],
      created: [{ bucket: 'b', key: 'new.html' }],
    });
    expect(planned.owed).toEqual(owed);
  });

  test('what was announced to be deleted, until an invalidation closes it', () => {
    const told = { line: { distribution: 'E1' }, scope: 's', facts: undefined, maySee: true, isKnown: true } as const;
    const announced = (...earlier: Earlier[]) =>
      planInvalidation({ ...told, earlier }, undefined, { kept: [], created: [] }).announced;
    expect(announced(ours(at(10), { announces: true, paths: ['/gone'] }))).toEqual(['/gone']);
    expect(announced(ours(at(11), { paths: ['/gone'] }))).toEqual([]);
    const renamed = { isOurs: false, scope: 'of other prefixes', announces: true, paths: ['/gone'] };
    expect(announced(ours(at(10), renamed))).toEqual(['/gone']);
    expect(announced(ours(at(12), { ...renamed, announces: false }), ours(at(10), renamed))).toEqual([]);
  });
});
