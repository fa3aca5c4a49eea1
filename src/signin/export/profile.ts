import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cutSection, gapAfter, type Settings, sectionOf, sectionText, withSection } from '../../aws/ini.ts';
import { configSection, onShared, readShared, readSharedToChange, sharedFiles } from '../../aws/shared-config.ts';
import type { Environment } from '../../base/environment.ts';
import { Problem } from '../../base/problem.ts';
import { readText } from '../../base/read-text.ts';
import type { Undo } from '../../base/undo.ts';
import { locked } from './lock.ts';
import { replaceShared } from './shared-files.ts';

// A named profile is written to the user's own files, as `aws configure` does, since that is where its name is looked up. Those
// files may be shared: by jobs side by side on one HOME, and with jobs that ended without their post step. So they are changed
// under a lock; each section says who wrote it; the section that was there before anybody of this action wrote is kept beside
// the file, once; and a post step takes out only what is still its own.

/** What the name of the folder of the step's own files starts with. */
export const OWN_FOLDER = 'keyless-aws-profile-';

/** A section of one of the two shared files. */
export interface ProfilePart {
  readonly file: string;
  readonly section: string;
}

export interface ProfileParts {
  readonly config: ProfilePart;
  readonly credentials: ProfilePart;
}

export function profileParts(name: string, env: Environment): ProfileParts {
  const { config, credentials } = sharedFiles(env);
  return {
    config: { file: config, section: configSection(name) },
    credentials: { file: credentials, section: name },
  };
}

/** @throws Problem when the profile is there, is not the rest of a session that has ended, and may not be replaced */
export function checkProfileIsFree(name: string, { config, credentials }: ProfileParts, now: number): void {
  for (const { file, section } of [credentials, config]) {
    const there = sectionOf(readSharedToChange(file), section);
    const mark = readMark(there);
    if (there === '' || (mark?.until !== undefined && mark.until < now)) continue;
    const by = mark ? `, written by ${mark.by}, which has not taken it out yet` : '';
    throw new Problem({
      on: 'Input aws-profile',
      what: `the profile ${name} already exists in ${file}${by}`,
      fix: 'choose another name, or set overwrite-aws-profile: true; the old profile is put back when the job ends',
    });
  }
}

/** Who writes a section: a later reader can tell that it is ours, and whether its session has ended. */
export interface Writer {
  /** `run 4711 of octo-org/shop, job deploy`. */
  readonly by: string;
  readonly until?: Date | undefined;
  readonly undoLater: (undo: Undo) => void;
}

/** Writes a section; the undo is saved first. A file that holds keys is for the user alone. */
export function writeProfile({ file, section }: ProfilePart, settings: Settings, writer: Writer): void {
  const id = randomUUID();
  writer.undoLater({ kind: 'profile', file, section, id });
  onShared(file, 'written', () => {
    makeFolder(dirname(file));
    locked(file, () => {
      const before = readSharedToChange(file);
      const previous = sectionOf(before, section);
      const earlier = readMark(previous);
      // What a step of this action wrote is not what the user had: that is kept already.
      if (!earlier) keepOriginal(originalOf(file, section), previous);
      const gap = previous === '' ? gapAfter(before) : '';
      const mode = marksIn(before)[0]?.mode ?? (existsSync(file) ? statSync(file).mode & 0o777 : 0o600);
      const mark: Mark = {
        id,
        by: writer.by,
        gap: earlier?.gap ?? gap.length,
        mode,
        ...(writer.until ? { until: writer.until.getTime() } : {}),
      };
      const text = sectionText(section, settings, { comment: `${MARK}${JSON.stringify(mark)}` });
      // For the user alone while it is there; then with the mode that it had.
      replaceShared(file, withSection(before, section, { replacement: text, gap }), 0o600);
    });
  });
}

/**
 * Takes out a section that is still the one that was written, and puts back what the user had. One that another step has
 * replaced since is left to that step. A file, and a folder, that are then empty and were made for it go as well.
 */
export function undoProfile({ file, section, id }: Extract<Undo, { kind: 'profile' }>): void {
  if (!existsSync(file)) return;
  locked(file, () => {
    const before = readShared(file);
    const mark = readMark(sectionOf(before, section));
    if (mark?.id !== id) return;
    const original = originalOf(file, section);
    const previous = existsSync(original) ? readText(original) : '';
    const rest =
      previous === '' ? cutSection(before, section, mark.gap) : withSection(before, section, { replacement: previous });
    if (rest.trim() === '') rmSync(file, { force: true });
    else replaceShared(file, rest, marksIn(rest).length > 0 ? 0o600 : mark.mode);
    rmSync(original, { force: true });
  });
  removeFolder(dirname(file));
}

interface Mark {
  readonly id: string;
  readonly by: string;
  /** How many line ends were put before the section. */
  readonly gap: number;
  /** The file's, before anybody of this action wrote. */
  readonly mode: number;
  /** Milliseconds since 1970: the end of the session whose keys the section holds. */
  readonly until?: number;
}

const MARK = 'written by keyless-aws, and taken out by its post step ';

function readMark(section: string): Mark | undefined {
  return marksIn(section)[0];
}

function marksIn(text: string): Mark[] {
  const lines = text.split('\n').filter((line) => line.startsWith(`# ${MARK}`));
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line.slice(MARK.length + 2)) as Mark];
    } catch {
      return [];
    }
  });
}

function originalOf(file: string, section: string): string {
  return `${file}.keyless-aws-${Buffer.from(section).toString('hex')}`;
}

function keepOriginal(original: string, section: string): void {
  if (section === '') rmSync(original, { force: true });
  else writeFileSync(original, section, { mode: 0o600 });
}

const MADE_HERE = '.made-by-keyless-aws';

function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, MADE_HERE), '');
}

/** The last of several jobs removes the folder that the first of them made. */
function removeFolder(folder: string): void {
  try {
    if (readdirSync(folder).some((name) => basename(name) !== MADE_HERE)) return;
    rmSync(join(folder, MADE_HERE));
    rmdirSync(folder);
  } catch {
    // It was there before, or another job is at work in it.
  }
}
