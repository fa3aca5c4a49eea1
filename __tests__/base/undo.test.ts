import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fileBefore, isOwnFolder, openUndoList, putBack, takeUndos, type Undo } from '../../src/base/undo.ts';

let temp = '';
const folders: string[] = [];
beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'undo-'));
  folders.push(temp);
  writeFileSync(join(temp, 'state'), '');
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const mainEnv = () => ({ RUNNER_TEMP: temp, GITHUB_STATE: join(temp, 'state') });

/** The environment of the post step: what other steps set, and over it what this step saved, as the runner does it. */
function postEnv(others: Record<string, string> = {}) {
  const saved = /^undo<<(\S+)\n(.*)\n\1\n$/.exec(readFileSync(join(temp, 'state'), 'utf8'));
  return { RUNNER_TEMP: temp, ...others, ...(saved ? { STATE_undo: saved[2]! } : {}) };
}

const listFile = () => join(temp, readdirSync(temp).find((name) => name.startsWith('keyless-aws-undo-'))!);

const undo = (name: string): Undo => ({ kind: 'variable', name, before: 'c4nary' });

test('what was saved comes back, the latest first, and the list goes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string()), { maxLength: 5 }), (batches) => {
      writeFileSync(join(temp, 'state'), '');
      const list = openUndoList(mainEnv());
      for (const batch of batches) list.later(batch.map(undo));
      expect(takeUndos(postEnv())).toEqual({ undos: batches.flat().map(undo).reverse(), unreadable: 0 });
      expect(readdirSync(temp)).toEqual(['state']);
    }),
    { numRuns: 30 },
  );
});

test('however many there are, the post step gets one short variable', () => {
  const list = openUndoList(mainEnv());
  list.later(Array.from({ length: 20_000 }, (_, at) => undo(`NAME_${at}`)));
  expect(postEnv()).toEqual({ RUNNER_TEMP: temp, STATE_undo: expect.stringMatching(/^.{1,300}$/) });
  expect(takeUndos(postEnv()).undos).toHaveLength(20_000);
});

describe('what other steps can do', () => {
  test("a state of theirs is overwritten by this step's own", () => {
    openUndoList(mainEnv());
    const forged = JSON.stringify({ kind: 'folder', path: '/home' });
    expect(takeUndos(postEnv({ STATE_undo: forged, STATE_undo_0: forged }))).toEqual({ undos: [], unreadable: 0 });
  });

  test('the list shows nothing of a value', () => {
    openUndoList(mainEnv()).later([undo('SECRET')]);
    expect(readFileSync(listFile(), 'utf8')).not.toMatch(/SECRET|c4nary/);
    expect(readFileSync(listFile(), 'utf8')).not.toContain(Buffer.from('c4nary').toString('base64'));
    expect(statSync(listFile()).mode & 0o777).toBe(0o600);
  });

  test.each<[string, (lines: string[]) => string[], string[], number]>([
    [
      'a line of their own',
      (lines) => [...lines, Buffer.from('{"kind":"folder","path":"/"}').toString('base64')],
      ['B', 'A'],
      1,
    ],
    ['a line again', (lines) => [...lines, lines[0]!], ['B', 'A'], 1],
    ['another order', (lines) => lines.reverse(), [], 2],
    ['half a line', ([first]) => [first!, 'abc'], ['A'], 1],
  ])('%s is not carried out', (_, change, names, unreadable) => {
    openUndoList(mainEnv()).later([undo('A'), undo('B')]);
    const lines = readFileSync(listFile(), 'utf8').trimEnd().split('\n');
    writeFileSync(listFile(), `${change(lines).join('\n')}\n`);
    expect(takeUndos(postEnv())).toEqual({ undos: names.map(undo), unreadable });
  });

  test('a list that they removed is missed', () => {
    openUndoList(mainEnv()).later([undo('A')]);
    rmSync(listFile());
    expect(takeUndos(postEnv())).toEqual({ undos: [], unreadable: 1 });
  });
});

test.each([
  ['keyless-docker-x', true],
  ['other', false],
  ['keyless-docker-x/..', false],
  ['keyless-docker-x/deeper/keyless-y', false],
  ['../keyless-y', false],
])("only a folder of this action's own is removed with all that is in it: %s, %s", (name, own) => {
  expect(isOwnFolder(`${temp}/${name}`, { RUNNER_TEMP: temp })).toBe(own);
});

describe('a file that was there comes back as it was', () => {
  test('content and mode', () => {
    const path = join(temp, 'file');
    writeFileSync(path, Buffer.from([0, 255, 10]));
    chmodSync(path, 0o640);
    const before = fileBefore(path);
    rmSync(path);
    writeFileSync(path, 'other', { mode: 0o600 });
    putBack(path, before);
    expect(readFileSync(path)).toEqual(Buffer.from([0, 255, 10]));
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test('a link', () => {
    const path = join(temp, 'link');
    symlinkSync('nowhere', path);
    const before = fileBefore(path);
    rmSync(path);
    writeFileSync(path, 'other');
    putBack(path, before);
    expect(fileBefore(path)).toEqual({ link: 'nowhere' });
  });

  test('nothing', () => {
    const path = join(temp, 'none');
    const before = fileBefore(path);
    writeFileSync(path, 'other');
    putBack(path, before);
    expect(fileBefore(path)).toBeUndefined();
  });
});
