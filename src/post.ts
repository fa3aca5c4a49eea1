import { rmSync } from 'node:fs';
import { logTo } from './base/runner.ts';
import { writeValues } from './base/runner-files.ts';
import { isOwnFolder, putBack, takeUndos, type Undo } from './base/undo.ts';
import { undoProfile } from './signin/export/profile.ts';

/** Undoes what main left in its list, the latest first. Never fails the job: what cannot be undone is a warning. */
export async function post(): Promise<void> {
  const { env } = process;
  const { warning } = logTo(env);
  const { undos, unreadable } = takeUndos(env);
  if (unreadable > 0)
    warning(`Could not undo everything: ${unreadable} of the entries that this step saved cannot be read`);
  const attempt = (subject: string, act: () => void) => {
    try {
      act();
    } catch {
      warning(`Could not undo: ${subject}`);
    }
  };
  const variables: Record<string, string> = {};
  for (const undo of undos) {
    if (undo.kind === 'variable') variables[undo.name] = undo.before ?? '';
    else attempt(subjectOf(undo), () => undoOnDisk(undo, env));
  }
  attempt(`the variables ${Object.keys(variables).join(', ')}`, () => writeValues('GITHUB_ENV', variables, env));
}

type UndoOnDisk = Exclude<Undo, { kind: 'variable' }>;

function undoOnDisk(undo: UndoOnDisk, env: NodeJS.ProcessEnv): void {
  switch (undo.kind) {
    case 'file':
      putBack(undo.path, undo.before);
      break;
    case 'folder':
      if (!isOwnFolder(undo.path, env)) throw new Error('not a folder of this action');
      rmSync(undo.path, { recursive: true, force: true });
      break;
    case 'profile':
      undoProfile(undo);
      break;
  }
}

function subjectOf(undo: UndoOnDisk): string {
  return undo.kind === 'profile' ? `section [${undo.section}] of ${undo.file}` : `${undo.kind} ${undo.path}`;
}
