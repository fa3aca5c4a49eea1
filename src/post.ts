import { rmSync } from 'node:fs';
import * as core from '@actions/core';
import { savedUndos, type Undo } from './base/runner.ts';
import { undoProfile } from './signin/export/profile.ts';

/** Undoes what main left in its state, the latest first. Never fails the job: what can't be undone is a warning. */
export async function post(): Promise<void> {
  const { undos, unreadable } = savedUndos();
  if (unreadable > 0) core.warning(`Could not undo all: ${unreadable} of what this step saved can't be read`);
  for (const undo of undos) {
    try {
      undoOne(undo);
    } catch {
      core.warning(`Could not undo: ${subject(undo)}`);
    }
  }
}

function undoOne(undo: Undo): void {
  switch (undo.kind) {
    case 'file':
      rmSync(undo.path, { force: true });
      break;
    case 'folder':
      rmSync(undo.path, { recursive: true, force: true });
      break;
    case 'variable':
      core.exportVariable(undo.name, undo.before ?? '');
      break;
    case 'profile':
      undoProfile(undo);
      break;
  }
}

function subject(undo: Undo): string {
  if (undo.kind === 'variable') return `variable ${undo.name}`;
  return undo.kind === 'profile' ? `section [${undo.section}] of ${undo.file}` : `${undo.kind} ${undo.path}`;
}
