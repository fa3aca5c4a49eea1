import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../../base/problem.ts';
import type { Undo } from '../../base/undo.ts';
import { type Settings, sectionOf, withoutSection, withSection } from './ini.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A section of one of the two shared files. */
export interface ProfilePart {
  readonly file: string;
  readonly section: string;
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html */
export function profileParts(
  name: string,
  env: Env,
): { readonly config: ProfilePart; readonly credentials: ProfilePart } {
  const folder = join(env.HOME || env.USERPROFILE || '', '.aws');
  return {
    config: {
      file: env.AWS_CONFIG_FILE || join(folder, 'config'),
      section: name === 'default' ? name : `profile ${name}`,
    },
    credentials: { file: env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'), section: name },
  };
}

/** @throws Problem when the profile is there and may not be replaced */
export function checkProfileIsFree(name: string, parts: readonly ProfilePart[]): void {
  const taken = parts.find(({ file, section }) => sectionOf(read(file), section) !== '');
  if (!taken) return;
  throw new Problem({
    on: 'Input aws-profile',
    what: `the profile ${name} is in ${taken.file} already`,
    fix: 'choose another name, or set overwrite-aws-profile: true; what was there is then put back when the job ends',
  });
}

/**
 * Writes a section, for the user alone (0600 in 0700), the whole file at once. The undo is saved first: it puts back the section
 * that was there, from a copy beside the file.
 */
export function writeProfile(
  { file, section }: ProfilePart,
  settings: Settings,
  undoLater: (undo: Undo) => void,
): void {
  const before = read(file);
  const previous = sectionOf(before, section);
  const copy = previous === '' ? undefined : `${file}.keyless-${process.pid}`;
  if (copy) writeFileSync(copy, previous, { mode: 0o600 });
  undoLater({ kind: 'profile', file, section, ...(copy ? { copy } : {}) });
  replace(file, withSection(before, section, settings));
}

/** Takes a section out, or puts back what was there. A file that is then empty goes as well. */
export function undoProfile({ file, section, copy }: Extract<Undo, { kind: 'profile' }>): void {
  const rest = withoutSection(read(file), section);
  const previous = copy ? read(copy) : '';
  if (copy) rmSync(copy, { force: true });
  if (`${rest}${previous}`.trim() === '') rmSync(file, { force: true });
  else replace(file, rest + previous);
}

function read(file: string): string {
  return onDisk(file, 'read', () => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
}

/** Through a symlink, as dotfiles are kept; a reader sees the old file or the new one, never half of it. */
function replace(file: string, text: string): void {
  onDisk(file, 'written', () => {
    const folder = dirname(file);
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = existsSync(file) ? realpathSync(file) : file;
    const temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(temporary, text, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, target);
  });
}

function onDisk<T>(file: string, done: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    const { code = 'unknown error' } = thrown as NodeJS.ErrnoException;
    throw new Problem({
      on: file,
      what: `the file of AWS profiles can't be ${done} (${code})`,
      fix: 'look at HOME, its folder .aws and the disk; or set AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE',
    });
  }
}
