import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { onFileSync } from './edge/files.ts';
import type { Environment } from './environment.ts';
import { readBytes, readText } from './read-text.ts';
import { appendWhole, makeOwnFile, writeValues } from './runner-files.ts';

/** What the post step undoes, saved before the act that it undoes. */
export type Undo =
  /** Removes a file that this step made, or puts back what was there before. */
  | { readonly kind: 'file'; readonly path: string; readonly before?: FileBefore | undefined }
  /** Removes a folder that this step made below RUNNER_TEMP, with all that is in it. Its name begins with `keyless-`. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Gives a variable of the job back the value it had before (`null`: it was not set). */
  | { readonly kind: 'variable'; readonly name: string; readonly before: string | null }
  /** Removes a section of an INI file (an AWS profile) if it is still the one that this step wrote, and puts back what the user had. */
  | { readonly kind: 'profile'; readonly file: string; readonly section: string; readonly id: string };

/** A file as it was: its bytes in base64 and its mode, or where a symbolic link led. */
export type FileBefore = { readonly content: string; readonly mode: number } | { readonly link: string };

/** What is at a path now, for an undo of the kind `file`; `undefined` when nothing is. @throws Problem */
export function fileBefore(path: string): FileBefore | undefined {
  return onFileSync({ on: path, doing: 'read' }, () => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (!found) return undefined;
    if (found.isSymbolicLink()) return { link: readlinkSync(path) };
    return { content: readBytes(path).toString('base64'), mode: found.mode & 0o777 };
  });
}

/** Removes what is at a path and puts back what was there, whole: a reader sees the one or the other. */
export function putBack(path: string, before: FileBefore | undefined): void {
  if (!before) {
    rmSync(path, { force: true });
    return;
  }
  const beside = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`);
  if ('link' in before) symlinkSync(before.link, beside);
  else {
    writeFileSync(beside, Buffer.from(before.content, 'base64'), { mode: 0o600, flag: 'wx' });
    chmodSync(beside, before.mode);
  }
  renameSync(beside, path);
}

/** The states that this action saves: where the list is, and its key; and as much of the list itself as a variable may hold. */
const STATE = 'undo';
const COPY = 'undo_copy';

/** Of the copy: a program cannot be started with a variable of more than 128 KiB, or with a few of them. */
const MAX_COPY_CHARACTERS = 16 << 10;

/**
 * The undos of this step. They are in a file below RUNNER_TEMP, since the post step gets each state as a variable, and a program
 * with more than a few of them cannot be started. Each line is encrypted with a key that is in the step's state alone: other steps
 * can set a variable `STATE_…`, which the runner then overwrites, and can write to the file, but can neither read nor forge a line.
 * The beginning of the list, mostly all of it, is in the state as well: steps that clean up empty RUNNER_TEMP.
 */
export interface UndoList {
  /** Saves undos for the post step. @throws Problem */
  later(undos: readonly Undo[]): void;
}

/**
 * Makes the list and saves its key: nothing is to be done before.
 * @param mask hides the key: with debug logging the runner prints each state, the encrypted list beside it
 * @throws Problem
 */
export function openUndoList(env: Environment, mask: (text: string) => void): UndoList {
  const key = randomBytes(32);
  mask(key.toString('base64'));
  const path = makeOwnFile(env, `keyless-aws-undo-${randomBytes(16).toString('hex')}`);
  const place = JSON.stringify({ path, key: key.toString('base64') });
  writeValues('GITHUB_STATE', { [STATE]: place, [COPY]: '0' }, env);
  let [count, copy, isWhole] = [0, '', true];
  return {
    later: (undos) => {
      const lines = undos.map((undo, at) => seal(key, count + at, JSON.stringify(undo)));
      const text = lines.map((line) => `${line}\n`).join('');
      onFileSync({ on: path, doing: 'written' }, () => appendWhole(path, Buffer.from(text), { keep: true }));
      count += undos.length;
      for (const line of lines) {
        isWhole &&= copy.length + line.length < MAX_COPY_CHARACTERS;
        if (isWhole) copy += ` ${line}`;
      }
      writeValues('GITHUB_STATE', { [COPY]: `${count}${copy}` }, env);
    },
  };
}

/** What main left to undo, the latest first, and how many entries cannot be read. The list is removed. */
export function takeUndos(env: Environment): { readonly undos: readonly Undo[]; readonly unreadable: number } {
  const state = stateOf(env);
  if (!state) return { undos: [], unreadable: 0 };
  const { count, lines: copied } = copyIn(env);
  const found = copied.length === count ? copied : linesOf(state.path);
  rmSync(state.path, { force: true });
  const lines = found ?? copied;
  const undos = lines.flatMap((line, at) => open(state.key, at, line) ?? []);
  // Of a list that somebody has removed, and whose copy is not to be read, nobody knows how long it was.
  const all = Math.max(lines.length, count ?? (found ? 0 : 1));
  return { undos: undos.reverse(), unreadable: all - undos.length };
}

/** Whether a folder is one that a step of this action may have made: nothing else is ever removed with all that is in it. */
export function isOwnFolder(path: string, env: Environment): boolean {
  const temp = env.RUNNER_TEMP;
  return Boolean(temp) && dirname(resolve(path)) === resolve(temp ?? '') && basename(path).startsWith('keyless-');
}

function stateOf(env: Environment): { readonly path: string; readonly key: Buffer } | undefined {
  try {
    const { path, key } = JSON.parse(env[`STATE_${STATE}`] ?? '') as { path?: unknown; key?: unknown };
    if (typeof path !== 'string' || typeof key !== 'string' || !basename(path).startsWith('keyless-aws-undo-')) return;
    return { path, key: Buffer.from(key, 'base64') };
  } catch {
    // Main did not get that far.
    return undefined;
  }
}

/** The beginning of the list, as it is in the state, and how long the whole is; `undefined` where the state has none. */
function copyIn(env: Environment): { readonly count: number | undefined; readonly lines: readonly string[] } {
  const [, count, text = ''] = /^(\d{1,9})((?: \S+)*)$/.exec(env[`STATE_${COPY}`] ?? '') ?? [];
  return { count: count === undefined ? undefined : Number(count), lines: text.split(' ').slice(1) };
}

function linesOf(path: string): string[] | undefined {
  try {
    return readText(path)
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return undefined;
  }
}

/** AES-256-GCM; the line's number goes with it, so that lines cannot be repeated or change places. */
function seal(key: Buffer, at: number, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(String(at)));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

function open(key: Buffer, at: number, line: string): Undo | undefined {
  try {
    const bytes = Buffer.from(line, 'base64');
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(String(at)));
    cipher.setAuthTag(bytes.subarray(12, 28));
    return JSON.parse(Buffer.concat([cipher.update(bytes.subarray(28)), cipher.final()]).toString('utf8')) as Undo;
  } catch {
    // Not a line of this step. No error is passed on: it may quote what a variable was.
    return undefined;
  }
}
