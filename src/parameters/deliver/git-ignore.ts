import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { readText } from '../../base/read-text.ts';

/**
 * Whether a file is in a work tree of git and no rule leaves it out: then what commits all that has changed, as release tools do,
 * commits it. Rules of the user's own (`core.excludesFile`) are not looked at, nor whether git has the file already.
 * https://git-scm.com/docs/gitignore
 */
export function isSeenByGit(path: string): boolean {
  const root = workTreeOf(dirname(path));
  if (root === undefined) return false;
  const folders = [root];
  for (const name of relative(root, dirname(path)).split(sep).filter(Boolean))
    folders.push(join(folders.at(-1)!, name));
  const rules = [
    ...rulesIn(join(root, '.git', 'info', 'exclude'), root),
    ...folders.flatMap((folder) => rulesIn(join(folder, '.gitignore'), folder)),
  ];
  // The last rule that fits decides; of a folder that is left out nothing is seen.
  const steps = [...folders.slice(1), path];
  return !steps.some((step) => {
    const found = rules.findLast(({ fits, folder, forFolders }) => {
      const below = relative(folder, step);
      return (step !== path || !forFolders) && !below.startsWith('..') && fits.test(below.split(sep).join('/'));
    });
    return found !== undefined && !found.negated;
  });
}

function workTreeOf(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder;
  return basename(folder) === '' ? undefined : workTreeOf(dirname(folder));
}

interface IgnoreRule {
  readonly folder: string;
  readonly fits: RegExp;
  readonly negated: boolean;
  readonly forFolders: boolean;
}

function rulesIn(file: string, folder: string): IgnoreRule[] {
  let text: string;
  try {
    text = readText(file);
  } catch {
    // There is none, or git could not read it either.
    return [];
  }
  const lines = text.split(/\r?\n/).map((line) => line.replace(/(?<!\\)\s+$/, ''));
  return lines.flatMap((line) => {
    if (line === '' || line.startsWith('#')) return [];
    const pattern = line.replace(/^!/, '').replace(/\/$/, '');
    return [{ folder, fits: regexOf(pattern), negated: line.startsWith('!'), forFolders: line.endsWith('/') }];
  });
}

/** A pattern with a slash counts from its folder; one without fits at every level. */
function regexOf(pattern: string): RegExp {
  const body = pattern
    .replace(/^\//, '')
    .replace(/\\(.)|[.+^${}()|]/g, (sign, escaped: string | undefined) => `\\${escaped ?? sign}`)
    .replace(/\*\*\/|\*\*|\*|\?/g, (sign) => WILDCARDS[sign] ?? sign);
  try {
    return new RegExp(`^${pattern.includes('/') ? '' : '(?:.*/)?'}${body}$`);
  } catch {
    return /(?!)/;
  }
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
