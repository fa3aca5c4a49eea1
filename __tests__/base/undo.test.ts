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

const masked: string[] = [];
const mask = (text: string) => masked.push(text);
const mainEnv = () => ({ RUNNER_TEMP: temp, GITHUB_STATE: join(temp, 'state') });

/** The environment of the post step: what other steps set, and over it what this step saved last, as the runner does it. */
function postEnv(others: Record<string, string> = {}) {
  const saved = readFileSync(join(temp, 'state'), 'utf8').matchAll(/^(\w+)<<(\S+)\n(.*)\n\2\n/gm);
  const states = [...saved].map(([, name, , value = '']) => [`STATE_${name}`, value] as const);
  return { RUNNER_TEMP: temp, ...others, ...Object.fromEntries(states) } as Record<string, string>;
}

/** The same where the list in the file counts: its copy is not there, or not whole. */
function postEnvOfFile() {
  const { STATE_undo_copy: _, ...env } = postEnv();
  return env;
}

const listFile = () => join(temp, readdirSync(temp).find((name) => name.startsWith('keyless-aws-undo-'))!);

const undo = (name: string): Undo => ({ kind: 'variable', name, before: 'c4nary' });

test('what was saved comes back, the latest first, and the list goes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string()), { maxLength: 5 }), (batches) => {
      writeFileSync(join(temp, 'state'), '');
      const list = openUndoList(mainEnv(), mask);
      for (const batch of batches) list.later(batch.map(undo));
      const copy = readFileSync(listFile());
      const path = listFile();
      for (const env of [postEnv(), postEnvOfFile()]) {
        writeFileSync(path, copy);
        expect(takeUndos(env)).toEqual({ undos: batches.flat().map(undo).reverse(), unreadable: 0 });
        expect(readdirSync(temp)).toEqual(['state']);
      }
    }),
    { numRuns: 30 },
  );
});

test('however many there are, the post step gets two variables, and short ones', () => {
  const list = openUndoList(mainEnv(), mask);
  list.later(Array.from({ length: 20_000 }, (_, at) => undo(`NAME_${at}`)));
  const short = {
    STATE_undo: expect.stringMatching(/^.{1,300}$/),
    STATE_undo_copy: expect.stringMatching(/^20000 .*$/),
  };
  expect(postEnv()).toEqual({ RUNNER_TEMP: temp, ...short });
  expect(postEnv().STATE_undo_copy?.length).toBeLessThan(20_000);
  expect(takeUndos(postEnv()).undos).toHaveLength(20_000);
});

test('steps that empty RUNNER_TEMP leave what the state holds of the list, and the rest is missed', () => {
  const list = openUndoList(mainEnv(), mask);
  list.later([undo('A')]);
  list.later([undo('B')]);
  rmSync(listFile());
  expect(takeUndos(postEnv())).toEqual({ undos: [undo('B'), undo('A')], unreadable: 0 });
});

test('of a list that is longer than its copy the rest is missed then', () => {
  const list = openUndoList(mainEnv(), mask);
  list.later([undo('A')]);
  list.later(Array.from({ length: 20_000 }, (_, at) => undo(`NAME_${at}`)));
  rmSync(listFile());
  const { undos, unreadable } = takeUndos(postEnv());
  expect([undos.at(-1), undos.length + unreadable]).toEqual([undo('A'), 20_001]);
  expect(undos.length).toBeGreaterThan(50);
});

describe('what other steps can do', () => {
  test("a state of theirs is overwritten by this step's own", () => {
    openUndoList(mainEnv(), mask);
    const forged = JSON.stringify({ kind: 'folder', path: '/home' });
    expect(takeUndos(postEnv({ STATE_undo: forged, STATE_undo_0: forged, STATE_undo_copy: '1 forged' }))).toEqual({
      undos: [],
      unreadable: 0,
    });
  });

  test('the key is masked before it is in a state, which debug logs show with the list', () => {
    openUndoList(mainEnv(), () => expect(readFileSync(join(temp, 'state'), 'utf8')).toBe(''));
    openUndoList(mainEnv(), mask);
    const { key } = JSON.parse(postEnv().STATE_undo ?? '') as { key: string };
    expect(masked.at(-1)).toBe(key);
  });

  test('the list shows nothing of a value', () => {
    openUndoList(mainEnv(), mask).later([undo('SECRET')]);
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
    openUndoList(mainEnv(), mask).later([undo('A'), undo('B')]);
    const lines = readFileSync(listFile(), 'utf8').trimEnd().split('\n');
    writeFileSync(listFile(), `${change(lines).join('\n')}\n`);
    expect(takeUndos(postEnvOfFile())).toEqual({ undos: names.map(undo), unreadable });
  });

  test('a list that they removed is missed', () => {
    openUndoList(mainEnv(), mask).later([undo('A')]);
    rmSync(listFile());
    expect(takeUndos(postEnvOfFile())).toEqual({ undos: [], unreadable: 1 });
    expect(takeUndos({ ...postEnvOfFile(), STATE_undo_copy: '2 forged lines' })).toEqual({ undos: [], unreadable: 2 });
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
