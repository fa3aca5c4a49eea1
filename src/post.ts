import { rmSync } from 'node:fs';
import { basename } from 'node:path';
import { logTo } from './base/runner.ts';
import { writeValues } from './base/runner-files.ts';
import { isOwnFolder, putBack, takeUndos, type Undo } from './base/undo.ts';
import { profileForPost } from './signin/export/own-files.ts';
import { OWN_FOLDER, undoProfile } from './signin/export/profile.ts';

/** Undoes what main left in its list, the latest first. Never fails the job: what cannot be undone is a warning. */
export async function post(): Promise<void> {
  const { env } = process;
  const { info, warning } = logTo(env);
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
  if (undos.some((undo) => isKept(undo, env)))
    info('AWS_SKIP_CLEANUP_STEP is true: the credentials stay for other post steps');
  for (const undo of undos) {
    if (isKept(undo, env)) continue;
    if (undo.kind === 'variable') variables[undo.name] = undo.before ?? '';
    else attempt(subjectOf(undo), () => undoOnDisk(undo, env));
  }
  // The post step of a later step has named the default profile: it must be in the files that this step gives back.
  const isNamed = env.AWS_PROFILE === 'default' && variables.AWS_PROFILE === undefined;
  if (variables.AWS_PROFILE === '' || (isNamed && variables.AWS_CONFIG_FILE !== undefined))
    attempt('the profile for other post steps', () =>
      Object.assign(variables, profileForPost({ ...env, ...variables })),
    );
  attempt(`the variables ${Object.keys(variables).join(', ')}`, () => writeValues('GITHUB_ENV', variables, env));
}

/**
 * Other post steps may need the credentials: configure-aws-credentials has this variable for it. What is kept are variables of
 * AWS, and the profiles and files that they name; everything else of the step is undone.
 */
function isKept(undo: Undo, env: NodeJS.ProcessEnv): boolean {
  if (env.AWS_SKIP_CLEANUP_STEP !== 'true') return false;
  if (undo.kind === 'variable') return undo.name.startsWith('AWS_');
  return undo.kind === 'profile' || (undo.kind === 'folder' && basename(undo.path).startsWith(OWN_FOLDER));
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
