import { expect, test } from '@jest/globals';
import { PlannedFile } from '../../../src/objects/plan/planned-file.ts';

test('what is sent again keeps all that it is, but for what the comparison found', () => {
  const file = { path: '/site/a', size: 3, mtimeMs: 1, dev: 2, ino: 3 };
  const planned = new PlannedFile(
    { place: { bucket: 'b', kind: 'folder', prefix: 'site/' }, local: { ...file, name: 'a' }, file },
    { headers: { 'cache-control': 'no-cache' }, action: 'unchanged', last: true, crc: 5, guessesCharset: true },
  );
  expect({ ...planned.sentAgain() }).toEqual({ ...planned, action: 'changed', crc: undefined });
  expect(planned.sentAgain()).toMatchObject({ bucket: 'b', key: 'site/a', size: 3 });
});
